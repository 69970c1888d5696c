"""The review while one answers quickly: every answer is about what was seen, and counted right."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.context import Context
from desktop.pages.people.review import Review
from desktop.reading.lanes import InstantLane, Lane
from engine.errors import LibraryError
from engine.library import Library
from engine.library.decisions import Decisions
from tests.desktop.conftest import MakeContext
from tests.desktop.test_reader import Patient
from tests.homes import fill

MODEL = "made up 1"
UNSURE = 130


class Writing:
    """Lanes of which only the one that writes waits until the test says so."""

    def __init__(self) -> None:
        self.lane = Patient("")
        self.slow = False

    def __call__(self, name: str) -> Lane:
        return self if name.endswith("write") else InstantLane()

    def submit(self, work: object) -> None:
        self.lane.submit(work)  # type: ignore[arg-type]
        if not self.slow:
            self.lane.run()

    def close(self, patience: float | None = None) -> bool:
        return self.lane.close(patience)


@pytest.fixture
def writing() -> Writing:
    return Writing()


@pytest.fixture
def context(make_context: MakeContext, home: Path, writing: Writing) -> Context:
    ids = fill(home, UNSURE, people=(("Ada", "person"),))
    with Library.open(home) as library:
        unsure = [(one, 0.49 - at / 1000, "suggested", None) for at, one in enumerate(ids)]
        library.sightings.put_scores(1, MODEL, unsure)
    made = make_context(home, writing)
    made.household.read()
    return made


@pytest.fixture
def review(qtbot: QtBot, context: Context) -> Review:
    made = Review(context)
    qtbot.addWidget(made)
    context.changes.changed.connect(lambda _: made.read())
    made.read()
    made.show()
    return made


def press(review: Review, key: Qt.Key, *, held: bool = False) -> None:
    event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, "", held)
    QApplication.sendEvent(review, event)


def asked(review: Review) -> int:
    assert review.question is not None
    return review.question.photo_id


def place(review: Review) -> str:
    return review._place.text().partition(" · ")[0]


def test_what_is_answered_is_not_asked_again_while_it_is_being_written(
    review: Review, writing: Writing
) -> None:
    writing.slow = True
    first = asked(review)
    press(review, Qt.Key.Key_Y)
    second = asked(review)
    review.read()
    assert asked(review) == second != first
    writing.lane.run()
    assert asked(review) == second


def test_an_answer_that_could_not_be_written_is_asked_again(
    review: Review, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise LibraryError("The disk is full.")

    said: list[str] = []
    context.notices.said.connect(lambda notice: said.append(notice.text))
    first = asked(review)
    with monkeypatch.context() as patch:
        patch.setattr(Decisions, "decide_many", full)
        press(review, Qt.Key.Key_Y)
    assert said == ["The disk is full."]
    assert asked(review) == first
    assert place(review) == f"1 of {UNSURE}"


def test_a_key_that_is_held_answers_one_question(review: Review) -> None:
    press(review, Qt.Key.Key_Y)
    second = asked(review)
    for _ in range(5):
        press(review, Qt.Key.Key_Y, held=True)
    assert asked(review) == second


def test_the_place_among_very_many_stays_right(review: Review, context: Context) -> None:
    assert place(review) == f"1 of {UNSURE}"
    press(review, Qt.Key.Key_Y)
    press(review, Qt.Key.Key_N)
    assert place(review) == f"3 of {UNSURE}"
    context.history.undo()
    assert place(review) == f"2 of {UNSURE}"


def test_however_many_are_passed_over_the_others_are_asked(review: Review) -> None:
    for _ in range(UNSURE - 1):
        press(review, Qt.Key.Key_S)
        review.read()
    assert place(review) == f"{UNSURE} of {UNSURE}"
    press(review, Qt.Key.Key_S)
    assert review.isHidden()


def test_a_long_name_is_cut_with_dots(review: Review, context: Context) -> None:
    context.reader._shelf.library().concepts.rename(1, "W" * 100)
    review.read()
    review.resize(700, 150)
    QApplication.processEvents()
    assert review._question.text().endswith("…")
    assert review.accessibleName() == f"Is this {'W' * 100}?"
