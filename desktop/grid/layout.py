"""Where each photo of a grid lies: arithmetic over sections, never over photos."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from desktop.theme import sizes

HEADING = 46
"""Height of a heading, its distance to the photos below included."""
BETWEEN = 14
"""Below a section's last row."""


class Cell(NamedTuple):
    """A square in the grid's own coordinates, from the top of everything."""

    x: int
    y: int
    side: int


class GridLayout:
    """A grid of `width` pixels whose cells are at least `side` wide and fill the width.

    counts: photos in each section, none of them 0. With `headings`, each has one above it.
    """

    def __init__(
        self,
        counts: Sequence[int],
        width: int,
        side: int,
        *,
        headings: bool = True,
        gap: int = sizes.GAP,
    ) -> None:
        self.gap = gap
        self.heading = HEADING if headings else 0
        self.columns = max(1, (width + gap) // (side + gap))
        self.side = max(1, (width - (self.columns - 1) * gap) // self.columns)
        self.counts = np.asarray(counts, dtype=np.int64)
        self._pitch = self.side + gap
        rows = -(-self.counts // self.columns)
        heights = self.heading + rows * self._pitch + (BETWEEN if headings else 0)
        self._first = np.concatenate(([0], np.cumsum(self.counts)))
        self._top = np.concatenate(([0], np.cumsum(heights)))

    @property
    def count(self) -> int:
        """How many photos there are."""
        return int(self._first[-1])

    @property
    def height(self) -> int:
        """Of everything, in pixels."""
        return int(self._top[-1])

    def section_of(self, row: int) -> int:
        """The section of a photo; rows count photos, from 0."""
        return int(np.searchsorted(self._first, row, side="right")) - 1

    def section_top(self, section: int) -> int:
        """Where a section's heading begins."""
        return int(self._top[section])

    def section_at(self, y: int) -> int:
        """The section at a height; the nearest one above and below everything."""
        at = int(np.searchsorted(self._top, y, side="right")) - 1
        return min(max(at, 0), len(self.counts) - 1)

    def cell(self, row: int) -> Cell:
        """Where a photo lies."""
        section = self.section_of(row)
        line, column = divmod(row - int(self._first[section]), self.columns)
        y = int(self._top[section]) + self.heading + line * self._pitch
        return Cell(column * self._pitch, y, self.side)

    def cells(self, top: int, bottom: int) -> Iterator[tuple[int, Cell]]:
        """The photos between two heights, in order, with where they lie."""
        if not len(self.counts):
            return
        pitch, side, columns = self._pitch, self.side, self.columns
        for section in range(self.section_at(top), self.section_at(bottom) + 1):
            y0 = int(self._top[section]) + self.heading
            first, count = int(self._first[section]), int(self.counts[section])
            start = max(0, (top - y0) // pitch)
            end = min(-(-count // columns), (bottom - y0) // pitch + 1)
            for line in range(start, end):
                y = y0 + line * pitch
                at = line * columns
                for column in range(min(columns, count - at)):
                    yield first + at + column, Cell(column * pitch, y, side)

    def span(self, top: int, bottom: int) -> tuple[int, int]:
        """The first photo between two heights, and the one after the last."""
        rows = [row for row, _ in self.cells(top, bottom)]
        return (rows[0], rows[-1] + 1) if rows else (0, 0)

    def headings(self, top: int, bottom: int) -> Iterator[tuple[int, int]]:
        """The sections whose headings are between two heights, and where they begin."""
        if not self.heading or not len(self.counts):
            return
        for section in range(self.section_at(top), self.section_at(bottom) + 1):
            y = int(self._top[section])
            if y + self.heading > top:
                yield section, y

    def at(self, x: int, y: int) -> int:
        """The photo at a point, -1 where there is none."""
        for row, cell in self.cells(y, y):
            if cell.x <= x < cell.x + cell.side and cell.y <= y < cell.y + cell.side:
                return row
        return -1

    def within(self, x0: int, y0: int, x1: int, y1: int) -> list[tuple[int, int]]:
        """The photos that a rectangle touches, as ranges of rows, both ends counted in."""
        found: list[tuple[int, int]] = []
        left = max(0, (x0 + self.gap) // self._pitch)
        right = min(self.columns - 1, x1 // self._pitch)
        if left > right or not len(self.counts) or y1 < 0:
            return found
        for section in range(self.section_at(y0), self.section_at(y1) + 1):
            top = int(self._top[section]) + self.heading
            first, count = int(self._first[section]), int(self.counts[section])
            start = max(0, (y0 - top + self.gap) // self._pitch)
            end = min(-(-count // self.columns) - 1, (y1 - top) // self._pitch)
            if start > end:
                continue
            if left == 0 and right == self.columns - 1:
                last = min(count, (end + 1) * self.columns) - 1
                _join(found, first + start * self.columns, first + last)
                continue
            for line in range(start, end + 1):
                at = line * self.columns
                last = min(count - 1, at + right)
                if at + left <= last:
                    _join(found, first + at + left, first + last)
        return found

    def beside(self, row: int, lines: int) -> int:
        """The photo some lines below (above, if negative) another, in its column if it has one."""
        section = self.section_of(row)
        line, column = divmod(row - int(self._first[section]), self.columns)
        step = 1 if lines > 0 else -1
        for _ in range(abs(lines)):
            line += step
            if line < 0:
                if section == 0:
                    return row
                section -= 1
                line = (int(self.counts[section]) - 1) // self.columns
            elif line * self.columns >= self.counts[section]:
                if section == len(self.counts) - 1:
                    return row
                section, line = section + 1, 0
            at = min(line * self.columns + column, int(self.counts[section]) - 1)
            row = int(self._first[section]) + at
        return row


def _join(ranges: list[tuple[int, int]], first: int, last: int) -> None:
    if ranges and ranges[-1][1] == first - 1:
        ranges[-1] = (ranges[-1][0], last)
    else:
        ranges.append((first, last))
