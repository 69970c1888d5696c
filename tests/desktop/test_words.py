"""Numbers and times as people say them."""

from __future__ import annotations

import pytest
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QApplication

from desktop import words


def test_numbers(qapp: QApplication) -> None:
    assert words.photos(1) == "1 photo"
    assert words.photos(8041) == "8,041 photos"
    assert words.of(5066, 8041) == "5,066 of 8,041"
    assert words.of(5066, 0) == "5,066"
    assert words.together("a", "", "b") == "a · b"


@pytest.mark.parametrize(
    ("per_second", "said"),
    [(4.1, "4 a second"), (0.2, "12 a minute"), (0.001, "4 an hour"), (0.00001, "1 an hour")],
)
def test_rates(qapp: QApplication, per_second: float, said: str) -> None:
    assert words.rate(per_second) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (20, "less than a minute"),
        (720, "about 12 min"),
        (5400, "about 2 h"),
        (90_000, "about 25 h"),
    ],
)
def test_times_left(qapp: QApplication, seconds: float, said: str) -> None:
    assert words.left(seconds) == said


def test_dates(qapp: QApplication) -> None:
    assert words.month(2024, 8) == "August 2024"
    assert words.moment("2024-08-14T16:20:00+02:00") == "14 August 2024, 16:20"


def test_a_note_beside_the_pointer_is_never_read_as_markup(qapp: QApplication) -> None:
    assert words.plain("Tom & Jerry") == "Tom & Jerry"
    assert Qt.mightBeRichText("<b>x</b>")
    assert "&lt;b&gt;x&lt;/b&gt;" in words.plain("<b>x</b>")


def test_only_words_that_fill_a_line_are_broken() -> None:
    assert words.breakable("Maximilian is in 3 photos") == "Maximilian is in 3 photos"
    assert words.breakable("W" * 30) == f"{'W' * 24}\u200b{'W' * 6}"
