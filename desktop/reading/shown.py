"""Which photos are shown, in which order, and under which headings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from desktop.reading.tiles import Tile

Ids = NDArray[np.int64]
Why = Callable[[int, Tile | None], str]
"""Takes a photo's id and what is known of it (None while that is not read)."""


def no_reason(_: int, __: Tile | None) -> str:
    """Photos that are shown because they are there."""
    return ""


@dataclass(frozen=True)
class Section:
    """A run of photos under one heading: how many, and of which month.

    month is 0 for a whole year, year is 0 for photos that have nothing to do with time. title is
    used instead where there is one.
    """

    count: int
    year: int = 0
    month: int = 0
    title: str = ""


@dataclass(frozen=True, eq=False)
class Shown:
    """Photo ids [n] in the order they are shown, cut into sections. why: the reason a photo is
    shown, empty where there is none to give."""

    ids: Ids
    sections: Sequence[Section]
    why: Why = no_reason

    @classmethod
    def flat(cls, ids: Sequence[int] | Ids, why: Why = no_reason, title: str = "") -> Shown:
        """Photos in a given order, under one title or none."""
        array = np.asarray(ids, dtype=np.int64)
        return cls(array, [Section(len(array), title=title)] if len(array) else [], why)

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def _order(self) -> tuple[Ids, Ids]:
        rows = np.argsort(self.ids, kind="stable")
        return self.ids[rows], rows

    def ready(self) -> Shown:
        """Itself, once what finding rows needs is made: in the background, it takes a moment."""
        _ = self._order
        return self

    def rows_of(self, photo_ids: Sequence[int] | Ids) -> Ids:
        """The rows of these photos, ascending; those not shown are left out."""
        rows = self.find(photo_ids)
        return np.sort(rows[rows >= 0])

    def find(self, photo_ids: Sequence[int] | Ids) -> Ids:
        """The row of each of these photos, -1 where it is not shown."""
        wanted = np.asarray(photo_ids, dtype=np.int64)
        if not len(self.ids):
            return np.full(len(wanted), -1, np.int64)
        known, rows = self._order
        at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
        return np.where(known[at] == wanted, rows[at], -1)

    def row_of(self, photo_id: int) -> int:
        """The row of one photo, -1 if it is not shown."""
        rows = self.rows_of([photo_id])
        return int(rows[0]) if len(rows) else -1

    def only(self, photo_ids: Sequence[int] | Ids, why: Why = no_reason) -> Shown:
        """Those of the photos shown here that are among these, under the same headings."""
        return self.at(self.rows_of(photo_ids), why)

    def at(self, rows: Ids, why: Why = no_reason) -> Shown:
        """The photos of these rows, which ascend, under the same headings."""
        ends = np.cumsum([section.count for section in self.sections])
        cut = np.searchsorted(rows, ends)
        counts = np.diff(cut, prepend=0)
        sections = [
            Section(int(count), one.year, one.month, one.title)
            for one, count in zip(self.sections, counts, strict=True)
            if count
        ]
        return Shown(self.ids[rows], sections, why)


NOTHING = Shown.flat([])
