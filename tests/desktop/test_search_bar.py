"""Names become chips as they are typed; what was typed is never changed in meaning."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.context import Context
from desktop.widgets import Chip
from desktop.widgets.search_bar import Named, SearchBar
from desktop.widgets.tokens import ends_with_name, split
from engine.search.query import Known, parse

NAMES = [
    Known(1, "Biscuit", "dog"),
    Known(2, "Ada", "person"),
    Known(3, "Ada Lovelace", "person"),
    Known(4, "Zoë", "person"),
]


def labels(text: str, *, finished: bool = False) -> tuple[list[str], str]:
    tokens, rest = split(text, NAMES, finished=finished)
    return [token.label for token in tokens], rest


@pytest.mark.parametrize(
    ("text", "chips", "rest"),
    [
        ("Biscuit", [], "Biscuit"),
        ("Biscuit ", ["Biscuit"], ""),
        ("biscuit on the beach", ["Biscuit"], "on the beach"),
        ("Ada ", [], "Ada "),  # it may become Ada Lovelace
        ("Ada L", [], "Ada L"),
        ("Ada x", ["Ada"], "x"),
        ("Ada Lovelace and Biscuit ", ["Ada Lovelace", "Biscuit"], ""),
        ("Biscuit without zoe in the snow", ["Biscuit", "not Zoë"], "in the snow"),
        ("Biscuit or Zoë ", ["Biscuit", "or Zoë"], ""),
        ("photos of Biscuit at home", ["Biscuit"], "at home"),
        ("on the beach with Biscuit ", [], "on the beach with Biscuit "),
        ("Biscuit 2023 asleep", ["Biscuit", "2023"], "asleep"),
        ("before:2020 is:favourite ", ["before 2020", "favourite"], ""),
        ('Biscuit "a red ball" x', ["Biscuit", "“a red ball”"], "x"),
        ('Biscuit "a red', ["Biscuit"], '"a red'),
        ("", [], ""),
        ("   ", [], "   "),
    ],
)
def test_what_a_search_begins_with_becomes_chips(text: str, chips: list[str], rest: str) -> None:
    assert labels(text) == (chips, rest)


@pytest.mark.parametrize(
    ("name", "text", "rest"),
    [
        ("Grace Hopper", "Grace Hopper", "on the beach"),
        ("Grace Hopper", "without grace hopper", "at home"),
        ("Maria del Carmen Lopez", "Maria del Carmen Lopez", "asleep"),
        ("Tom & Jerry", "Tom & Jerry", "asleep"),
        ('William "Bill" Gates', 'William "Bill" Gates', "at home"),
        ("Luna 🐶", "Luna 🐶", "asleep"),
        ("Luna 🐶", "Luna", "asleep"),
    ],
)
def test_a_name_of_several_words_is_one_chip(name: str, text: str, rest: str) -> None:
    tokens, left = split(f"{text} {rest}", [Known(1, name, "person")])
    assert [(token.text, token.chip.text) for token in tokens] == [(text, name)]
    assert left == rest


def test_what_only_begins_like_a_name_stays_text() -> None:
    assert split("Grace at home ", [Known(1, "Grace Hopper", "person")]) == ([], "Grace at home ")


@pytest.mark.parametrize("text", ["Ada", "Biscuit without zoe", "Biscuit or Ada Lovelace 2023"])
def test_a_finished_search_needs_no_space_at_its_end(text: str) -> None:
    tokens, rest = split(text, NAMES, finished=True)
    assert rest == ""
    assert " ".join(token.text for token in tokens) == text


@pytest.mark.parametrize(
    "text",
    [
        "Biscuit without zoe in the snow 2023",
        "photos of Ada Lovelace and Biscuit or Zoë asleep",
        'Biscuit "a red ball" before:2020 on the lawn',
    ],
)
def test_chips_and_words_together_mean_what_was_typed(text: str) -> None:
    tokens, rest = split(text, NAMES)
    again = " ".join([*(token.text for token in tokens), rest])
    assert parse(again, NAMES) == parse(text, NAMES)


def test_names_are_offered_for_their_first_letters() -> None:
    assert ends_with_name("Biscuit and ad", NAMES) == ("ad", NAMES[1:3])
    assert ends_with_name("ada lo", NAMES) == ("ada lo", [NAMES[2]])
    assert ends_with_name("zo", NAMES) == ("zo", [NAMES[3]])
    assert ends_with_name("beach", NAMES) == ("", [])
    assert ends_with_name("Biscuit ", NAMES) == ("", [])
    assert ends_with_name("", NAMES) == ("", [])


@pytest.fixture
def bar(qtbot: QtBot, context: Context) -> SearchBar:
    bar = SearchBar(context.thumbnails)
    qtbot.addWidget(bar)
    bar.set_names([Named(one) for one in NAMES])
    bar.resize(700, 46)
    with qtbot.waitExposed(bar):
        bar.show()
    bar.setFocus()
    return bar


def chips(bar: SearchBar) -> list[str]:
    QApplication.processEvents()
    return [chip.text for chip in bar.findChildren(Chip) if not chip.isHidden()]


def press(bar: SearchBar, key: Qt.Key) -> None:
    QTest.keyClick(bar.edit, key)


def test_typing_makes_chips(bar: SearchBar) -> None:
    said: list[str] = []
    bar.changed.connect(said.append)
    QTest.keyClicks(bar.edit, "Biscuit without zoe on")
    assert chips(bar) == ["Biscuit", "not Zoë"]
    assert bar.edit.text() == "on"
    assert bar.text == "Biscuit without zoe on"
    assert said[0] == "B"
    assert said[-1] == "Biscuit without zoe on"
    assert len(said) == len(set(said))


def test_backspace_makes_a_chip_text_again(bar: SearchBar) -> None:
    bar.set_text("Biscuit without Zoë")
    assert chips(bar) == ["Biscuit", "not Zoë"]
    press(bar, Qt.Key.Key_Backspace)
    assert chips(bar) == ["Biscuit"]
    assert bar.edit.text() == "without Zoë"
    assert bar.edit.cursorPosition() == len("without Zoë")


def test_a_chips_cross_takes_it_out(bar: SearchBar) -> None:
    bar.set_text("Biscuit without Zoë asleep")
    said: list[str] = []
    bar.changed.connect(said.append)
    first = next(chip for chip in bar.findChildren(Chip) if chip.text == "Biscuit")
    first.removed.emit()
    assert bar.text == "without Zoë asleep"
    assert said == ["without Zoë asleep"]
    assert chips(bar) == ["not Zoë"]
    second = next(chip for chip in bar.findChildren(Chip) if not chip.isHidden())
    QTest.keyClick(second, Qt.Key.Key_Delete)
    assert bar.text == "asleep"


def test_a_name_is_completed_by_a_key(bar: SearchBar) -> None:
    QTest.keyClicks(bar.edit, "ad")
    press(bar, Qt.Key.Key_Down)
    press(bar, Qt.Key.Key_Return)
    assert chips(bar) == ["Ada Lovelace"]
    QTest.keyClicks(bar.edit, "and bi")
    press(bar, Qt.Key.Key_Tab)
    assert chips(bar) == ["Ada Lovelace", "Biscuit"]
    assert bar.text == "Ada Lovelace and Biscuit"
    QTest.keyClicks(bar.edit, "zo")
    assert bar._offers.isVisible()
    press(bar, Qt.Key.Key_Escape)
    assert not bar._offers.isVisible()
    assert bar.edit.text() == "zo"


def test_a_filter_is_completed_from_its_colon_on(bar: SearchBar) -> None:
    QTest.keyClicks(bar.edit, "rating")
    assert not bar._offers.isVisible(), "it may be a word"
    QTest.keyClicks(bar.edit, ":")
    press(bar, Qt.Key.Key_Down)
    press(bar, Qt.Key.Key_Return)
    assert chips(bar) == ["4 stars or more"]
    QTest.keyClicks(bar.edit, "is:f")
    press(bar, Qt.Key.Key_Tab)
    assert chips(bar) == ["4 stars or more", "favourite"]
    assert bar.text == "rating:4 is:favourite"
    QTest.keyClicks(bar.edit, "type:video")
    assert not bar._offers.isVisible(), "it is whole"


def test_enter_finishes_and_escape_clears(bar: SearchBar) -> None:
    submitted: list[str] = []
    bar.submitted.connect(submitted.append)
    left: list[bool] = []
    bar.left.connect(lambda: left.append(True))
    QTest.keyClicks(bar.edit, "Biscuit")
    press(bar, Qt.Key.Key_Return)
    assert submitted == ["Biscuit"]
    assert chips(bar) == ["Biscuit"]
    press(bar, Qt.Key.Key_Escape)
    assert bar.text == ""
    assert left == []
    press(bar, Qt.Key.Key_Escape)
    assert left == [True]


def test_writing_before_a_chip_changes_nothing_behind_the_cursor(bar: SearchBar) -> None:
    bar.edit.setText("Biscuit asleep")
    bar.edit.setCursorPosition(3)
    QTest.keyClicks(bar.edit, "x")
    assert bar.edit.text() == "Bisxcuit asleep"
    press(bar, Qt.Key.Key_Backspace)
    assert bar.edit.text() == "Biscuit asleep"
    assert bar.edit.cursorPosition() == 3


def test_a_new_name_is_understood_in_what_is_there(bar: SearchBar) -> None:
    QTest.keyClicks(bar.edit, "Momo asleep")
    assert chips(bar) == []
    bar.set_names([Named(one) for one in [*NAMES, Known(5, "Momo", "cat")]])
    assert chips(bar) == ["Momo"]
    assert bar.text == "Momo asleep"


def test_a_name_that_goes_is_words_again_and_other_chips_stay(bar: SearchBar) -> None:
    bar.set_text("Biscuit without Zoë")
    bar.setFocus()
    bar.set_names([Named(one) for one in NAMES])
    assert chips(bar) == ["Biscuit", "not Zoë"]
    bar.set_names([Named(one) for one in NAMES[:3]])
    assert chips(bar) == ["Biscuit"]
    assert bar.edit.text().strip() == "without Zoë"
    assert bar.text == "Biscuit without Zoë"


def test_many_chips_leave_room_to_write_in(bar: SearchBar) -> None:
    bar.resize(420, 46)
    bar.set_text("Biscuit without Zoë or Ada Lovelace 2023 is:favourite asleep")
    shown = chips(bar)
    assert shown[0] in ("+3", "+4")
    assert shown[-1] == "favourite"
    assert bar.edit.width() >= 100
    visible = [chip for chip in bar.findChildren(Chip) if chip.isVisible()]
    assert all(chip.width() >= chip.sizeHint().width() for chip in visible)
    bar.resize(1200, 46)
    assert chips(bar)[0] == "Biscuit"
    assert len(chips(bar)) == 5


def test_the_count_is_written_as_people_do(bar: SearchBar) -> None:
    bar.show_count(1054)
    assert bar._count.text() == "1,054 photos"
    bar.show_count(None)
    assert bar._count.text() == ""


def test_an_emoji_in_a_name_does_not_mislead_the_cursor(bar: SearchBar) -> None:
    bar.set_names([Named(Known(1, "Luna 🐶", "pet")), Named(Known(2, "Ada", "person"))])
    bar.edit.setFocus()
    QTest.keyClicks(bar.edit, "beach with Lu")
    QTest.keyClick(bar.edit, Qt.Key.Key_Tab)
    QTest.keyClicks(bar.edit, "and Ada")
    assert bar.edit.text() == "beach with Luna 🐶 and Ada"
    bar.edit.setText("🎉🎉 party Ad at home")
    bar.edit.setCursorPosition(len("🎉🎉 party A") + 2)
    QTest.keyClicks(bar.edit, "d")
    QTest.keyClick(bar.edit, Qt.Key.Key_Delete)
    QTest.keyClick(bar.edit, Qt.Key.Key_Tab)
    assert bar.edit.text() == "🎉🎉 party Ada at home"
