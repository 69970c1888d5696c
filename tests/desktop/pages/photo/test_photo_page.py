"""The photo page as a whole: the photo itself, going on and back, and what is in the way."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QNativeGestureEvent,
    QPointingDevice,
    QShortcut,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop import navigation
from desktop.context import Context
from desktop.decisions.folders import let_go
from desktop.pages.library.page import LibraryPage
from desktop.pages.photo import page as photo_page
from desktop.pages.photo.page import PhotoPage
from desktop.pictures.loaded import WHOLE, Wanted
from desktop.reading.lanes import ThreadLane
from desktop.window import Window
from engine.news import Change
from tests.desktop.conftest import MakeContext
from tests.desktop.engine_fake import FakeEngine
from tests.desktop.pages.photo.conftest import House, Open
from tests.homes import drawn

Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier


def press(page: PhotoPage, key: Qt.Key, modifiers: Qt.KeyboardModifier | None = None) -> None:
    target = QApplication.focusWidget() or page.stage
    QTest.keyClick(target, key, modifiers or Qt.KeyboardModifier.NoModifier)
    QApplication.processEvents()


def zoomed_to_pixels(page: PhotoPage, qtbot: QtBot) -> None:
    press(page, Key.Key_1)
    qtbot.waitUntil(lambda: not page.stage.gliding)
    assert page.stage.viewport.percent == 100


def window_of(page: PhotoPage) -> Window:
    window = page.window()
    assert isinstance(window, Window)
    return window


def colour_in_the_middle(page: PhotoPage) -> QColor:
    image = page.stage.grab().toImage()
    return QColor(image.pixel(image.width() // 2, image.height() // 2))


def test_the_photo_is_shown_fitted_and_upright(open_photo: Open, house: House) -> None:
    page = open_photo(house.group)
    rect = page.stage.viewport.rect
    assert rect.height() / rect.width() == pytest.approx(1.5)
    (loaded,) = page.context.pictures.of(house.group)
    assert (loaded.width, loaded.height) == (400, 600)
    there = loaded.pixmap.toImage().pixelColor(200, 300)
    seen = colour_in_the_middle(page)
    for part in ("red", "green", "blue"):
        assert abs(getattr(seen, part)() - getattr(there, part)()) < 12


def test_the_small_picture_is_there_before_the_large_one(
    qtbot: QtBot, make_context: MakeContext, house: House, open_photo: Open
) -> None:
    context = make_context(house.home, ThreadLane)
    page = open_photo(house.beach, context)
    qtbot.waitUntil(lambda: bool(context.pictures.of(house.beach)))
    qtbot.waitUntil(lambda: page.facts is not None)
    # Those beside it are ready, so that going on shows something at once, nothing awaited.
    qtbot.waitUntil(lambda: bool(context.pictures.of(house.group)))
    page.step(1)
    assert page.stage.has_picture
    assert page.photo_id == house.group
    qtbot.waitUntil(lambda: page.facts is not None and page.facts.photo_id == house.group)


def test_arrow_keys_go_through_the_photos_and_stop_at_the_ends(
    page: PhotoPage, house: House
) -> None:
    press(page, Key.Key_Left)
    assert page.photo_id == house.beach
    press(page, Key.Key_Right)
    press(page, Key.Key_PageDown)
    assert page.photo_id == house.plain
    press(page, Key.Key_End)
    press(page, Key.Key_Right)
    assert page.photo_id == house.large
    press(page, Key.Key_Home)
    assert page.photo_id == house.beach
    assert page.facts is not None
    assert page.facts.photo_id == house.beach


def test_arrow_keys_mean_the_same_on_a_button(page: PhotoPage, house: House) -> None:
    page.overlay.heart.setFocus()
    press(page, Key.Key_Right)
    assert page.photo_id == house.group


def test_escape_goes_back_to_where_the_photo_was_opened(page: PhotoPage, house: House) -> None:
    press(page, Key.Key_Right)
    press(page, Key.Key_Escape)
    shown = window_of(page).page
    assert isinstance(shown, LibraryPage)
    assert page.context.pictures.bytes == 0
    here = page.context.navigation.here
    assert here is not None
    assert here.page == navigation.LIBRARY


def test_going_back_again_shows_the_photo_one_had_gone_on_to(page: PhotoPage, house: House) -> None:
    page.step(2)
    page.context.navigation.go(navigation.PEOPLE)
    page.context.navigation.back()
    assert page.photo_id == house.plain


def test_a_photo_opened_by_itself_goes_back_to_the_library(
    qtbot: QtBot, photo_context: Context, house: House
) -> None:
    window = Window(photo_context)
    qtbot.addWidget(window)
    window.show()
    photo_context.navigation.go(navigation.PHOTO, photo_id=house.beach)
    page = window.page
    assert isinstance(page, PhotoPage)
    page.escape()
    assert isinstance(window.page, LibraryPage)
    window.close()


def test_those_beside_it_are_made_ready_and_no_others(page: PhotoPage, house: House) -> None:
    ready = {one for one in house.ids if page.context.pictures.of(one)}
    assert ready == {house.beach, house.group}
    page.step(2)
    ready = {one for one in house.ids if page.context.pictures.of(one)}
    assert ready == {house.group, house.plain, house.large}


def test_keys_zoom_to_pixels_and_back(page: PhotoPage, qtbot: QtBot) -> None:
    stage = page.stage
    assert stage.viewport.fitted
    zoomed_to_pixels(page, qtbot)
    press(page, Key.Key_Plus)
    qtbot.waitUntil(lambda: stage.viewport.percent == 140)
    press(page, Key.Key_Minus)
    press(page, Key.Key_Minus)
    qtbot.waitUntil(lambda: stage.viewport.percent < 100)
    press(page, Key.Key_0)
    qtbot.waitUntil(lambda: stage.viewport.fitted)


def test_every_pixel_is_read_once_it_is_needed_and_let_go_with_the_photo(
    open_photo: Open, house: House, qtbot: QtBot
) -> None:
    page = open_photo(house.large)
    window_of(page).resize(900, 600)
    page.context.pictures.want([])
    page.showing.want()
    assert [one.whole for one in page.context.pictures.of(house.large)] == [False]
    zoomed_to_pixels(page, qtbot)
    assert page.context.pictures.of(house.large)[-1].whole
    page.step(-1)
    kept = [one.wanted for one in page.context.pictures.of(house.large)]
    assert Wanted(house.large, WHOLE) not in kept


def test_pixels_are_shown_as_squares_when_they_are_large(page: PhotoPage) -> None:
    stage = page.stage
    stage.hide()  # no gliding
    stage.zoom_to_pixels()
    for _ in range(12):
        stage.zoom_in()
    stage.show()
    assert stage.viewport.percent == 1600
    image = stage.grab().toImage()
    colours = {image.pixel(400 + x, 300) for x in range(48)}
    assert len(colours) <= 4


def test_shift_and_arrows_look_around_where_it_is_zoomed(page: PhotoPage, qtbot: QtBot) -> None:
    zoomed_to_pixels(page, qtbot)
    before = page.stage.viewport.centre.x()
    press(page, Key.Key_Right, SHIFT)
    qtbot.waitUntil(lambda: page.stage.viewport.centre.x() > before)


def test_the_wheel_zooms_where_the_pointer_is(page: PhotoPage, qtbot: QtBot) -> None:
    stage = page.stage
    at = QPointF(stage.width() / 4, stage.height() / 2)
    before = stage.viewport.at(at)
    on_the_way: list[float] = []
    stage.moved.connect(lambda: on_the_way.append(stage.viewport.at(at).x()))
    turned = QWheelEvent(
        at,
        stage.mapToGlobal(at),
        QPoint(),
        QPoint(0, 480),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(stage, turned)
    qtbot.waitUntil(lambda: not stage.gliding)
    assert not stage.viewport.fitted
    assert on_the_way
    assert on_the_way == pytest.approx([before.x()] * len(on_the_way), abs=0.5)


def test_two_fingers_move_what_is_zoomed(page: PhotoPage, qtbot: QtBot) -> None:
    stage = page.stage
    zoomed_to_pixels(page, qtbot)
    before = stage.viewport.rect.x()
    at = QPointF(100, 100)
    moved = QWheelEvent(
        at,
        stage.mapToGlobal(at),
        QPoint(-30, 0),
        QPoint(-60, 0),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.ScrollUpdate,
        False,
    )
    QApplication.sendEvent(stage, moved)
    assert stage.viewport.percent == 100
    assert stage.viewport.rect.x() == pytest.approx(before - 30)


def test_dragging_moves_what_is_zoomed(page: PhotoPage, qtbot: QtBot) -> None:
    stage = page.stage
    zoomed_to_pixels(page, qtbot)
    before = stage.viewport.rect.topLeft()
    left = Qt.MouseButton.LeftButton
    for kind, x, buttons in (
        (QEvent.Type.MouseButtonPress, 300, left),
        (QEvent.Type.MouseMove, 260, left),
        (QEvent.Type.MouseButtonRelease, 260, Qt.MouseButton.NoButton),
    ):
        point = QPointF(x, 300)
        button = left if kind != QEvent.Type.MouseMove else Qt.MouseButton.NoButton
        QApplication.sendEvent(
            stage,
            QMouseEvent(
                kind, point, stage.mapToGlobal(point), button, buttons,
                Qt.KeyboardModifier.NoModifier,
            ),
        )  # fmt: skip
    assert stage.viewport.rect.x() == pytest.approx(before.x() - 40)


def test_a_double_click_goes_to_the_pixels_and_back(page: PhotoPage, qtbot: QtBot) -> None:
    stage = page.stage
    QTest.mouseDClick(stage, Qt.MouseButton.LeftButton, pos=stage.rect().center())
    qtbot.waitUntil(lambda: stage.viewport.percent == 100)
    QTest.mouseDClick(stage, Qt.MouseButton.LeftButton, pos=stage.rect().center())
    qtbot.waitUntil(lambda: stage.viewport.fitted)


def test_f_makes_a_favourite_and_undo_takes_it_back(page: PhotoPage, house: House) -> None:
    press(page, Key.Key_F)
    assert page.facts is not None
    assert page.facts.favourite
    assert "No favourite" in page.overlay.heart.accessibleName()
    with house.library() as library:
        assert library.photos.favourites() == [house.beach]
    press(page, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not page.facts.favourite


def test_i_puts_the_panel_away_and_that_is_remembered(page: PhotoPage, house: House) -> None:
    wide = page.stage.width()
    press(page, Key.Key_I)
    assert page.panel.isHidden()
    assert page.stage.width() > wide
    again = PhotoPage(page.context)
    assert again.panel.isHidden()
    again.deleteLater()
    press(page, Key.Key_I)
    assert not page.panel.isHidden()


def test_the_panel_is_below_the_photo_in_a_narrow_window(page: PhotoPage) -> None:
    assert page.panel.x() >= page.stage.width()
    window_of(page).resize(760, 700)
    QApplication.processEvents()
    assert page.panel.y() >= page.stage.height()
    assert page.panel.x() == page.stage.x()


def test_a_file_that_is_gone_leaves_the_small_picture_and_a_sentence(
    open_photo: Open, house: House
) -> None:
    jpeg = (house.folder / "beach.jpg").read_bytes()
    (house.folder / "beach.jpg").unlink()
    page = open_photo(house.beach)
    assert page.stage.has_picture
    assert page.overlay.notice == ("The file is not there any more. What you see is a small copy.")
    # It is put back, and the engine has noticed.
    (house.folder / "beach.jpg").write_bytes(jpeg)
    page.context.changes.tell(Change.of("photos", photos=[house.beach]))
    assert page.context.pictures.of(house.beach)
    assert page.overlay.notice == ""


def test_a_drive_that_is_away_is_named_and_the_photo_comes_back_with_it(
    open_photo: Open, house: House, tmp_path: Path
) -> None:
    house.folder.rename(tmp_path / "unplugged")
    page = open_photo(house.beach)
    page.context.drives.look()
    assert page.overlay.notice.startswith("This photo's drive is not there right now.")
    (tmp_path / "unplugged").rename(house.folder)
    page.context.drives.look()
    assert page.overlay.notice == ""
    assert page.context.pictures.of(house.beach)


def test_a_damaged_file_says_so(open_photo: Open, house: House) -> None:
    (house.folder / "beach.jpg").write_bytes(drawn(1, 300, 200)[:500])
    page = open_photo(house.beach)
    assert "JPEG" in page.overlay.notice
    assert page.overlay.notice.endswith("What you see is a small copy.")


def test_a_photo_that_nothing_is_known_of_says_so(open_photo: Open) -> None:
    page = open_photo(123)
    assert page.overlay.notice == "This photo is not in your library any more."
    assert page.panel.details.lines == []


def test_what_changes_in_the_library_is_shown(page: PhotoPage, house: House) -> None:
    with house.library() as library:
        library.concepts.rename(house.biscuit, "Keks")
    page.context.changes.tell(Change.of("concepts", "captions"))
    assert page.panel.caption.text.accessibleName() == "Keks is playing on the beach"
    assert page.stage.accessibleName() == "Photo: Keks is playing on the beach"


def test_changes_to_other_photos_are_no_matter(page: PhotoPage, house: House) -> None:
    before = page.facts
    page.context.changes.tell(Change.of("captions", photos=[house.plain]))
    assert page.facts is before


def test_the_engine_hears_what_is_looked_at(
    page: PhotoPage, house: House, engine: FakeEngine, qtbot: QtBot
) -> None:
    def told() -> list[list[int]]:
        asked = [one for one in engine.asked if one.method == "visible"]
        return [one.params["photo_ids"] for one in asked]

    qtbot.waitUntil(lambda: [house.beach] in told())


class Desk:
    """The system's way of opening things, without opening any."""

    def __init__(self, *, can: bool) -> None:
        self.opened: list[QUrl] = []
        self._can = can

    def openUrl(self, url: QUrl) -> bool:
        self.opened.append(url)
        return self._can


