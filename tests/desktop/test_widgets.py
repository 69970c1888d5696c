"""The parts pages are put together from."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.context import Context
from desktop.shell.sidebar_item import SidebarItem
from desktop.widgets import Button, Card, Chip, EmptyState, FlowLayout, Label, RoundPicture
from desktop.widgets.short_label import ShortLabel


def test_a_flow_breaks_lines_where_the_width_ends(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    flow = FlowLayout(holder, gap=10, line_gap=5)
    boxes = [QWidget() for _ in range(5)]
    for box in boxes:
        box.setFixedSize(90, 20)
        flow.addWidget(box)
    holder.resize(300, 200)
    holder.show()
    QApplication.processEvents()
    assert [(box.x(), box.y()) for box in boxes] == [
        (0, 0), (100, 0), (200, 0), (0, 25), (100, 25)
    ]  # fmt: skip
    assert flow.heightForWidth(300) == 45
    assert flow.heightForWidth(100) == 5 * 20 + 4 * 5
    first = QWidget()
    first.setFixedSize(30, 20)
    flow.insertWidget(0, first)
    QApplication.processEvents()
    assert (first.x(), boxes[0].x()) == (0, 40)
    assert flow.itemAt(99) is None
    assert flow.takeAt(99) is None
    flow.clear()
    assert flow.count() == 0


def test_a_picture_is_a_letter_until_it_is_there(
    qtbot: QtBot, context: Context, photo_ids: list[int]
) -> None:
    picture = RoundPicture(context.thumbnails, 40)
    qtbot.addWidget(picture)
    picture.show_photo(None, None, "biscuit")
    letter = picture.grab().toImage()
    assert picture.accessibleName() == "biscuit"
    picture.show_photo(photo_ids[0], (0.2, 0.2, 0.8, 0.8), "biscuit")
    with qtbot.waitExposed(picture):
        picture.show()
    wanted = picture._picture()
    assert wanted is not None
    assert context.thumbnails.pixmap(wanted) is not None
    assert picture.grab().toImage() != letter


def test_chips_are_clicked_and_removed_by_mouse_and_keyboard(
    qtbot: QtBot, context: Context
) -> None:
    chip = Chip(
        "Biscuit", named=True, removable=True, clickable=True, thumbnails=context.thumbnails
    )
    qtbot.addWidget(chip)
    chip.show()
    heard: list[str] = []
    chip.clicked.connect(lambda: heard.append("clicked"))
    chip.removed.connect(lambda: heard.append("removed"))
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_Delete, Qt.Key.Key_X):
        QTest.keyClick(chip, key)
    assert heard == ["clicked", "clicked", "clicked", "removed"]
    assert chip.text == chip.accessibleName() == "Biscuit"
    plain = Chip("2023")
    qtbot.addWidget(plain)
    assert plain.focusPolicy() == Qt.FocusPolicy.NoFocus
    QTest.mouseClick(plain, Qt.MouseButton.LeftButton)


def test_a_long_chip_is_cut_with_dots_and_says_all_when_pointed_at(
    qtbot: QtBot, context: Context
) -> None:
    chip = Chip("W" * 100, named=True, removable=True, thumbnails=context.thumbnails)
    qtbot.addWidget(chip)
    whole = chip.sizeHint().width()
    chip.shorten(200)
    assert chip.sizeHint().width() <= 200
    assert chip.text == chip.toolTip() == chip.accessibleName() == "W" * 100
    chip.shorten(2000)
    assert (chip.sizeHint().width(), chip.toolTip()) == (whole, "")


def test_an_empty_page_says_what_to_do(qtbot: QtBot, qtlog: Any) -> None:
    done: list[bool] = []
    empty = EmptyState("folder", "Nothing", "Add something.")
    qtbot.addWidget(empty)
    button = empty.add_button(Button("Add", lambda: done.append(True), "primary"))
    empty.resize(600, 400)
    empty.show()
    button.click()
    assert done == [True]
    assert empty.text.height() >= empty.text.sizeHint().height()
    empty.say("Still nothing")
    assert empty.title.text() == "Still nothing"
    assert empty.text.isHidden()
    QApplication.sendEvent(empty, QEvent(QEvent.Type.PaletteChange))
    qtbot.addWidget(EmptyState("folder", "With no text from the beginning"))
    said = [one.message for one in qtlog.records]
    assert [one for one in said if "This plugin does not support" not in one] == []


def test_text_is_never_read_as_markup(qtbot: QtBot) -> None:
    card = Card()
    qtbot.addWidget(card)
    label = Label("<b>Biscuit</b> & co", "title")
    card.body.addWidget(label)
    assert label.textFormat() == Qt.TextFormat.PlainText
    card.show()
    assert label.sizeHint().width() > Label("Biscuit & co", "title").sizeHint().width()


def test_a_short_label_is_cut_with_dots_and_says_all_when_pointed_at(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    row = QHBoxLayout(window)
    label = ShortLabel("A title of some length", "title", window, hint="Double-click")
    row.addWidget(label)
    row.addStretch()
    window.resize(500, 80)
    with qtbot.waitExposed(window):
        window.show()
    assert label.text() == label.whole == "A title of some length"
    assert label.toolTip() == "Double-click"
    assert label.width() <= label.sizeHint().width()
    window.resize(160, 80)
    qtbot.waitUntil(lambda: label.text().endswith("…"))
    assert label.toolTip() == label.accessibleName() == "A title of some length"
    label.say("Short")
    qtbot.waitUntil(lambda: label.text() == "Short")


def test_names_are_shown_as_they_are_and_no_letter_of_theirs_is_a_key(qtbot: QtBot) -> None:
    button, item = Button("Not Tom &Jerry"), SidebarItem("Tom &Jerry")
    for widget in (button, item):
        qtbot.addWidget(widget)
        assert widget.shortcut().isEmpty()
    assert button.text() == "Not Tom &&Jerry", "as Qt wants it, to show one"
    assert item.text() == "Tom &Jerry", "it paints its text itself"
    button.setText("Learn Tom &Jerry")
    assert button.text() == "Learn Tom &&Jerry"
    assert button.shortcut().isEmpty()


def test_two_clicks_and_a_key_that_is_held_press_a_button_once(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    pressed: list[str] = []
    for at, name in enumerate(("first", "second")):
        button = Button(name, lambda name=name: pressed.append(name), parent=holder)  # type: ignore[misc]
        button.setGeometry(0, 40 * at, 100, 30)
    first, second = holder.findChildren(Button)
    with qtbot.waitExposed(holder):
        holder.show()
    first.clicked.connect(first.hide)
    first.clicked.connect(lambda: second.move(0, 0))
    window = holder.windowHandle()
    assert window is not None
    QTest.mouseDClick(
        window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(50, 15)
    )
    assert pressed == ["first"]
    second.setFocus()
    for held in (False, True, True):
        event = QKeyEvent(
            QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", held
        )
        QApplication.sendEvent(second, event)
    assert pressed == ["first", "second"]
    QTest.mouseClick(second, Qt.MouseButton.LeftButton)
    QTest.mouseClick(second, Qt.MouseButton.LeftButton)
    assert pressed == ["first", "second", "second", "second"]
