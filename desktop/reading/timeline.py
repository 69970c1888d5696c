"""Every photo of the library by time, the newest first, under the months they were taken in.

Where months have few photos, the headings are years: a line for each photo would show little.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from desktop.reading.shown import Section, Shown

if TYPE_CHECKING:
    from engine.library import Library

_FULL = 5
"""Photos in a month, on the average, from which on months are headings."""


def read_timeline(library: Library) -> Shown:
    """Every photo that lies somewhere; undated ones where their files' times put them."""
    timeline = library.timelines.read()
    months = [Section(one.count, one.year, one.month) for one in timeline.months()]
    few = len(timeline) < _FULL * len(months)
    return Shown(timeline.ids, _years(months) if few else months).ready()


def _years(months: list[Section]) -> list[Section]:
    """Years, newest first, in place of their months."""
    return [
        Section(sum(one.count for one in some), year)
        for year, some in groupby(months, key=lambda one: one.year)
    ]
