"""Every photo of the library by time, the newest first, under the months they were taken in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from desktop.reading.shown import Section, Shown

if TYPE_CHECKING:
    from engine.library import Library


def read_timeline(library: Library) -> Shown:
    """Every photo that lies somewhere; those without a date come last, by their files' times."""
    taken = library.info.taken()
    rows = [
        (taken.get(photo, ""), modified, photo) for photo, modified in library.photos.modified()
    ]
    rows.sort(reverse=True)
    ids = np.fromiter((row[2] for row in rows), np.int64, len(rows))
    sections: list[Section] = []
    month, count = "", 0
    for when, _, _ in rows:
        if when[:7] != month:
            if count:
                sections.append(_section(month, count))
            month, count = when[:7], 0
        count += 1
    if count:
        sections.append(_section(month, count))
    return Shown(ids, sections).ready()


def _section(month: str, count: int) -> Section:
    return Section(count, int(month[:4]), int(month[5:7])) if month else Section(count)
