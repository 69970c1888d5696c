"""The caption: read with chips, written in place, kept, undone."""

from __future__ import annotations

import contextlib
import sqlite3

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop import navigation
from desktop.navigation import Destination
from desktop.notices import Notice
from desktop.pages.photo.caption_text import CaptionText
from desktop.pages.photo.models import writer
from desktop.pages.photo.page import PhotoPage
from desktop.theme import colours
from engine.news import Change
from tests.desktop.pages.photo.conftest import MODEL, House, Open

Key = Qt.Key
NAMES = {1: "Biscuit", 2: "Ada Lovelace"}


def went(page: PhotoPage) -> list[Destination]:
    heard: list[Destination] = []
    page.context.navigation.went.connect(heard.append)
    return heard


def write(page: PhotoPage, text: str, *, end: Qt.Key | None = Key.Key_Return) -> None:
    """Write a caption by keyboard alone, from the photo."""
    page.stage.setFocus()
    QTest.keyClick(page.stage, Key.Key_E)
    editor = page.panel.caption.editor
    assert QApplication.focusWidget() is editor
    editor.selectAll()
    QTest.keyClicks(editor, text)
    if end is not None:
        if editor.offering:
            QTest.keyClick(editor, Key.Key_Escape)
        QTest.keyClick(editor, end)
    QApplication.processEvents()


def kept(house: House, photo: int) -> str:
    with house.library() as library:
        caption = library.captions.get(photo)
        assert caption is not None
        return caption.template


# Reading


def test_names_are_chips_and_the_words_are_spoken_whole(page: PhotoPage) -> None:
    text = page.panel.caption.text
    assert [chip.text for chip in text.chips] == ["Biscuit"]
    assert text.accessibleName() == "Biscuit is playing on the beach"


def test_a_chip_leads_to_that_person_by_mouse_and_by_keyboard(
    page: PhotoPage, house: House
) -> None:
    heard = went(page)
    (chip,) = page.panel.caption.text.chips
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    page.context.navigation.back()
    (chip,) = page.panel.caption.text.chips
    chip.setFocus()
    QTest.keyClick(chip, Key.Key_Return)
    wanted = Destination(navigation.PEOPLE, concept_id=house.biscuit)
    assert [one for one in heard if one.page == navigation.PEOPLE] == [wanted, wanted]


def test_a_caption_flows_and_keeps_marks_with_their_names(qtbot: QtBot) -> None:
    text = CaptionText()
    qtbot.addWidget(text)
    text.show_template("{c1}'s ball lies beside {c2}, who is not looking.", NAMES, NAMES)
    assert text.accessibleName() == "Biscuit's ball lies beside Ada Lovelace, who is not looking."
    wide, narrow = text.heightForWidth(2000), text.heightForWidth(220)
    assert wide < narrow
    text.resize(220, narrow)
    text.show()
    for first, second in zip(text.pieces[:-1], text.pieces[1:], strict=True):
        if not second.spaced:
            assert first.at.y() == second.at.y()
            assert second.at.x() == pytest.approx(first.at.x() + first.width)
    assert all(piece.at.x() + piece.width <= 220 for piece in text.pieces)


def test_whoever_was_removed_is_no_chip(qapp: QApplication) -> None:
    text = CaptionText()
    text.show_template("{c1} and {c9} play", {**NAMES, 9: "a dog"}, NAMES)
    assert [chip.text for chip in text.chips] == ["Biscuit"]
    assert text.accessibleName() == "Biscuit and a dog play"


def test_who_wrote_it_is_said(page: PhotoPage, house: House) -> None:
    caption = page.panel.caption
    assert caption.said_by == "Written by the starter pack"
    assert not caption.revert_button.isVisible()
    assert "Caption by the starter pack" in page.panel.details.lines
    page.step(1)
    assert caption.said_by == "Written by you"
    assert caption.revert_button.isVisible()
    page.step(1)
    assert caption.none.isVisible()
    assert caption.edit_button.text() == "Write one"


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("starter-captioner-1 0a1b starter-2 9f fit 1.5", "the starter pack"),
        ("smolvlm2-0a1b2c-bfloat16 open_clip fit 1.5", "SmolVLM2"),
        ("blip-2-flan-t5-0a1b-float16 x", "BLIP-2"),
        ("made up 1", "Familiar"),
    ],
)
def test_models_have_names_that_people_know(version: str, words: str) -> None:
    assert writer(version) == words


def test_a_caption_that_is_out_of_date_says_so(page: PhotoPage, house: House) -> None:
    with house.library() as library:
        library.captions.mark_stale([house.beach])
    page.context.changes.tell(Change.of("captions", photos=[house.beach]))
    assert page.panel.caption.said_by == "About to be written again"


# Writing


