"""The library page: every photo, what a search finds, and why there may be nothing to see."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from desktop import navigation
from desktop.context import Context
from desktop.decisions.albums import album_of
from desktop.grid.selection_bar import SelectionBar
from desktop.pages.actions import photo_actions
from desktop.pages.library.page import LibraryPage
from desktop.pages.welcome import page as welcome
from desktop.pages.welcome.page import WelcomePage
from desktop.process.engine import GAVE_UP, RESTARTING
from desktop.process.messages import Job
from desktop.reading.lanes import InstantLane, Work
from desktop.widgets import Button
from desktop.widgets.asking import Asking
from desktop.window import Window
from engine.library import Library
from engine.library.hints import Hints
from engine.library.stages import ENCODE
from engine.news import Change
from engine.service.params import Params
from tests.desktop.conftest import MakeContext
from tests.desktop.engine_fake import FakeEngine
from tests.homes import fill, shows

Open = Callable[[Context], LibraryPage]


@pytest.fixture
def open_page(qtbot: QtBot) -> Open:
    """The library page in a window over a context."""

    def make(context: Context) -> LibraryPage:
        window = Window(context)
        qtbot.addWidget(window)
        window.resize(1000, 700)
        context.navigation.go(navigation.LIBRARY)
        with qtbot.waitExposed(window):
            window.show()
        QApplication.processEvents()
        page = window.page
        assert isinstance(page, LibraryPage)
        return page

    return make


@pytest.fixture
def page(open_page: Open, context: Context) -> LibraryPage:
    return open_page(context)


def type_in(page: LibraryPage, text: str) -> None:
    page.bar.setFocus()
    QTest.keyClicks(page.bar.edit, text)
    QApplication.processEvents()


def numbers(page: LibraryPage, photo_ids: list[int]) -> list[int]:
    """The photos shown, by their place among all."""
    return [photo_ids.index(one) for one in page.panel.grid.shown.ids.tolist()]


def test_every_photo_is_shown_by_month(page: LibraryPage, photo_ids: list[int]) -> None:
    shown = page.panel.grid.shown
    assert shown.ids.tolist() == photo_ids
    assert (shown.sections[0].year, shown.sections[0].month) == (2026, 8)
    assert sum(one.count for one in shown.sections) == 60


def test_photos_have_the_keyboard_as_soon_as_they_are_there(
    make_context: MakeContext, filled: Path, qtbot: QtBot
) -> None:
    held: list[Work] = []

    class Held(InstantLane):
        def submit(self, work: Work) -> None:
            held.append(work)

    context = make_context(filled, lambda _: Held())
    window = Window(context)
    qtbot.addWidget(window)
    window.show()
    context.navigation.go(navigation.LIBRARY)  # as the program starts: photos are still to be read
    qtbot.waitActive(window)
    QApplication.processEvents()
    page = window.page
    assert isinstance(page, LibraryPage)
    while held:
        held.pop(0)()
    assert page.panel.grid.hasFocus()


def test_where_months_have_few_photos_headings_are_years(
    open_page: Open, make_context: MakeContext, home: Path
) -> None:
    fill(home, 20, [b""], years=3)
    sections = open_page(make_context(home)).panel.grid.shown.sections
    assert [(one.year, one.month) for one in sections] == [
        (2026, 0), (2025, 0), (2024, 0), (2023, 0)
    ]  # fmt: skip
    assert sum(one.count for one in sections) == 20


def test_names_alone_need_no_engine(
    page: LibraryPage, photo_ids: list[int], engine: FakeEngine
) -> None:
    type_in(page, "Biscuit without Ada ")
    expected = [n for n in range(60) if shows(n, 0) and not shows(n, 1)]
    assert numbers(page, photo_ids) == expected
    assert page.bar._count.text() == f"{len(expected)} photos"
    assert engine.waiting("search") == []
    QApplication.processEvents()
    assert page.panel.grid.photos.text(0).startswith("Biscuit, ")
    assert page.panel.grid.photos.text(0).endswith("% sure")
    assert page.panel.grid.shown.sections[0].month == 8  # still by month


@pytest.mark.parametrize(
    ("text", "which"),
    [
        ("Biscuit and Ada ", lambda n: shows(n, 0) and shows(n, 1)),
        ("Biscuit or Ada Lovelace ", lambda n: shows(n, 0) or shows(n, 2)),
        ("before:2020 ", lambda n: False),
        ("without Biscuit ", lambda n: not shows(n, 0)),
    ],
)
def test_conditions_mean_what_they_say(
    page: LibraryPage, photo_ids: list[int], text: str, which: Callable[[int], bool]
) -> None:
    type_in(page, text)
    assert numbers(page, photo_ids) == [n for n in range(60) if which(n)]


def test_dates_and_favourites_are_conditions_too(
    page: LibraryPage, photo_ids: list[int], context: Context
) -> None:
    library = context.reader._shelf.library()
    taken = library.info.taken()
    type_in(page, "2026 ")
    assert numbers(page, photo_ids) == [
        n for n, photo in enumerate(photo_ids) if taken[photo].startswith("2026")
    ]
    library.photos.set_favourites([photo_ids[3], photo_ids[59]], True)
    page.bar.set_text("is:favourite")
    assert numbers(page, photo_ids) == [3, 59]
    library.hints.put_many(
        {
            photo_ids[3]: Hints(rating=4),
            photo_ids[5]: Hints(rating=5),
            photo_ids[6]: Hints(rating=3),
        }
    )
    page.bar.set_text("rating:4")
    assert numbers(page, photo_ids) == [3, 5]
    page.bar.set_text("rating:4 is:favourite")
    assert numbers(page, photo_ids) == [3]


@pytest.mark.parametrize("text", ["in:Norway", 'album:"Summer"', "type:video", "Ada in:Norway"])
def test_what_the_window_does_not_know_it_asks_the_engine(
    qtbot: QtBot, page: LibraryPage, engine: FakeEngine, text: str
) -> None:
    page.bar.set_text(text)
    qtbot.waitUntil(lambda: bool(engine.waiting("search")))
    (request,) = engine.waiting("search")
    assert request.params["query"] == text


def test_words_go_to_the_engine_when_one_stops_typing(
    qtbot: QtBot, page: LibraryPage, photo_ids: list[int], engine: FakeEngine
) -> None:
    type_in(page, "Biscuit on the be")
    assert engine.waiting("search") == []
    type_in(page, "ach")
    qtbot.waitUntil(lambda: bool(engine.waiting("search")))
    (request,) = engine.waiting("search")
    assert request.params["query"] == "Biscuit on the beach"
    hits = [
        {"photo_id": photo_ids[7], "score": 0.9, "why": ["Biscuit, 90% sure", "looks like x"]},
        {"photo_id": photo_ids[2], "score": 0.8, "why": []},
    ]
    engine.answer("search", {"chips": [], "total": 2, "hits": hits})
    assert numbers(page, photo_ids) == [7, 2]
    assert page.bar._count.text() == "2 photos"
    type_in(page, " at noon")
    assert page.bar._count.text() == "looking…"
    assert page.panel.grid.photos.text(0) == "Biscuit, 90% sure · looks like x"
    assert page.save.isVisible()


def test_whatever_is_pasted_is_no_longer_than_what_is_answered(
    qtbot: QtBot, page: LibraryPage, engine: FakeEngine
) -> None:
    page.bar.edit.insert("a red ball " * 1000)
    page.bar.edit.textEdited.emit(page.bar.edit.text())
    qtbot.waitUntil(lambda: bool(engine.waiting("search")))
    assert Params(engine.waiting("search")[0].params).text("query").startswith("a red ball")


def test_likeness_alone_is_not_counted(
    qtbot: QtBot, page: LibraryPage, photo_ids: list[int], engine: FakeEngine
) -> None:
    type_in(page, "beach")
    qtbot.waitUntil(lambda: bool(engine.waiting("search")))
    hits = [{"photo_id": one, "score": 0.1, "why": []} for one in photo_ids]
    engine.answer("search", {"chips": [], "total": 60, "hits": hits})
    assert page.bar._count.text() == ""
    assert len(page.panel.grid.shown) == 60
    assert [one.method for one in engine.asked].count("warm") == 1


@pytest.mark.parametrize(
    ("text", "chips", "count"),
    [
        ("1984", [("words", "1984")], ""),
        ("1984 at noon", [("words", "1984 at noon")], ""),
        ("Biscuit 1984", [("name", "Biscuit"), ("words", "1984")], "60 photos"),
        ("2026 at noon", [("date", "2026"), ("words", "at noon")], "60 photos"),
    ],
)
def test_a_number_that_dates_no_photo_is_likeness_too(
    text: str,
    chips: list[tuple[str, str]],
    count: str,
    qtbot: QtBot,
    page: LibraryPage,
    photo_ids: list[int],
    engine: FakeEngine,
) -> None:
    type_in(page, text)
    qtbot.waitUntil(lambda: bool(engine.waiting("search")))
    hits = [{"photo_id": one, "score": 0.1, "why": []} for one in photo_ids]
    said = [{"kind": kind, "text": words} for kind, words in chips]
    engine.answer("search", {"chips": said, "total": 60, "hits": hits})
    assert page.bar._count.text() == count


def test_an_older_answer_is_dropped(
    qtbot: QtBot, page: LibraryPage, photo_ids: list[int], engine: FakeEngine
) -> None:
    type_in(page, "beach")
    qtbot.waitUntil(lambda: bool(engine.waiting("search")))
    old = engine.waiting("search")[0]
    type_in(page, "es")
    assert old.over
    old.succeed({"chips": [], "total": 1, "hits": [{"photo_id": photo_ids[1], "why": []}]})
    assert len(page.panel.grid.shown) == 60
    qtbot.waitUntil(lambda: bool(engine.waiting("search")))
    page.bar.clear()
    assert engine.waiting("search") == []


def test_nothing_found_and_no_answer_are_said(
    qtbot: QtBot, page: LibraryPage, engine: FakeEngine
) -> None:
    type_in(page, "submarine")
    qtbot.waitUntil(lambda: bool(engine.waiting("search")))
    engine.answer("search", {"chips": [], "total": 0, "hits": []})
    assert page.panel.empty.title.text() == "No photo of that"
    assert not page.save.isVisible()
    type_in(page, "s")
    qtbot.waitUntil(lambda: bool(engine.waiting("search")))
    engine.refuse("search", "The part of Familiar that looks at photos stopped.")
    assert "stopped" in page.panel.empty.text.text()
    page.bar.clear()
    assert page.panel.grid.isVisible()
    assert len(page.panel.grid.shown) == 60


def test_after_a_search_one_is_where_one_was(page: LibraryPage) -> None:
    grid = page.panel.grid
    grid.verticalScrollBar().setValue(700)
    anchor = grid.anchor()
    type_in(page, "Biscuit ")
    assert grid.verticalOffset() == 0
    grid.verticalScrollBar().setValue(150)
    type_in(page, "or Ada Lovelace ")
    page.bar.clear()
    assert grid.anchor() == anchor


def test_the_place_is_remembered_for_each_library(
    open_page: Open, make_context: MakeContext, filled: Path
) -> None:
    context = make_context(filled)
    page = open_page(context)
    page.panel.grid.verticalScrollBar().setValue(900)
    anchor = page.panel.grid.anchor()
    page.window().close()
    context.close()
    again = open_page(make_context(filled))
    assert again.panel.grid.anchor() == anchor


def test_a_search_is_saved_as_an_album_and_that_is_undone(
    page: LibraryPage, context: Context
) -> None:
    library = context.reader._shelf.library()
    type_in(page, "Biscuit without Ada ")
    page.save.click()
    assert [(one.name, one.query) for one in library.albums.all()] == [
        ("Biscuit without Ada", "Biscuit without Ada")
    ]
    QTest.keyClick(page.panel.grid, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    context.history.undo()
    assert library.albums.all() == []


def test_another_question_ends_the_selection_and_what_is_said_of_it(
    page: LibraryPage, photo_ids: list[int]
) -> None:
    grid = page.panel.grid
    (bar,) = grid.findChildren(SelectionBar)
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_Home)
    assert bar.isVisible()
    type_in(page, "Biscuit ")
    assert grid.selected_ids().tolist() == []
    assert not bar.isVisible()


def test_an_album_is_offered_where_it_was_asked_for(
    page: LibraryPage, context: Context, qtbot: QtBot
) -> None:
    """By keyboard the pointer is anywhere; the menu is at the photo, or at the button."""
    grid, window = page.panel.grid, page.window()
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_Home)
    QTest.keyClick(grid, Qt.Key.Key_Right)
    place = QRect(grid.viewport().mapToGlobal(QPoint()), grid.viewport().size())
    cell = grid.visualRect(grid.currentIndex()).translated(place.topLeft())
    (bar,) = grid.findChildren(SelectionBar)
    button = next(one for one in bar.findChildren(Button) if one.text().startswith("Add to an"))
    for widget, beside in (
        (grid, cell),
        (button, QRect(button.mapToGlobal(QPoint()), button.size())),
    ):
        widget.setFocus()
        (action,) = [one for one in photo_actions() if one.text.startswith("Add to an")]
        action.run(context, grid.selected_ids().tolist())
        qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
        menu = QApplication.activePopupWidget()
        assert menu is not None
        shown = menu.geometry()
        menu.close()
        assert shown.left() == beside.left()
        assert abs(shown.top() - beside.bottom()) < 3 or abs(shown.bottom() - beside.top()) < 3
        assert window.geometry().contains(shown.topLeft())


def test_an_album_is_called_in_the_menu_what_it_is_called(
    page: LibraryPage, context: Context, qtbot: QtBot
) -> None:
    context.history.decide(album_of("Sun & sea", ()))
    (action,) = [one for one in photo_actions() if one.text.startswith("Add to an")]
    action.run(context, [int(page.panel.grid.shown.ids[0])])
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert menu.actions()[0].text() == "Sun && sea", "a single & would only mark a key"
    with qtbot.waitSignal(menu.destroyed):
        menu.close()


def test_the_keyboard_goes_from_the_bar_to_the_photos_and_back(page: LibraryPage) -> None:
    assert page.panel.grid.hasFocus()
    QTest.keyClick(page.panel.grid, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.bar.edit.hasFocus()
    QTest.keyClicks(page.bar.edit, "Biscuit")
    QTest.keyClick(page.bar.edit, Qt.Key.Key_Return)
    assert page.panel.grid.hasFocus()
    QTest.keyClick(page.panel.grid, Qt.Key.Key_Right)
    assert page.panel.grid.selected_ids().tolist() == [page.panel.grid.shown.ids[0]]


def test_a_destination_brings_its_search(page: LibraryPage, context: Context) -> None:
    context.navigation.go(navigation.LIBRARY, query="Ada without Biscuit")
    assert page.bar.text == "Ada without Biscuit"
    assert 0 < len(page.panel.grid.shown) < 60


def test_new_photos_appear(
    page: LibraryPage, context: Context, filled: Path, engine: FakeEngine
) -> None:
    fill(filled, 70, [b""], folder=Path("/photos/familiar-tests"))
    engine.say_changed("photos")
    context.changes._tell_gathered()
    assert len(page.panel.grid.shown) == 60  # not at every one of them
    page._rest.timeout.emit()
    page._rest.stop()
    assert len(page.panel.grid.shown) == 70
    context.changes._timer.stop()
    context.household.stop()


def test_what_is_learned_while_a_search_is_shown_is_shown(
    qtbot: QtBot, page: LibraryPage, context: Context, photo_ids: list[int]
) -> None:
    type_in(page, "Biscuit ")
    before = len(page.panel.grid.shown)
    library = context.reader._shelf.library()
    library.decisions.decide(1, photo_ids[1], "confirmed")
    context.changes.tell(Change.of("sightings", photos=[photo_ids[1]]))
    qtbot.waitUntil(lambda: len(page.panel.grid.shown) == before + 1)
    QApplication.processEvents()
    row = page.panel.grid.shown.row_of(photo_ids[1])
    assert page.panel.grid.photos.text(row) == "Biscuit, confirmed by you"
    context.household.stop()


def test_an_answer_comes_however_much_is_changing(
    qtbot: QtBot, page: LibraryPage, context: Context, photo_ids: list[int], engine: FakeEngine
) -> None:
    type_in(page, "beach")
    qtbot.waitUntil(lambda: bool(engine.waiting("search")))
    (request,) = engine.waiting("search")
    for _ in range(3):
        context.changes.tell(Change.of("captions"))
        QApplication.processEvents()
    assert engine.waiting("search") == [request]
    engine.answer(
        "search", {"chips": [], "total": 1, "hits": [{"photo_id": photo_ids[5], "why": []}]}
    )
    assert numbers(page, photo_ids) == [5]
    page.search._again.timeout.emit()
    qtbot.waitUntil(lambda: bool(engine.waiting("search")))
    page.bar.clear()
    assert not page.search._again.isActive()


def test_an_empty_library_asks_for_folders(
    open_page: Open, make_context: MakeContext, home: Path, qtbot: QtBot
) -> None:
    context = make_context(home)
    window = Window(context)
    qtbot.addWidget(window)
    window.show()
    context.navigation.go(navigation.LIBRARY)
    qtbot.waitUntil(lambda: context.navigation.here is not None)
    qtbot.waitUntil(lambda: context.navigation.here == navigation.Destination(navigation.WELCOME))


def test_a_chosen_folder_leads_from_the_welcome_to_its_photos(
    open_page: Open,
    make_context: MakeContext,
    home: Path,
    tmp_path: Path,
    engine: FakeEngine,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(welcome, "usual_folder", lambda: None)
    context = make_context(home)
    window = Window(context)
    qtbot.addWidget(window)
    window.show()
    engine.set_job(Job("1", "index", state="running", stage="scan"))
    context.navigation.go(navigation.LIBRARY)
    qtbot.waitUntil(lambda: isinstance(window.page, WelcomePage))
    assert window.strip.isHidden(), "nothing is around the welcome"
    engine.set_job(Job("1", "index", state="done"))
    welcomed = window.page
    assert isinstance(welcomed, WelcomePage)
    welcomed.choose(tmp_path)
    QTest.mouseClick(welcomed.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: isinstance(window.page, LibraryPage))
    page = window.page
    assert isinstance(page, LibraryPage)
    job = engine.waiting("index")[-1].job
    assert job is not None
    engine._jobs.pop(job)  # a real engine has not said yet that it begins
    page._show_state()
    assert page.panel.empty.title.text() == "Looking for photos"
    engine.set_job(Job(job, "index", state="running", stage="scan"))
    assert not window.strip.isHidden()
    engine.set_job(Job(job, "index", state="done"))
    assert page.panel.empty.title.text() == "No photos here yet"
    fill(home, 3, [b""])
    with qtbot.waitSignal(page._rest.timeout, timeout=5000):
        context.changes.tell(Change.of("photos"))
    assert len(page.panel.grid.shown) == 3
    assert window.page is page, "and not back to the welcome"


def test_folders_without_photos_say_what_goes_on(
    open_page: Open, make_context: MakeContext, home: Path, engine: FakeEngine
) -> None:
    with Library.open(home) as library:
        library.folders.add("/photos")
    page = open_page(make_context(home))
    assert page.panel.empty.title.text() == "No photos here yet"
    engine.set_job(Job("1", "index", state="running", stage="scan"))
    assert page.panel.empty.title.text() == "Looking for photos"


def test_a_library_that_cannot_be_opened_says_why(
    open_page: Open, make_context: MakeContext, home: Path
) -> None:
    home.mkdir()
    (home / "library.db").write_bytes(b"this is no database" * 100)
    page = open_page(make_context(home))
    assert page.panel.empty.title.text() == "Your library cannot be opened"
    assert str(home) in page.panel.empty.text.text()


def test_photos_are_announced_to_screen_readers(page: LibraryPage) -> None:
    model = page.panel.grid.model()
    assert isinstance(model, QAbstractItemModel)
    assert page.panel.grid.accessibleName() == "Photos"
    assert page.bar.edit.accessibleName() == "Search"
    spoken = model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "Biscuit" in spoken


def test_a_search_says_that_not_every_photo_was_looked_at(
    page: LibraryPage, photo_ids: list[int], context: Context, qtbot: QtBot
) -> None:
    library = context.reader._shelf.library()
    type_in(page, "Biscuit ")
    qtbot.waitUntil(lambda: page.unfinished._known is not None)
    assert page.unfinished.isHidden()
    library.stages.forget(ENCODE, photo_ids[50:])
    library.stages.fail(photo_ids[0], ENCODE, "another", "It cannot be read.")
    page.bar.set_text("")
    assert page.unfinished.isHidden()
    type_in(page, "Biscuit ")
    qtbot.waitUntil(page.unfinished.isVisible)
    assert page.unfinished.text().startswith("Familiar has looked at 50 of 60 photos so far")
    library.stages.finish_many(ENCODE, "another", photo_ids[50:])
    page.search.repeat(page._timeline)
    page.search._repeat()
    qtbot.waitUntil(page.unfinished.isHidden)
    page.search.cancel()


def test_what_could_not_be_answered_is_asked_again_when_the_engine_is_there(
    page: LibraryPage, qtbot: QtBot, engine: FakeEngine, photo_ids: list[int]
) -> None:
    type_in(page, "a red ball")
    qtbot.waitUntil(lambda: bool(engine.waiting("search")))
    engine.set_state("gave up", "It stopped too often.")
    engine.refuse("search", "It stopped too often.")
    assert page.panel.empty.text.text() == "It stopped too often."
    assert page.bar._count.text() == ""
    engine.set_state("ready")
    qtbot.waitUntil(lambda: bool(engine.waiting("search")))
    hits = [{"photo_id": str(photo_ids[3]), "score": 0.5, "why": []}]
    engine.answer("search", {"chips": [], "total": 1, "hits": hits})
    assert numbers(page, photo_ids) == [3]


@pytest.mark.parametrize(
    ("state", "title"),
    [(RESTARTING, "One moment"), (GAVE_UP, "This cannot be answered right now")],
)
def test_nobody_is_asked_to_wait_for_an_engine_that_does_not_come_by_itself(
    state: str, title: str, page: LibraryPage, qtbot: QtBot, engine: FakeEngine
) -> None:
    type_in(page, "a red ball")
    qtbot.waitUntil(lambda: bool(engine.waiting("search")))
    engine.set_state(state, "It stopped.")
    engine.refuse("search", "It stopped.")
    assert page.panel.empty.title.text() == title


def test_chosen_photos_go_into_a_new_album_that_is_named_over_the_page(
    page: LibraryPage, photo_ids: list[int], context: Context
) -> None:
    page.window().activateWindow()
    page.panel.setFocus()
    to_album = photo_actions()[1]
    to_album.run(context, photo_ids[:2])
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    menu.actions()[-1].trigger()
    menu.close()
    [asking] = page.window().findChildren(Asking)
    QTest.keyClicks(asking.line, "Summer")
    QTest.keyClick(asking.line, Qt.Key.Key_Return)
    [album] = context.reader._shelf.library().albums.all()
    assert (album.name, album.photos) == ("Summer", 2)
    assert page.panel.grid.hasFocus()
