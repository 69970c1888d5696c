"""Questions about a photo, while the engine is there and while it is not."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.decisions import people
from desktop.pages.photo.page import PhotoPage
from desktop.process.engine import GAVE_UP, READY, RESTARTING, STARTING
from tests.desktop.engine_fake import FakeEngine
from tests.desktop.pages.photo.conftest import House

Key = Qt.Key


def ask(page: PhotoPage, question: str) -> None:
    """By keyboard alone, from the photo."""
    page.stage.setFocus()
    QTest.keyClick(page.stage, Key.Key_A)
    line = page.panel.ask.line
    assert QApplication.focusWidget() is line
    QTest.keyClicks(line, question)
    QTest.keyClick(line, Key.Key_Return)


def said(page: PhotoPage) -> list[str]:
    return [one.said for one in page.panel.ask.exchanges]


def test_a_question_is_answered_and_says_where_that_comes_from(
    page: PhotoPage, house: House, engine: FakeEngine
) -> None:
    assert page.panel.ask.line.placeholderText() == "What is Biscuit doing?"
    ask(page, "Is Biscuit here?")
    assert said(page) == ["Looking at the photo…"]
    request = engine.answer(
        "ask", {"answer": "Yes, Biscuit is here.", "source": "sightings", "note": None}
    )
    assert request.params == {
        "photo_id": house.beach,
        "question": "Is Biscuit here?",
        "history": [],
    }
    assert said(page) == ["Yes, Biscuit is here. from what Familiar recognised"]
    assert page.panel.ask.line.text() == ""


def test_an_answer_follows_what_is_said_of_who_is_here(
    page: PhotoPage, house: House, engine: FakeEngine
) -> None:
    ask(page, "Is Biscuit here?")
    engine.answer("ask", {"answer": "Yes, he is.", "source": "sightings", "note": None})
    ask(page, "What is on the sand?")
    engine.answer("ask", {"answer": "A red ball.", "source": "model", "note": None})
    page.context.history.decide(people.reject(house.biscuit, "Biscuit", [house.beach]))
    (request,) = engine.waiting("ask")
    assert (request.params["question"], request.params["history"]) == ("Is Biscuit here?", [])
    assert said(page)[0].startswith("Yes, he is.")
    engine.answer("ask", {"answer": "You said no.", "source": "sightings", "note": None})
    assert said(page)[0].startswith("You said no.")
    assert said(page)[1].startswith("A red ball.")
    page.context.history.undo()
    (request,) = engine.waiting("ask")
    assert request.params["question"] == "Is Biscuit here?"
    engine.refuse("ask", "It cannot say.")
    assert said(page)[0].startswith("You said no.")
    page.context.history.redo()
    page.step(1)
    assert not engine.waiting("ask")


def test_what_was_said_before_goes_with_the_next_question(
    page: PhotoPage, engine: FakeEngine
) -> None:
    ask(page, "What is on the sand?")
    engine.answer("ask", {"answer": "A red ball.", "source": "model", "note": None})
    ask(page, "Whose is it?")
    (request,) = engine.waiting("ask")
    assert request.params["history"] == [["What is on the sand?", "A red ball."]]
    assert said(page)[0] == "A red ball. from looking at the photo"


@pytest.mark.parametrize(
    ("source", "note", "words"),
    [
        ("file", None, "from the photo's file"),
        ("faces", "Backs do not count.", "from the faces in the photo. Backs do not count."),
        ("caption", "Run `familiar packs`.", "This is the caption."),
    ],
)
def test_every_source_has_plain_words(
    page: PhotoPage, engine: FakeEngine, source: str, note: str | None, words: str
) -> None:
    ask(page, "Why?")
    engine.answer("ask", {"answer": "So.", "source": source, "note": note})
    (shown,) = said(page)
    assert shown.startswith(f"So. {words}")
    assert "`" not in shown


def test_a_question_waits_for_an_engine_that_is_getting_ready(
    page: PhotoPage, engine: FakeEngine
) -> None:
    engine.set_state(STARTING)
    ask(page, "Where is this?")
    assert said(page) == ["Familiar is still getting ready. Your question waits."]
    engine.set_state(READY)
    assert said(page) == ["Looking at the photo…"]
    engine.set_state(RESTARTING, "It stopped.")
    assert said(page) == ["Familiar is still getting ready. Your question waits."]
    # The question is put to the next engine, not asked again by the owner.
    (request,) = engine.waiting("ask")
    assert request.again
    engine.set_state(READY)
    engine.answer("ask", {"answer": "At the sea.", "source": "model", "note": None})
    assert said(page) == ["At the sea. from looking at the photo"]


def test_a_question_that_cannot_be_answered_says_why_and_can_be_asked_again(
    page: PhotoPage, engine: FakeEngine
) -> None:
    ask(page, "Where is this?")
    engine.set_state(GAVE_UP, "It keeps stopping.")
    engine.refuse("ask", "It keeps stopping.")
    assert said(page) == ["It keeps stopping."]
    assert page.panel.ask.line.text() == "Where is this?"


def test_leaving_the_photo_cancels_the_question(
    page: PhotoPage, house: House, engine: FakeEngine
) -> None:
    ask(page, "Where is this?")
    (request,) = engine.waiting("ask")
    page.step(1)
    assert request.over
    assert page.panel.ask.exchanges == []
    page.step(-1)
    assert page.panel.ask.exchanges == []
    ask(page, "And this?")
    (request,) = engine.waiting("ask")
    page.escape()
    assert request.over


def test_one_question_at_a_time(page: PhotoPage, engine: FakeEngine) -> None:
    ask(page, "One?")
    ask(page, "Two?")
    assert len(engine.waiting("ask")) == 1
    assert page.panel.ask.line.text() == "Two?"


def test_nothing_is_not_asked(page: PhotoPage, engine: FakeEngine) -> None:
    ask(page, "   ")
    assert engine.waiting("ask") == []


def test_escape_gives_the_keyboard_back_to_the_photo(page: PhotoPage) -> None:
    page.panel.ask.line.setFocus()
    QTest.keyClick(page.panel.ask.line, Key.Key_Escape)
    assert QApplication.focusWidget() is page.stage
    assert page.isVisible()
