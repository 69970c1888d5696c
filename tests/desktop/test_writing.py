"""Titles that are changed where they stand, and the small card that asks for a name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from desktop.widgets import Button
from desktop.widgets.asking import Asking, ask_name
from desktop.widgets.editable_title import EditableTitle

ENTER, ESCAPE = Qt.Key.Key_Return, Qt.Key.Key_Escape


class Place(QWidget):
    """A window with a title, a button, and a line that has nothing to do with either."""

    def __init__(self) -> None:
        super().__init__()
        self.resize(500, 400)
        column = QVBoxLayout(self)
        self.title = EditableTitle("Name", self)
        self.title.setText("Ada")
        self.button = Button("New…", parent=self)
        self.other = QLineEdit(self)
        for widget in (self.title, self.button, self.other):
            column.addWidget(widget)
        self.names: list[str] = []
        self.title.entered.connect(self.names.append)

    def ask(self) -> Asking:
        return ask_name(self.button, "What is it called?", "Make it", self.names.append)


@pytest.fixture
def place(qtbot: QtBot) -> Iterator[Place]:
    made = Place()
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    made.button.setFocus()
    QApplication.processEvents()
    yield made
    made.close()


def test_a_title_is_changed_by_keyboard(place: Place) -> None:
    title = place.title
    title.edit()
    assert title.line.hasFocus()
    assert title.line.accessibleName() == "Name"
    assert title.line.selectedText() == "Ada"
    QTest.keyClicks(title.line, "  Ada   Lovelace ")
    QTest.keyClick(title.line, ENTER)
    assert place.names == ["Ada Lovelace"]
    assert not title.editing
    assert title.text() == "Ada", "whoever is told says what it is now"


@pytest.mark.parametrize("text", ["", "   ", "Ada"])
def test_nothing_new_changes_nothing(place: Place, text: str) -> None:
    place.title.edit()
    place.title.line.setText(text)
    place.other.setFocus()
    assert place.names == []
    assert not place.title.editing


def test_escape_leaves_it_as_it_was(place: Place) -> None:
    left: list[None] = []
    place.title.left.connect(lambda: left.append(None))
    place.title.edit()
    QTest.keyClicks(place.title.line, "Grace")
    QTest.keyClick(place.title.line, ESCAPE)
    assert place.names == []
    assert left == [None]
    assert place.title.text() == "Ada"
    place.title.edit()
    assert place.title.line.text() == "Ada"


def test_going_elsewhere_keeps_what_was_written(place: Place) -> None:
    QTest.mouseDClick(place.title, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert place.title.line.hasFocus()
    QTest.keyClicks(place.title.line, "Grace")
    place.other.setFocus()
    assert place.names == ["Grace"]
    assert not place.title.editing
    assert place.other.hasFocus()


def test_a_name_is_asked_for_without_stopping_the_window(place: Place) -> None:
    asking = place.ask()
    assert asking.isVisible()
    assert asking.line.hasFocus()
    assert asking.line.accessibleName() == "What is it called?"
    assert not asking.done.isEnabled()
    assert place.rect().contains(asking.geometry())
    QTest.keyClick(asking.line, ENTER)
    assert place.names == [], "there is no name yet"
    QTest.keyClicks(asking.line, " Summer ")
    assert asking.done.isEnabled()
    QTest.keyClick(asking.line, ENTER)
    assert place.names == ["Summer"]
    assert not asking.isVisible()
    assert place.button.hasFocus(), "as before"


def test_it_is_left_by_escape_by_its_button_and_by_going_elsewhere(place: Place) -> None:
    asking = place.ask()
    QTest.keyClicks(asking.line, "Summer")
    QTest.keyClick(asking.line, ESCAPE)
    assert not asking.isVisible()
    assert place.button.hasFocus()
    asking = place.ask()
    QTest.keyClick(asking.line, Qt.Key.Key_Tab)
    assert asking.isVisible(), "its own buttons are not elsewhere"
    asking.cancel.click()
    assert not asking.isVisible()
    asking = place.ask()
    place.other.setFocus()
    assert not asking.isVisible()
    assert place.other.hasFocus()
    assert place.names == []


def test_there_is_one_at_a_time(place: Place) -> None:
    first, second = place.ask(), place.ask()
    assert not first.isVisible()
    assert second.isVisible()
    QTest.keyClicks(second.line, "Summer")
    second.done.click()
    assert place.names == ["Summer"]


def test_a_name_is_taken_though_what_had_the_keyboard_before_is_gone(place: Place) -> None:
    """Photos came in meanwhile, so the page made its cards anew."""
    card = place.ask()
    QTest.keyClicks(card.line, "Biscuit")
    delete(place.button)
    QTest.keyClick(card.line, ENTER)
    assert place.names == ["Biscuit"]
    assert card.isHidden()
