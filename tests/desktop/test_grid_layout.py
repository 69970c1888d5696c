"""Where photos lie, compared with placing them one by one."""

from __future__ import annotations

import random

import pytest

from desktop.grid.layout import BETWEEN, HEADING, GridLayout


def placed(counts: list[int], width: int, side: int, gap: int = 4) -> list[tuple[int, int, int]]:
    """Every photo's place, by going through them all."""
    columns = max(1, (width + gap) // (side + gap))
    cell = (width - (columns - 1) * gap) // columns
    places, top = [], 0
    for count in counts:
        top += HEADING
        for number in range(count):
            line, column = divmod(number, columns)
            places.append((column * (cell + gap), top + line * (cell + gap), cell))
        top += -(-count // columns) * (cell + gap) + BETWEEN
    return places


CASES = [
    ([7], 400, 90),
    ([1, 1, 1], 400, 90),
    ([12, 5, 1, 30], 640, 90),
    ([3, 8], 60, 90),
    ([random.Random(seed).randint(1, 40) for seed in range(30)], 777, 124),
]


@pytest.mark.parametrize(("counts", "width", "side"), CASES)
def test_every_photo_is_where_it_belongs(counts: list[int], width: int, side: int) -> None:
    grid = GridLayout(counts, width, side)
    places = placed(counts, width, side)
    assert grid.count == len(places)
    assert [tuple(grid.cell(row)) for row in range(grid.count)] == places
    assert [tuple(cell) for _, cell in grid.cells(0, grid.height)] == places
    assert all(x + cell <= width for x, _, cell in places)


@pytest.mark.parametrize(("counts", "width", "side"), CASES)
def test_what_is_in_sight(counts: list[int], width: int, side: int) -> None:
    grid = GridLayout(counts, width, side)
    places = placed(counts, width, side)
    chance = random.Random(3)
    for _ in range(60):
        top = chance.randint(-50, grid.height)
        bottom = top + chance.randint(0, 500)
        rows = [row for row, (_, y, cell) in enumerate(places) if y + cell > top and y <= bottom]
        seen = [row for row, cell in grid.cells(top, bottom) if cell.y + cell.side > top]
        assert seen == rows


@pytest.mark.parametrize(("counts", "width", "side"), CASES)
def test_points_and_rectangles(counts: list[int], width: int, side: int) -> None:
    grid = GridLayout(counts, width, side)
    places = placed(counts, width, side)
    chance = random.Random(4)
    for _ in range(80):
        x0, x1 = sorted(chance.randint(-20, width + 20) for _ in range(2))
        y0, y1 = sorted(chance.randint(-20, grid.height + 20) for _ in range(2))
        hit = [
            row
            for row, (x, y, cell) in enumerate(places)
            if x < x1 + 1 and x + cell > x0 and y < y1 + 1 and y + cell > y0
        ]
        found = [row for a, b in grid.within(x0, y0, x1, y1) for row in range(a, b + 1)]
        assert found == hit
        at = [
            row
            for row, (x, y, cell) in enumerate(places)
            if x <= x0 < x + cell and y <= y0 < y + cell
        ]
        assert grid.at(x0, y0) == (at[0] if at else -1)


def test_moving_up_and_down_keeps_the_column_where_it_can() -> None:
    grid = GridLayout([5, 2, 4], 400, 90)  # four columns
    assert grid.columns == 4
    assert grid.beside(1, 1) == 4  # the second line has one photo
    assert grid.beside(4, 1) == 5
    assert grid.beside(6, 1) == 8
    assert grid.beside(10, -1) == 6
    assert grid.beside(0, -1) == 0
    assert grid.beside(10, 1) == 10
    assert grid.beside(0, 100) == 7
    assert grid.beside(10, -100) == 3


def test_a_million_photos_are_laid_out_by_section_alone() -> None:
    grid = GridLayout([5000] * 200, 1000, 164)
    assert grid.count == 1_000_000
    last = grid.cell(999_999)
    assert last.y < grid.height
    assert grid.at(last.x + 1, last.y + 1) == 999_999
    assert grid.section_of(999_999) == 199


def test_without_headings_and_without_photos() -> None:
    assert GridLayout([4], 400, 90, headings=False).cell(0).y == 0
    nothing = GridLayout([], 400, 90)
    assert nothing.height == 0
    assert nothing.span(0, 100) == (0, 0)
    assert nothing.within(0, 0, 100, 100) == []
    assert nothing.at(1, 1) == -1
