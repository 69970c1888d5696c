"""The photos before and after the one that is shown, in the order they were chosen from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


class Neighbours:
    """A place in a list of photo ids [n], which may be a million."""

    def __init__(self, photo_id: int, among: Sequence[int] | NDArray[np.int64]) -> None:
        ids = np.asarray(among, dtype=np.int64)
        rows = np.flatnonzero(ids == photo_id)
        if not len(rows):
            ids, rows = np.array([photo_id], np.int64), np.array([0])
        self.ids = ids
        self.row = int(rows[0])

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def photo_id(self) -> int:
        """The photo at this place."""
        return int(self.ids[self.row])

    def step(self, by: int) -> bool:
        """Go on by so many, no further than to an end; whether that is another photo."""
        row = min(max(self.row + by, 0), len(self.ids) - 1)
        moved, self.row = row != self.row, row
        return moved

    def around(self, ahead: int, behind: int = 0) -> list[int]:
        """The next so many photos in one direction (negative: the other), nearest first, then some
        in the other one."""
        way = 1 if ahead >= 0 else -1
        steps = [way * one for one in range(1, abs(ahead) + 1)]
        steps += [-way * one for one in range(1, behind + 1)]
        rows = (self.row + step for step in steps)
        return [int(self.ids[row]) for row in rows if 0 <= row < len(self.ids)]
