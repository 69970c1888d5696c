"""Where most photos of each month were taken, for the timeline's headings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from desktop.reading.shown import Ids, Shown

if TYPE_CHECKING:
    from engine.library import Library

_NAMED = 2
"""Places in a heading, at most."""
_SHARE = 0.1
"""A place with no larger part of a section's photos was only passed through."""
_HOME, _LEAST = 0.5, 4
"""Where photos were taken in so many of the sections, and in at least so many, one lives."""

Places = Mapping[tuple[int, int], str]
"""By year and month of a section: `Lisbon, Sintra`; those without a known place are left out."""


def read_places(library: Library, timeline: Shown) -> Places:
    """The places of a timeline's sections, those with the most photos first; but home comes last:
    it says the least."""
    photos, numbers = library.spots.placed()
    rows = timeline.find(photos)
    rows, numbers = rows[rows >= 0], numbers[rows >= 0]
    if not len(rows):
        return {}
    known = library.spots.all()
    names = sorted({spot.name for spot in known.values()})
    at = {name: number for number, name in enumerate(names)}
    place_of = np.zeros(max(known) + 1, np.int64)
    place_of[list(known)] = [at[spot.name] for spot in known.values()]
    ends = np.cumsum([section.count for section in timeline.sections])
    shape = len(timeline.sections), len(names)
    cells = np.searchsorted(ends, rows, side="right") * shape[1] + place_of[numbers]
    counts = np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape)
    home = (counts > 0).sum(axis=0) >= max(_LEAST, _HOME * shape[0])
    return {
        (section.year, section.month): _names(names, of_section, home)
        for section, of_section in zip(timeline.sections, counts, strict=True)
        if of_section.any()
    }


def _names(names: Sequence[str], counts: Ids, home: NDArray[np.bool_]) -> str:
    enough = np.flatnonzero(counts > _SHARE * counts.sum())
    ordered = sorted(enough.tolist(), key=lambda at: (home[at], -counts[at], names[at]))
    return ", ".join(names[at] for at in ordered[:_NAMED])
