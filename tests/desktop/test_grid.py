"""The grid by mouse and by keyboard, and what painting may not do."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop import navigation
from desktop.context import Context
from desktop.grid import GridPanel, PhotoAction
from desktop.grid.grid import PhotoGrid, dragged_photos
from desktop.grid.model import PHOTO_ID, PhotoModel
from desktop.grid.selection_bar import SelectionBar
from desktop.grid.tile import heart_rect, tick_rect
from desktop.reading.lanes import InstantLane, ThreadLane, Work
from desktop.reading.shown import NOTHING, Section, Shown
from desktop.reading.timeline import read_timeline
from desktop.widgets import Button, EmptyState
from engine.library import Library
from engine.library.store import Store
from engine.news import Change
from tests.desktop.conftest import MakeContext
from tests.desktop.engine_fake import FakeEngine

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
PLAIN = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def shown(context: Context) -> Shown:
    return read_timeline(context.reader._shelf.library())


@pytest.fixture
def ran() -> list[list[int]]:
    return []


@pytest.fixture
def panel(
    qtbot: QtBot, context: Context, shown: Shown, ran: list[list[int]]
) -> Iterator[GridPanel]:
    action = PhotoAction("Note", "check", lambda _, ids: ran.append(list(ids)))
    panel = GridPanel(context, EmptyState("library", "Nothing"), [action])
    qtbot.addWidget(panel)
    panel.resize(800, 600)
    panel.show_photos(shown)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.grid.setFocus()
    QApplication.processEvents()
    yield panel
    panel.close()


@pytest.fixture
def grid(panel: GridPanel) -> PhotoGrid:
    return panel.grid


def middle(grid: PhotoGrid, row: int) -> QPoint:
    return grid.visualRect(grid.photos.index(row)).center()


def click(grid: PhotoGrid, row: int, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, modifiers, middle(grid, row))


def press(grid: PhotoGrid, key: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    QTest.keyClick(grid, key, modifiers)


def drag(grid: PhotoGrid, start: QPoint, end: QPoint, *, drop: bool = True) -> None:
    """With the left button from one point of the viewport to another, in a few steps."""
    view, left = grid.viewport(), Qt.MouseButton.LeftButton

    def send(kind: QEvent.Type, at: QPoint, buttons: Qt.MouseButton) -> None:
        where = QPointF(view.mapToGlobal(at))
        event = QMouseEvent(kind, QPointF(at), where, left, buttons, PLAIN)
        QApplication.sendEvent(view, event)

    send(QEvent.Type.MouseButtonPress, start, left)
    for step in range(1, 6):
        send(QEvent.Type.MouseMove, start + (end - start) * (step / 5), left)
    if drop:
        send(QEvent.Type.MouseButtonRelease, end, Qt.MouseButton.NoButton)


def rows(grid: PhotoGrid) -> list[int]:
    return [row for a, b in grid.selected_ranges() for row in range(a, b + 1)]


def test_a_click_selects_one_and_modifiers_more(grid: PhotoGrid) -> None:
    counts: list[int] = []
    grid.selection_changed.connect(counts.append)
    click(grid, 2)
    assert rows(grid) == [2]
    click(grid, 5, CONTROL)
    click(grid, 2, CONTROL)
    assert rows(grid) == [5]
    click(grid, 1, SHIFT)
    assert rows(grid) == [1, 2]  # from where the last one was toggled
    click(grid, 4)
    click(grid, 7, SHIFT)
    assert rows(grid) == [4, 5, 6, 7]
    click(grid, 5)  # one of the selected: only that is left
    assert rows(grid) == [5]
    assert counts[-1] == 1
    below = QPoint(grid.viewport().width() - 3, 3)
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, PLAIN, below)
    assert rows(grid) == []


def test_selected_photos_are_told_in_the_order_shown(grid: PhotoGrid, shown: Shown) -> None:
    click(grid, 6)
    click(grid, 1, CONTROL)
    assert grid.selected_ids().tolist() == [shown.ids[1], shown.ids[6]]
    press(grid, Qt.Key.Key_A, CONTROL)
    assert grid.selected_ids().tolist() == shown.ids.tolist()
    press(grid, Qt.Key.Key_Escape)
    assert rows(grid) == []


def test_dragging_draws_a_band(grid: PhotoGrid) -> None:
    first, second = (grid.visualRect(grid.photos.index(row)) for row in (0, 1))
    drag(grid, QPoint(2, first.top() + 10), second.center())
    assert rows(grid) == [0, 1]
    assert grid.band.isNull()
    below = grid.grid.beside(1, 1)
    grid.clearSelection()
    drag(grid, first.topLeft() + QPoint(60, 60), middle(grid, below), drop=False)
    assert not grid.band.isNull()
    assert {0, below} <= set(rows(grid))
    QTest.mouseRelease(grid.viewport(), Qt.MouseButton.LeftButton, PLAIN, middle(grid, below))
    assert grid.band.isNull()


def test_a_band_adds_to_what_was_selected_with_control(
    grid: PhotoGrid, monkeypatch: pytest.MonkeyPatch
) -> None:
    click(grid, 0)
    monkeypatch.setattr(QApplication, "keyboardModifiers", lambda: CONTROL)
    target = grid.visualRect(grid.photos.index(2))
    gap = QPoint(target.left() - 2, target.center().y())
    drag(grid, gap, target.center())
    assert rows(grid) == [0, 2]


def test_dragging_selected_photos_takes_them_along(
    grid: PhotoGrid, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[list[int]] = []
    monkeypatch.setattr(
        "desktop.grid.grid.QDrag.exec",
        lambda drag, _: taken.append(dragged_photos(drag.mimeData())),
    )
    click(grid, 0)
    click(grid, 1, CONTROL)
    drag(grid, middle(grid, 1), middle(grid, 3))
    assert taken == [shown.ids[:2].tolist()]
    assert rows(grid) == [0, 1]


def test_the_keyboard_goes_everywhere(grid: PhotoGrid) -> None:
    columns = grid.grid.columns
    assert columns > 1
    press(grid, Qt.Key.Key_Right)  # from nowhere: to the first in sight
    assert rows(grid) == [0]
    press(grid, Qt.Key.Key_Right)
    press(grid, Qt.Key.Key_Down)
    at = grid.currentIndex().row()
    assert at == grid.grid.beside(1, 1) > 1
    press(grid, Qt.Key.Key_Up)
    press(grid, Qt.Key.Key_Left)
    press(grid, Qt.Key.Key_Left)
    assert grid.currentIndex().row() == 0
    press(grid, Qt.Key.Key_End)
    assert rows(grid) == [59]
    assert grid.in_sight()[1] == 60
    press(grid, Qt.Key.Key_PageUp)
    middle_row = grid.currentIndex().row()
    assert 0 < middle_row < 59
    press(grid, Qt.Key.Key_PageDown)
    press(grid, Qt.Key.Key_Home)
    assert grid.currentIndex().row() == 0
    assert grid.verticalOffset() == 0  # the heading is there again too


def test_the_keyboard_selects(grid: PhotoGrid) -> None:
    press(grid, Qt.Key.Key_Home)
    press(grid, Qt.Key.Key_Right, SHIFT)
    press(grid, Qt.Key.Key_Right, SHIFT)
    assert rows(grid) == [0, 1, 2]
    press(grid, Qt.Key.Key_Left, SHIFT)
    assert rows(grid) == [0, 1]
    press(grid, Qt.Key.Key_Right, CONTROL)
    press(grid, Qt.Key.Key_Right, CONTROL)
    press(grid, Qt.Key.Key_Space)
    assert rows(grid) == [0, 1, 3]
    press(grid, Qt.Key.Key_Space)
    assert rows(grid) == [0, 1]


def test_opening_by_mouse_and_keyboard(grid: PhotoGrid, context: Context, shown: Shown) -> None:
    went: list[navigation.Destination] = []
    context.navigation.went.connect(went.append)
    QTest.mouseDClick(grid.viewport(), Qt.MouseButton.LeftButton, PLAIN, middle(grid, 3))
    press(grid, Qt.Key.Key_Home)
    press(grid, Qt.Key.Key_Return)
    assert [one.photo_id for one in went] == [shown.ids[3], shown.ids[0]]
    assert {one.page for one in went} == {navigation.PHOTO}
    assert list(went[0].among) == shown.ids.tolist()


def test_favourites_by_key_and_by_heart(grid: PhotoGrid, context: Context, shown: Shown) -> None:
    library = context.reader._shelf.library()
    context.changes.changed.connect(grid.change)
    press(grid, Qt.Key.Key_Home)
    press(grid, Qt.Key.Key_F)
    QApplication.processEvents()
    assert library.photos.favourites() == [shown.ids[0]]
    tile = grid.photos.tile(0)
    assert tile is not None
    assert tile.favourite
    press(grid, Qt.Key.Key_Right, SHIFT)
    press(grid, Qt.Key.Key_F)  # both now
    QApplication.processEvents()
    assert set(library.photos.favourites()) == set(shown.ids[:2].tolist())
    press(grid, Qt.Key.Key_F)  # neither
    assert library.photos.favourites() == []
    spot = heart_rect(grid.visualRect(grid.photos.index(4))).center()
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, PLAIN, spot)
    assert library.photos.favourites() == [shown.ids[4]]
    assert rows(grid) == [0, 1]


def test_ticks_select_without_keys(grid: PhotoGrid) -> None:
    for row in (1, 3):
        spot = tick_rect(grid.visualRect(grid.photos.index(row))).center()
        QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, PLAIN, spot)
    assert rows(grid) == [1, 3]


def test_a_selection_says_what_can_be_done(
    panel: GridPanel, grid: PhotoGrid, shown: Shown, ran: list[list[int]]
) -> None:
    bar = grid.findChild(SelectionBar)
    assert bar is not None
    assert bar.isHidden()
    click(grid, 2)
    click(grid, 3, CONTROL)
    assert bar.isVisible()
    assert bar._count.text() == "2 selected"
    assert grid.rect().contains(bar.geometry())
    button = next(one for one in bar.findChildren(Button) if one.text() == "Note")
    button.click()
    assert ran == [shown.ids[2:4].tolist()]
    grid.clearSelection()
    assert bar.isHidden()


def test_a_right_click_is_about_the_photo_under_it(grid: PhotoGrid, shown: Shown) -> None:
    click(grid, 2)
    click(grid, 3, CONTROL)
    assert grid.mean(3) == shown.ids[2:4].tolist()
    assert grid.mean(6) == [shown.ids[6]]
    assert grid.mean(-1) == [shown.ids[6]]


def test_cells_grow_and_shrink_around_what_is_seen(grid: PhotoGrid) -> None:
    grid.verticalScrollBar().setValue(400)
    anchor = grid.anchor()
    assert anchor is not None
    zooms: list[int] = []
    grid.zoomed.connect(zooms.append)
    side = grid.grid.side
    press(grid, Qt.Key.Key_Plus, CONTROL)
    assert grid.grid.side > side
    photo, below = anchor
    assert grid.visualRect(grid.photos.index(grid.shown.row_of(photo))).top() == below
    at = QPointF(100, 100)
    for turned in (-120, -120):
        QApplication.sendEvent(
            grid.viewport(),
            QWheelEvent(
                at, at, QPoint(), QPoint(0, turned), Qt.MouseButton.NoButton, CONTROL,
                Qt.ScrollPhase.NoScrollPhase, False,
            ),
        )  # fmt: skip
    assert grid.grid.side < side
    assert zooms == [3, 2, 1]
    assert grid.context.preferences.number("grid/zoom") == 1


def test_new_photos_leave_in_place_what_one_looks_at(grid: PhotoGrid, shown: Shown) -> None:
    click(grid, 3)
    grid.verticalScrollBar().setValue(500)
    anchor, chosen = grid.anchor(), grid.selected_ids().tolist()
    more = Shown(
        np.concatenate((np.arange(40, dtype=np.int64), shown.ids)),
        [Section(40, 2030, 1), *shown.sections],
    )
    grid.show_photos(more)
    assert grid.anchor() == anchor
    assert grid.selected_ids().tolist() == chosen
    assert grid.photos.photo_id(grid.currentIndex().row()) == chosen[0]
    grid.show_photos(shown, from_top=True)
    assert grid.verticalOffset() == 0
    assert rows(grid) == []


def test_painting_and_data_read_nothing(
    qtbot: QtBot, make_context: MakeContext, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, read = threading.current_thread(), Store.rows
    context = make_context(filled, ThreadLane)
    with Library.open(filled) as library:
        shown = read_timeline(library)
    touched: list[str] = []

    def watched(store: Store, sql: str, values: object = ()) -> object:
        if threading.current_thread() is here:
            touched.append(sql)
        return read(store, sql, values)  # type: ignore[arg-type]

    monkeypatch.setattr(Store, "rows", watched)
    panel = GridPanel(context, EmptyState("library", "Nothing"))
    qtbot.addWidget(panel)
    panel.resize(800, 600)
    panel.show_photos(shown)
    panel.show()
    grid = panel.grid
    for value in (0, 900, 100, 2000):
        grid.verticalScrollBar().setValue(value)
        grid.viewport().repaint()

    def complete() -> bool:
        seen = range(*grid.in_sight())
        grid.viewport().repaint()
        return all(
            grid.photos.tile(row)
            and context.thumbnails.pixmap(grid.picture(grid.photos.photo_id(row)))
            for row in seen
        )

    qtbot.waitUntil(complete)
    index = grid.photos.index(grid.in_sight()[0])
    assert "is" in index.data()
    assert touched == []
    panel.close()


def test_the_model_says_what_is_known(grid: PhotoGrid, shown: Shown, context: Context) -> None:
    index = grid.photos.index(0)
    assert index.data(PHOTO_ID) == shown.ids[0]
    assert index.data() == "Biscuit and Ada and Ada Lovelace is running on the beach"
    spoken = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith(index.data())
    assert "14 August 2026" in spoken
    context.drives._away = (Path("/photos"),)
    context.drives.changed.emit()
    QApplication.processEvents()
    assert "not there right now" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    tile = grid.photos.tile(0)
    assert tile is not None
    assert tile.away


def test_a_change_is_read_again(grid: PhotoGrid, shown: Shown, context: Context) -> None:
    library, photo = context.reader._shelf.library(), int(shown.ids[0])
    library.captions.edit(photo, "On the moon")
    grid.change(Change.of("thumbnails", photos=[photo]))
    assert grid.photos.text(0) != "On the moon"
    grid.change(Change.of("captions", photos=[photo]))
    QApplication.processEvents()
    assert grid.photos.text(0) == "On the moon"


def test_photos_without_a_picture_have_a_place(grid: PhotoGrid, context: Context) -> None:
    ids = [999, *grid.shown.ids[:3].tolist()]
    grid.show_photos(Shown.flat(ids), from_top=True)
    QApplication.processEvents()
    grid.viewport().repaint()
    assert grid.layout is not None
    assert grid.grid.cell(0).y == 0  # no headings
    click(grid, 0)
    assert grid.selected_ids().tolist() == [999]


def test_the_engine_is_told_what_is_looked_at(
    qtbot: QtBot, grid: PhotoGrid, engine: FakeEngine
) -> None:
    engine.asked.clear()
    grid.verticalScrollBar().setValue(700)
    qtbot.waitUntil(lambda: bool(engine.waiting("visible")))
    first, last = grid.in_sight()
    assert engine.waiting("visible")[0].params == {"photo_ids": grid.shown.ids[first:last].tolist()}


def test_without_photos_the_panel_says_so(panel: GridPanel) -> None:
    panel.show_photos(NOTHING)
    assert panel.empty.isVisible()
    assert not panel.grid.isVisible()
    panel.say("warning", "Something else", "and why")
    assert panel.empty.title.text() == "Something else"


def test_months_can_be_jumped_to(panel: GridPanel, grid: PhotoGrid, shown: Shown) -> None:
    scrubber = panel.scrubber
    bottom = QPoint(20, scrubber.height() - 10)
    QTest.mousePress(scrubber, Qt.MouseButton.LeftButton, PLAIN, bottom)
    assert grid.verticalOffset() == grid.verticalScrollBar().maximum()
    assert scrubber._bubble.isVisible()
    QTest.mouseRelease(scrubber, Qt.MouseButton.LeftButton, PLAIN, bottom)
    QTest.mouseMove(scrubber, QPoint(20, scrubber.height() // 2))
    scrubber.leaveEvent(QEvent(QEvent.Type.Leave))
    assert not scrubber._bubble.isVisible()
    for number in range(len(shown.sections)):
        grid.go_to_section(number)
        first = sum(one.count for one in shown.sections[:number])
        assert grid.in_sight()[0] <= first < grid.in_sight()[1]
    assert [year for year, _ in scrubber._years()] == ["2026", "2025"]


def test_hovering_says_why(grid: PhotoGrid) -> None:
    grid.show_photos(Shown.flat(grid.shown.ids[:4], lambda one, tile: f"because {one}"))
    QApplication.processEvents()
    QTest.mouseMove(grid.viewport(), middle(grid, 1))
    assert grid.hovered == 1
    assert grid.photos.text(1) == f"because {grid.photos.photo_id(1)}"
    QApplication.sendEvent(grid, QEvent(QEvent.Type.Leave))
    assert grid.hovered == -1


def test_the_pieces_of_what_is_shown() -> None:
    sections = [Section(3, 2024, 8), Section(2, 2024, 7), Section(1)]
    shown = Shown(np.asarray([9, 4, 7, 2, 5, 1]), sections)
    assert shown.rows_of([5, 9, 1000]).tolist() == [0, 4]
    assert shown.row_of(2) == 3
    assert shown.row_of(3) == -1
    some = shown.only([1, 7, 9, 1000])
    assert some.ids.tolist() == [9, 7, 1]
    assert [(one.count, one.month) for one in some.sections] == [(2, 8), (1, 0)]
    assert len(NOTHING.only([1])) == 0
    pairs = itertools.pairwise(shown.rows_of(shown.ids).tolist())
    assert all(a < b for a, b in pairs)


def test_a_photo_that_cannot_be_read_says_so(
    grid: PhotoGrid, shown: Shown, context: Context
) -> None:
    library, photo = context.reader._shelf.library(), int(shown.ids[0])
    blank, known = grid.grab().toImage(), library.photos.get(photo)
    assert known is not None
    library.stages.fail(photo, "read", "made up", "It ends too early.")
    library.problems.put(known.paths[0], "It ends too early.")
    library.captions.edit(photo, "A caption of its own")
    grid.change(Change.of("photos", photos=[photo]))
    QApplication.processEvents()
    tile = grid.photos.tile(0)
    assert tile is not None
    assert tile.problem == "It ends too early."
    assert grid.photos.text(0) == "A caption of its own"
    place = grid.visualRect(grid.photos.index(0))
    assert grid.grab().toImage().copy(place) == blank.copy(place), "it has a picture from before"
    grid.photos._tiles[photo] = tile._replace(caption="")
    assert grid.photos.text(0) == f"{known.paths[0].name}: It ends too early."
    context.thumbnails.cache.drop(frozenset({photo}))
    sign = grid.grab().toImage().copy(place)
    grid.photos._tiles[photo] = tile._replace(problem="")
    assert grid.grab().toImage().copy(place) != sign, "a sign in place of a picture"


def test_what_the_last_scan_missed_is_away(grid: PhotoGrid, shown: Shown, context: Context) -> None:
    library, photo = context.reader._shelf.library(), int(shown.ids[1])
    known = library.photos.get(photo)
    assert known is not None
    library.absence.miss(known.paths, "2026")
    grid.change(Change.of("photos", photos=[photo]))
    QApplication.processEvents()
    tiles = [grid.photos.tile(row) for row in range(2)]
    assert [tile is not None and tile.away for tile in tiles] == [False, True]
    assert grid.photos.text(1).endswith(" · not there right now")


def test_all_that_is_in_sight_is_read_however_much_it_is(
    context: Context, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.grid.model._TOGETHER", 7)
    photos = PhotoModel(context)
    photos.show(shown)
    photos.need([*shown.ids[10:].tolist(), 1, *shown.ids[:10].tolist()])
    assert [row for row in range(len(shown)) if photos.tile(row) is None] == []


def test_scrolling_on_loses_nothing_that_is_being_read(
    make_context: MakeContext, filled: Path
) -> None:
    given: list[Work] = []

    class Waiting(InstantLane):
        """Does nothing until the test says so."""

        def submit(self, work: Work) -> None:
            given.append(work)

        def close(self, patience: float | None = None) -> bool:
            self.work()
            return True

        def work(self) -> None:
            while given:
                given.pop(0)()

    lane = Waiting()
    context = make_context(filled, lambda _: lane)
    with Library.open(filled) as library:
        shown = read_timeline(library)
    photos = PhotoModel(context)
    photos.show(shown)
    photos.need(shown.ids[:20].tolist())
    photos.need(shown.ids[1:21].tolist())
    lane.work()
    assert [row for row in range(21) if photos.tile(row) is None] == []
    photos.need(shown.ids[21:30].tolist())
    photos.forget(None)  # what was asked before is not true any more
    lane.work()
    assert photos.tile(25) is None
    photos.need(shown.ids[21:30].tolist())
    lane.work()
    assert photos.tile(25) is not None


def test_a_favourite_key_that_is_held_counts_once(grid: PhotoGrid, qtbot: QtBot) -> None:
    said: list[bool] = []
    grid.favoured.connect(lambda _, on: said.append(on))
    qtbot.keyClick(grid, Qt.Key.Key_Home)
    for held in (False, True, True):
        event = QKeyEvent(
            QEvent.Type.KeyPress, Qt.Key.Key_F, Qt.KeyboardModifier.NoModifier, "f", held
        )
        QApplication.sendEvent(grid, event)
    assert said == [True]