def test_the_folder_is_shown(
    page: PhotoPage, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(can=True)
    monkeypatch.setattr(photo_page, "QDesktopServices", desk)
    page.panel.details.show_folder.click()
    assert desk.opened == [QUrl.fromLocalFile(str(house.folder))]


def test_a_folder_that_cannot_be_shown_is_said_to_be(
    page: PhotoPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    page.context.notices.said.connect(lambda notice: said.append(notice.text))
    monkeypatch.setattr(photo_page, "QDesktopServices", Desk(can=False))
    page.panel.details.show_folder.click()
    assert said == ["This folder cannot be opened right now."]


def test_the_page_leaves_nothing_running(page: PhotoPage, house: House) -> None:
    page.stage.zoom_in()
    page.context.navigation.back()
    gc.collect()
    assert page.photo_id is None


def test_tab_goes_through_the_page_in_the_order_it_is_seen(open_photo: Open, house: House) -> None:
    page = open_photo(house.group)
    page.stage.setFocus()
    stops: list[str] = []
    for _ in range(40):
        here = QApplication.focusWidget()
        assert here is not None
        QTest.keyClick(here, Key.Key_Tab)
        focused = QApplication.focusWidget()
        if focused is None or not page.isAncestorOf(focused):
            break
        stops.append(focused.accessibleName() or getattr(focused, "text", str)())
    assert stops == [
        "Back",
        "Favourite, key F",
        "Who is where? Key T",
        "More",
        "Caption and details, key I",
        "Ada",
        "Tom",
        "Edit the caption",
        "Go back to Familiar's caption",
        "Ada",
        "Is this Ada? No",
        "Is this Ada? Yes",
        "Name face 1",
        "Add someone who is here",
        "Ask about this photo",
        "Show in folder",
    ]


def test_the_photo_tells_who_is_in_it_to_whoever_cannot_see(open_photo: Open, house: House) -> None:
    stage = open_photo(house.group).stage
    assert stage.accessibleName() == "Photo: Ada and Tom, at home"
    assert stage.accessibleDescription() == "Ada?"


def test_a_pinch_zooms_where_the_fingers_are(page: PhotoPage) -> None:
    stage = page.stage
    at = QPointF(200, 300)
    before = stage.viewport.at(at)
    fingers = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture,
        QPointingDevice.primaryPointingDevice(),
        2,
        at,
        at,
        stage.mapToGlobal(at),
        0.8,
        QPointF(),
    )
    QApplication.sendEvent(stage, fingers)
    assert not stage.viewport.fitted
    assert stage.viewport.at(at).x() == pytest.approx(before.x(), abs=0.5)


def test_the_ring_shows_that_the_keyboard_is_on_the_photo(page: PhotoPage) -> None:
    stage = page.stage
    page.overlay.heart.setFocus()
    without = stage.grab().toImage().pixel(400, 1)
    stage.setFocus(Qt.FocusReason.BacktabFocusReason)
    assert stage.grab().toImage().pixel(400, 1) != without
    stage.setFocus(Qt.FocusReason.MouseFocusReason)


def test_closing_the_window_keeps_what_was_typed(page: PhotoPage, house: House) -> None:
    page.panel.caption.edit()
    page.panel.caption.editor.selectAll()
    QTest.keyClicks(page.panel.caption.editor, "the last words")
    window_of(page).close()
    with house.library() as library:
        caption = library.captions.get(house.beach)
        assert caption is not None
        assert caption.template == "the last words"


def test_a_file_that_the_last_scan_missed_is_away_and_not_lost(
    open_photo: Open, house: House
) -> None:
    (house.folder / "beach.jpg").unlink()
    with house.library() as library:
        library.absence.miss([house.folder / "beach.jpg"], "2026")
    page = open_photo(house.beach)
    assert page.overlay.notice == (
        "The file is not there right now. What is known of it stays. What you see is a small copy."
    )
    faint = page.stage.grab().toImage()
    page.stage.lack("")
    assert page.stage.grab().toImage() != faint
    page.step(1)
    assert page.overlay.notice == ""
    assert page.stage._lacking == ""


def test_a_file_that_never_could_be_read(open_photo: Open, house: House) -> None:
    path = house.folder / "broken.jpg"
    path.write_bytes(drawn(1, 300, 200)[:500])
    with house.library() as library:
        folder = library.folders.all()[0]
        broken = library.photos.record(path, "ab" * 32, 500, 1, folder.id)
        library.problems.put(path, "It ends too early.")
    page = open_photo(broken)
    assert not page.stage.has_picture
    assert "JPEG" in page.overlay.notice
    assert "cannot read this photo" in page.panel.caption.none.text()
    assert "It ends too early." in page.panel.details.lines
    sign = page.stage.grab().toImage()
    page.stage.lack("")
    assert page.stage.grab().toImage() != sign


def test_a_photo_whose_folder_is_let_go_of_is_there_again_when_that_is_undone(
    page: PhotoPage, house: House
) -> None:
    context = page.context
    with house.library() as library:
        folder = library.folders.all()[0]
    before = page.facts
    context.history.decide(let_go(folder))
    assert page.overlay.notice == "This photo is not in your library any more."
    assert page.facts is None
    context.history.undo()
    assert page.overlay.notice == ""
    assert page.facts == before


def test_a_letter_that_is_held_does_it_once(page: PhotoPage) -> None:
    repeats = {one.key().toString(): one.autoRepeat() for one in page.findChildren(QShortcut)}
    assert not any(repeats[key] for key in ("F", "T", "E", "Esc"))
    assert all(repeats[key] for key in ("Left", "Right", "+"))