def test_names_that_are_typed_become_names(page: PhotoPage, house: House) -> None:
    write(page, "Ada throws a ball {far} for Biscuit")
    assert kept(house, house.beach) == (
        f"{{c{house.ada}}} throws a ball {{{{far}}}} for {{c{house.biscuit}}}"
    )
    caption = page.panel.caption
    assert not caption.editing
    assert [chip.text for chip in caption.text.chips] == ["Ada", "Biscuit"]
    assert caption.said_by == "Written by you"
    # The keyboard is where it was.
    assert QApplication.focusWidget() is page.stage
    with house.library() as library:
        library.concepts.rename(house.ada, "Zoë")
    page.context.changes.tell(Change.of("concepts", "captions"))
    assert caption.text.accessibleName() == "Zoë throws a ball {far} for Biscuit"


def test_what_is_a_name_stands_on_a_pill_while_it_is_typed(page: PhotoPage) -> None:
    write(page, "Biscuit runs", end=None)
    editor = page.panel.caption.editor
    soft = QColor(colours().soft).rgb()
    image = editor.viewport().grab().toImage()

    def pills(left: int, right: int) -> bool:
        lines = range(image.height())
        return any(image.pixel(x, y) == soft for y in lines for x in range(left, right))

    assert pills(0, 60)
    assert not pills(90, image.width())
    QTest.keyClick(editor, Key.Key_Escape)


def test_a_name_is_completed(page: PhotoPage, house: House) -> None:
    write(page, "Here is Bis", end=None)
    editor = page.panel.caption.editor
    QTest.keyClick(editor, Key.Key_Tab)
    assert editor.toPlainText() == "Here is Biscuit"
    assert QApplication.focusWidget() is editor
    QTest.keyClick(editor, Key.Key_Return)
    assert kept(house, house.beach) == f"Here is {{c{house.biscuit}}}"


def test_escape_leaves_the_caption_and_the_photo_as_they_were(
    page: PhotoPage, house: House
) -> None:
    before = kept(house, house.beach)
    write(page, "something else", end=Key.Key_Escape)
    assert not page.panel.caption.editing
    assert page.isVisible()
    assert kept(house, house.beach) == before
    assert page.panel.caption.text.accessibleName() == "Biscuit is playing on the beach"


def test_letters_that_are_keys_of_the_page_are_only_letters(page: PhotoPage) -> None:
    write(page, "fit 01 +- hat", end=None)
    assert page.panel.caption.editor.toPlainText() == "fit 01 +- hat"
    assert page.stage.viewport.fitted
    assert not page.stage.pen
    assert page.panel.isVisible()
    QTest.keyClick(page.panel.caption.editor, Key.Key_Escape)


def test_an_unchanged_caption_stays_the_machines(page: PhotoPage) -> None:
    write(page, "Biscuit is playing on the beach")
    assert page.panel.caption.said_by == "Written by the starter pack"


def test_an_empty_caption_is_not_kept(page: PhotoPage, house: House) -> None:
    write(page, " ", end=Key.Key_Return)
    assert page.panel.caption.editing
    assert page.panel.caption.told == "A caption needs a word at least."
    QTest.keyClick(page.panel.caption.editor, Key.Key_Escape)
    assert kept(house, house.beach) == f"{{c{house.biscuit}}} is playing on the beach"


def test_undo_takes_words_back_one_after_the_other(page: PhotoPage, house: House) -> None:
    write(page, "first")
    write(page, "second")
    page.context.history.undo()
    assert kept(house, house.beach) == "first"
    page.context.history.undo()
    assert page.panel.caption.text.accessibleName() == "Biscuit is playing on the beach"
    assert page.panel.caption.said_by == "Written by the starter pack"
    page.context.history.redo()
    assert kept(house, house.beach) == "first"


def test_one_goes_back_to_familiars_caption_and_that_is_undone(
    open_photo: Open, house: House
) -> None:
    page = open_photo(house.group)
    page.panel.caption.revert_button.click()
    assert kept(house, house.group) == "two people"
    assert page.panel.caption.said_by == "Written by the starter pack"
    page.context.history.undo()
    assert kept(house, house.group) == f"{{c{house.ada}}} and {{c{house.tom}}}, at home"


def test_a_caption_for_a_photo_without_one(open_photo: Open, house: House) -> None:
    page = open_photo(house.plain)
    write(page, "Tom's old map")
    assert kept(house, house.plain) == f"{{c{house.tom}}}'s old map"
    page.context.history.undo()
    assert page.panel.caption.none.isVisible()


def test_going_on_keeps_what_was_typed(page: PhotoPage, house: House) -> None:
    write(page, "half a sentence", end=None)
    page.overlay.after.click()
    assert page.photo_id == house.group
    assert kept(house, house.beach) == "half a sentence"
    assert not page.panel.caption.editing


def test_what_is_typed_stays_when_the_library_changes(page: PhotoPage, house: House) -> None:
    write(page, "half a sen", end=None)
    page.context.changes.tell(Change.of("captions"))
    assert page.panel.caption.editor.toPlainText() == "half a sen"
    QTest.keyClick(page.panel.caption.editor, Key.Key_Escape)


