"""The contact sheet holds every photo, with words that stay inside their card."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.demo.sheet import PAPER, Entry, Row, contact_sheet


def draw(path: Path, entries: list[Entry]) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    contact_sheet("Title", "subtitle", [Row("Heading", entries)], path)
    with Image.open(path) as sheet:
        return np.asarray(sheet.convert("RGB"))


def test_every_picture_is_on_the_sheet(tmp_path: Path) -> None:
    colours = [(20 * n, 255 - 20 * n, 90) for n in range(12)]
    entries = [Entry(Image.new("RGB", (300, 200), colour), "a colour") for colour in colours]
    sheet = draw(tmp_path / "sheet.png", entries)
    assert tuple(sheet[0, 0]) == tuple(bytes.fromhex(PAPER[1:]))
    for colour in colours:
        assert (sheet == colour).all(axis=2).sum() > 270 * 178


@pytest.mark.parametrize("size", [(4000, 1), (1, 4000), (1, 1)])
def test_any_shape_of_picture_is_drawn(tmp_path: Path, size: tuple[int, int]) -> None:
    sheet = draw(tmp_path / "sheet.png", [Entry(Image.new("RGB", size, (200, 10, 10)), "x")])
    assert (sheet == (200, 10, 10)).all(axis=2).sum() >= 200


@pytest.mark.parametrize(
    "caption", ["word " * 200, "W" * 500, "Привет Ελλάδα " * 30, "", "\x1b[2J\u202eevil\n\n"]
)
def test_words_stay_inside_their_card(tmp_path: Path, caption: str) -> None:
    plain = draw(tmp_path / "plain.png", [Entry(Image.new("RGB", (300, 200)), "")])
    wordy = draw(
        tmp_path / "wordy.png", [Entry(Image.new("RGB", (300, 200)), caption, ["Name " * 9] * 9)]
    )
    rows, columns = np.nonzero((plain != wordy).any(axis=2))
    assert rows.size
    assert columns.min() >= 56 + 14 - 2
    assert columns.max() <= 56 + 300 - 14 + 2
    assert rows.max() < 150 + 58 + 14 + 214 + 12 + 66 + 34 + 14


def test_letters_outside_the_first_font_are_drawn(tmp_path: Path) -> None:
    picture = Image.new("RGB", (300, 200))
    one = draw(tmp_path / "one.png", [Entry(picture, "Ж")])
    other = draw(tmp_path / "other.png", [Entry(picture, "Ω")])
    assert (one != other).any()