def test_a_caption_the_library_cannot_keep_stays_in_sight(page: PhotoPage, house: House) -> None:
    with contextlib.closing(sqlite3.connect(house.home / "library.db")) as database, database:
        database.execute(
            "CREATE TRIGGER broken BEFORE INSERT ON caption_edits"
            " BEGIN SELECT RAISE(ABORT, 'broken'); END"
        )
    write(page, "kept nowhere")
    caption = page.panel.caption
    assert caption.editing
    assert caption.editor.toPlainText() == "kept nowhere"
    assert caption.told.endswith(".")
    assert caption.told != "Enter saves, Escape cancels"
    QTest.keyClick(caption.editor, Key.Key_Escape)


def test_what_cannot_be_kept_when_going_on_is_there_again_on_coming_back(
    page: PhotoPage, house: House
) -> None:
    said: list[Notice] = []
    page.context.notices.said.connect(said.append)
    with contextlib.closing(sqlite3.connect(house.home / "library.db")) as database, database:
        database.execute(
            "CREATE TRIGGER broken BEFORE INSERT ON caption_edits"
            " BEGIN SELECT RAISE(ABORT, 'broken'); END"
        )
    write(page, "Biscuit sleeps", end=None)
    page.overlay.after.click()
    assert page.photo_id == house.group
    assert not page.panel.caption.editing
    (notice,) = said
    assert (notice.text[-1], notice.action) == (".", "Back to it")
    with contextlib.closing(sqlite3.connect(house.home / "library.db")) as database, database:
        database.execute("DROP TRIGGER broken")
    assert notice.act is not None
    notice.act()
    caption = page.panel.caption
    assert page.photo_id == house.beach
    assert caption.editor.toPlainText() == "Biscuit sleeps"
    assert caption.told == notice.text
    QTest.keyClick(caption.editor, Key.Key_Return)
    QApplication.processEvents()
    assert kept(house, house.beach) == f"{{c{house.biscuit}}} sleeps"
    assert not caption.editing


def test_the_name_of_whoever_was_removed_is_not_lost_by_editing(
    page: PhotoPage, house: House
) -> None:
    with house.library() as library:
        library.concepts.remove(house.biscuit)
    page.context.changes.tell(Change.of("concepts", "captions"))
    page.panel.caption.edit()
    editor = page.panel.caption.editor
    assert editor.toPlainText() == "a dog is playing on the beach"
    editor.moveCursor(editor.textCursor().MoveOperation.End)
    QTest.keyClicks(editor, " now")
    QTest.keyClick(editor, Key.Key_Return)
    assert kept(house, house.beach) == f"{{c{house.biscuit}}} is playing on the beach now"


def test_looking_into_the_editor_makes_no_caption_the_owners(page: PhotoPage, house: House) -> None:
    """What stands there is read back differently, as two turned out to be one."""
    with house.library() as library:
        other = library.concepts.add("Rex", "pet").id
        library.captions.put_many([(house.beach, f"{{c{other}}} sleeps", MODEL, None)])
        library.concepts.merge(house.biscuit, other)
    page.context.changes.tell(Change.of("concepts", "captions"))
    page.panel.caption.edit()
    assert page.panel.caption.editor.template == f"{{c{house.biscuit}}} sleeps"
    page.step(1)
    assert kept(house, house.beach) == f"{{c{other}}} sleeps"
    page.step(-1)
    assert page.panel.caption.said_by == "Written by the starter pack"
    page.panel.caption.edit()
    QTest.keyClick(page.panel.caption.editor, Key.Key_Return)
    assert page.panel.caption.said_by == "Written by the starter pack"


def test_the_line_is_as_high_as_what_is_written_in_it(page: PhotoPage) -> None:
    page.panel.caption.edit()
    editor = page.panel.caption.editor
    low = editor.height()
    editor.insertPlainText(" and so on" * 20)
    assert editor.height() > low
    high = editor.height()
    page.window().resize(760, 700)
    QApplication.processEvents()
    assert editor.height() < high, "the panel is wider below the photo"
    QTest.keyClick(editor, Key.Key_Escape)


def test_emoji_do_not_mislead_what_marks_and_completes_names(page: PhotoPage, house: House) -> None:
    page.edit_caption()
    editor = page.panel.caption.editor
    editor.edit("🎉🎉🎉 Ada and x", {house.ada: "Ada", house.biscuit: "Biscuit"})
    (look,) = editor.document().begin().layout().formats()
    assert (look.start, look.length) == (7, 3)
    QTest.keyClick(editor, Key.Key_Left)
    QTest.keyClicks(editor, "Bi")
    assert editor.offering
    QTest.keyClick(editor, Key.Key_Tab)
    assert editor.toPlainText() == "🎉🎉🎉 Ada and Biscuitx"
