"""The window around the pages: where one is, what goes on, what is wrong, what can be undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop import navigation, pages
from desktop.context import Context
from desktop.decisions.people import rename
from desktop.decisions.photos import favourite
from desktop.grid.selection_bar import SelectionBar
from desktop.navigation import Destination, Navigation
from desktop.pages.library.page import LibraryPage
from desktop.pages.page import Page
from desktop.pages.people.page import PeoplePage
from desktop.process.messages import Change, Job
from desktop.process.telling import job_figures, job_title
from desktop.shell.banner import Banner
from desktop.shell.sidebar_item import SidebarItem
from desktop.shell.toasts import Toast
from desktop.widgets import Button, Label
from desktop.window import Window
from tests.desktop.conftest import MakeContext
from tests.desktop.engine_fake import FakeEngine

CONTROL = Qt.KeyboardModifier.ControlModifier


class Noting(Page):
    """A page that notes what happens to it."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.notes: list[object] = []

    def enter(self, destination: Destination) -> None:
        self.notes.append(destination)

    def leave(self) -> None:
        self.notes.append("left")

    def refresh(self, change: Change) -> None:
        self.notes.append(change)


@pytest.fixture
def noting(monkeypatch: pytest.MonkeyPatch) -> dict[str, Noting]:
    """Every page is a noting one; those made so far, by name."""
    made: dict[str, Noting] = {}

    def make(name: str, context: Context) -> Page:
        made[name] = Noting(context)
        return made[name]

    monkeypatch.setattr(pages, "make", make)
    return made


def items(window: Window) -> dict[str, SidebarItem]:
    return {one.text(): one for one in window.sidebar.findChildren(SidebarItem)}


def test_pages_are_made_when_first_shown_and_kept(
    window: Window, context: Context, noting: dict[str, Noting]
) -> None:
    assert noting == {}
    context.navigation.go(navigation.LIBRARY)
    context.navigation.go(navigation.PEOPLE, concept_id=2)
    first = noting[navigation.LIBRARY]
    context.navigation.back()
    assert window.page is first is noting[navigation.LIBRARY]
    assert first.notes == [
        Destination(navigation.LIBRARY), "left", Destination(navigation.LIBRARY)
    ]  # fmt: skip
    assert noting[navigation.PEOPLE].notes == [
        Destination(navigation.PEOPLE, concept_id=2), "left"
    ]  # fmt: skip


def test_a_hidden_page_hears_of_all_changes_at_once_when_it_is_shown_again(
    window: Window, context: Context, noting: dict[str, Noting]
) -> None:
    context.navigation.go(navigation.LIBRARY)
    context.navigation.go(navigation.ALBUMS)
    library = noting[navigation.LIBRARY]
    library.notes.clear()
    context.changes.tell(Change.of("captions", photos=[1]))
    context.changes.tell(Change.of("sightings", photos=[2]))
    assert noting[navigation.ALBUMS].notes[1:] == [
        Change.of("captions", photos=[1]), Change.of("sightings", photos=[2])
    ]  # fmt: skip
    assert library.notes == []
    context.navigation.go(navigation.LIBRARY)
    assert library.notes == [
        Change.of("captions", "sightings", photos=[1, 2]), Destination(navigation.LIBRARY)
    ]  # fmt: skip
    context.household.stop()


def test_what_the_engine_changes_is_told_together(
    qtbot: QtBot, context: Context, engine: FakeEngine
) -> None:
    heard: list[Change] = []
    context.changes.changed.connect(heard.append)
    engine.say_changed("captions", photo_ids=[1])
    engine.say_changed("captions", photo_ids=[2])
    engine.say_changed("thumbnails")
    assert heard == []
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [Change.of("captions", "thumbnails")]


def test_every_page_can_be_made_and_shown(window: Window, context: Context) -> None:
    for name in (
        navigation.PEOPLE, navigation.ALBUMS, navigation.PHOTO, navigation.ACTIVITY,
        navigation.SETTINGS, navigation.WELCOME, navigation.LIBRARY,
    ):  # fmt: skip
        context.navigation.go(name)
        assert window.page is not None
        assert window.page.isVisible()
        QApplication.processEvents()


def test_the_sidebar_leads_everywhere_and_marks_where_one_is(
    window: Window, context: Context, noting: dict[str, Noting]
) -> None:
    context.navigation.go(navigation.LIBRARY)
    there = items(window)
    assert there["Library"].accessibleName() == "Library, 60"
    assert there["People & pets"].accessibleName() == "People & pets, 3"
    assert there["Albums"].accessibleName() == "Albums"
    assert there["Biscuit"].accessibleName() == "Biscuit, 20"
    assert there["Library"].isChecked()
    there["Biscuit"].click()
    assert context.navigation.here == Destination(navigation.PEOPLE, concept_id=1)
    assert there["Biscuit"].isChecked()
    assert not there["People & pets"].isChecked()
    there["People & pets"].click()
    assert not there["Biscuit"].isChecked()
    there["Settings"].setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(there["Settings"], Qt.Key.Key_Space)
    assert context.navigation.here == Destination(navigation.SETTINGS)


def test_the_sidebar_follows_the_household(
    qtbot: QtBot, window: Window, context: Context, noting: dict[str, Noting]
) -> None:
    library = context.reader._shelf.library()
    library.concepts.rename(1, "Cookie")
    library.concepts.hide(2)
    context.changes.tell(Change.of("concepts"))
    QApplication.processEvents()
    shown = {one.text() for one in window.sidebar.findChildren(SidebarItem) if not one.isHidden()}
    assert {"Cookie", "Ada Lovelace"} <= shown
    assert not {"Biscuit", "Ada"} & shown
    library.photos.forget_place("/photos/familiar-tests/0000000.jpg")
    context.changes.tell(Change.of("photos"))
    qtbot.waitUntil(lambda: items(window)["Library"].accessibleName() == "Library, 59")


def test_keys_lead_everywhere(window: Window, context: Context, noting: dict[str, Noting]) -> None:
    for key, page in (
        (Qt.Key.Key_1, navigation.LIBRARY),
        (Qt.Key.Key_2, navigation.PEOPLE),
        (Qt.Key.Key_3, navigation.ALBUMS),
        (Qt.Key.Key_4, navigation.ACTIVITY),
        (Qt.Key.Key_Comma, navigation.SETTINGS),
    ):
        QTest.keyClick(window, key, CONTROL)
        assert context.navigation.here == Destination(page)
    QTest.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert context.navigation.here == Destination(navigation.ACTIVITY)


def test_undo_and_redo_work_everywhere(
    window: Window, context: Context, photo_ids: list[int], noting: dict[str, Noting]
) -> None:
    library = context.reader._shelf.library()
    context.navigation.go(navigation.ALBUMS)
    context.history.decide(favourite(photo_ids[:2], True))
    QTest.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert library.photos.favourites() == []
    QTest.keyClick(window, Qt.Key.Key_Z, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert len(library.photos.favourites()) == 2


def test_the_strip_shows_the_job_at_work(window: Window, engine: FakeEngine) -> None:
    strip = window.strip
    assert strip.isHidden()
    engine.set_job(Job("1", "index", state="queued"))
    assert strip._figures.text() == "waiting"
    engine.set_job(
        Job("2", "index", None, "running", "caption", 5066, 8041, rate=4.1, seconds_left=720)
    )
    assert strip.isVisible()
    assert strip._title.text() == "Writing captions"
    assert strip._figures.text() == "5,066 of 8,041 · 4 a second · about 12 min"
    assert strip._bar.value() == 630
    strip._pause.click()
    assert engine.jobs()[1].state == "paused"
    assert strip._pause.text() == "Resume"
    assert strip._figures.text() == "5,066 of 8,041 · paused"
    strip._pause.click()
    assert engine.jobs()[1].state == "running"
    strip._title.click()
    assert window.context.navigation.here == Destination(navigation.ACTIVITY)
    engine.cancel("2")
    engine.cancel("1")
    assert strip.isHidden()


@pytest.mark.parametrize(
    ("job", "title"),
    [
        (Job("1", "teach", "Biscuit", stage="learn"), "Learning Biscuit"),
        (Job("1", "teach", "Biscuit"), "Learning Biscuit"),
        (Job("1", "index", stage="scan", done=20), "Finding photos"),
        (Job("1", "pack_get", "qwen3-vl-2b"), "Downloading qwen3-vl-2b"),
        (Job("1", "something new"), "something new"),
    ],
)
def test_jobs_have_names(qapp: QApplication, job: Job, title: str) -> None:
    assert job_title(job) == title
    assert job_figures(Job("1", "index", state="running", stage="scan", done=20)) == "20"


def test_the_banner_says_what_is_wrong(
    window: Window, engine: FakeEngine, context: Context, filled: Path
) -> None:
    banner = window.banner
    context.drives.show(())
    assert banner.isHidden()
    context.drives.look()  # the photos of the test lie nowhere
    assert banner._text.text().startswith("/photos/familiar-tests is not there right now.")
    engine.set_state("restarting", "What looks at photos stopped. It is being started again.")
    assert banner._text.text().startswith("What looks at photos stopped.")
    assert not banner._button.isVisible()
    engine.set_state("failed", "It keeps stopping.")
    assert banner._text.text() == "It keeps stopping."
    banner._button.click()
    assert engine.started == 1
    engine.set_state("ready")
    assert "not there right now" in banner._text.text()
    context.drives.show(())
    assert banner.isHidden()
    context.drives.show((Path("/a"), Path("/b")))
    assert banner._text.text().startswith("2 folders are not there")


def test_a_banner_shows_the_weightiest(qtbot: QtBot) -> None:
    banner, done = Banner(), list[str]()
    qtbot.addWidget(banner)
    banner.put("one", 1, "One", "Do", lambda: done.append("one"))
    banner.put("two", 2, "Two", "Do", lambda: done.append("two"))
    banner._button.click()
    banner.put("two", 2, "")
    banner._button.click()
    assert done == ["two", "one"]


@pytest.mark.parametrize("text", ["Maximilian Alexander " * 10, "W" * 100, "Short"])
def test_whatever_a_toast_says_it_is_all_in_the_window(
    qtbot: QtBot, window: Window, context: Context, text: str
) -> None:
    for width in (1000, 720):
        window.resize(width, 520)
        context.notices.say(text, "Undo", lambda: None)
        QApplication.processEvents()
        (toast,) = window.toasts.findChildren(Toast)
        label = toast.findChildren(Label)[0]
        assert window.stack.rect().contains(window.toasts.geometry())
        assert window.toasts.rect().contains(toast.geometry())
        assert label.height() >= label.heightForWidth(label.width())
        assert toast.rect().contains(label.geometry())
        undo = next(one for one in toast.findChildren(Button) if one.text() == "Undo")
        assert toast.rect().contains(undo.geometry())
        toast._timer.timeout.emit()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_toasts_come_act_and_go(qtbot: QtBot, window: Window, context: Context) -> None:
    done: list[bool] = []
    context.navigation.go(navigation.ALBUMS)
    for number in range(4):
        context.notices.say(f"Number {number}", "Undo", lambda: done.append(True))
    QApplication.processEvents()
    toasts = [one for one in window.toasts.findChildren(Toast) if not one.isHidden()]
    assert [one.accessibleName() for one in toasts] == ["Number 1", "Number 2", "Number 3"]
    assert window.toasts.isVisible()
    assert window.stack.rect().contains(window.toasts.geometry())
    next(one for one in toasts[2].findChildren(Button) if one.text() == "Undo").click()
    assert done == [True]
    QApplication.sendEvent(toasts[0], QEvent(QEvent.Type.Enter))
    toasts[1]._timer.timeout.emit()
    assert [one.isHidden() for one in toasts] == [False, True, True]
    toasts[0].end()
    assert window.toasts.isHidden()


def test_a_toast_that_made_room_is_over(window: Window, context: Context) -> None:
    """It is still there until Qt takes it away: its time may run out, the pointer may leave it."""
    context.notices.say("first")
    (first,) = window.toasts.findChildren(Toast)
    for number in range(3):
        context.notices.say(f"Number {number}")
    assert first.isHidden()
    assert not first._timer.isActive()
    first.leaveEvent(None)  # type: ignore[arg-type]
    assert not first._timer.isActive()
    first.end()
    for toast in window.toasts.findChildren(Toast):
        toast.end()
    assert window.toasts.isHidden()


def test_a_long_toast_is_read_whole_however_narrow_the_window_is(
    window: Window, context: Context
) -> None:
    context.navigation.go(navigation.ALBUMS)
    context.notices.say("Short", "Undo", lambda: None)
    context.notices.say(" ".join(["Somebody of a long name"] * 8), "Undo", lambda: None)
    for width in (720, 1400, 720):
        window.resize(width, 600)
        QApplication.processEvents()
        short, long = (one for one in window.toasts.findChildren(Toast))
        assert window.stack.rect().contains(window.toasts.geometry())
        for toast in (short, long):
            for part in toast.findChildren(QWidget):
                assert toast.rect().contains(part.geometry()), "what is to be pressed, too"
            (words,) = toast.findChildren(Label)
            assert words.height() >= words.heightForWidth(words.width())
        assert long.height() > short.height()
    for toast in (short, long):
        toast.end()


def test_the_same_toast_is_there_once(window: Window, context: Context) -> None:
    for text in ("It cannot be read.", "Something else", "It cannot be read."):
        context.notices.say(text)
    toasts = [one for one in window.toasts.findChildren(Toast) if not one.isHidden()]
    assert [one.notice.text for one in toasts] == ["Something else", "It cannot be read."]
    for toast in toasts:
        toast.end()


def test_toasts_keep_off_a_card_that_comes_up(window: Window, context: Context) -> None:
    context.navigation.go(navigation.ALBUMS)
    page = window.page
    assert page is not None
    card = QWidget(page)
    context.notices.keep_off(card)
    context.notices.say("Somebody was given a name")
    QApplication.processEvents()
    at_first = window.toasts.geometry()
    card.resize(300, 150)
    card.move(at_first.left() + 20, at_first.top() - 100)
    assert window.toasts.geometry() == at_first
    card.show()
    aside = window.toasts.geometry()
    assert (aside.top(), aside.size()) == (at_first.top(), at_first.size())
    assert aside.left() > card.geometry().right()
    card.resize(page.width(), 150)
    above = window.toasts.geometry()
    assert (above.left(), above.bottom() < card.y()) == (at_first.left(), True)
    card.move(card.x(), 0)
    assert window.toasts.geometry() == at_first
    card.move(at_first.topLeft())
    assert window.toasts.geometry() != at_first
    card.hide()
    assert window.toasts.geometry() == at_first
    card.show()
    card.deleteLater()
    QApplication.sendPostedEvents(card, QEvent.Type.DeferredDelete)
    context.notices.say("And another")
    QApplication.processEvents()
    assert window.toasts.x() == at_first.x()
    for toast in window.toasts.findChildren(Toast):
        toast.end()


def test_a_long_toast_does_not_lie_on_what_can_be_done_with_the_selection(
    window: Window, context: Context, qtbot: QtBot
) -> None:
    context.navigation.go(navigation.LIBRARY)
    page = window.page
    assert isinstance(page, LibraryPage)
    grid = page.panel.grid
    qtbot.waitUntil(lambda: len(grid.shown) > 0)
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_Home)
    (bar,) = grid.findChildren(SelectionBar)
    qtbot.waitUntil(bar.isVisible)
    context.notices.say("There is no room left on the disk that holds the library. " * 2)
    for width in (1300, 1000, 720):
        window.resize(width, 700)
        QApplication.processEvents()
        place = QRect(bar.mapTo(window.stack, QPoint()), bar.size())
        assert not window.toasts.geometry().intersects(place)
        assert window.stack.rect().contains(window.toasts.geometry())
    for toast in window.toasts.findChildren(Toast):
        toast.end()


def test_a_toast_waits_while_the_pointer_is_on_it(window: Window, context: Context) -> None:
    context.notices.say("Read me")
    (toast,) = window.toasts.findChildren(Toast)
    assert toast._timer.isActive()
    toast.enterEvent(None)  # type: ignore[arg-type]
    assert not toast._timer.isActive()
    toast.leaveEvent(None)  # type: ignore[arg-type]
    assert toast._timer.isActive()
    toast.end()


def test_the_window_comes_back_as_it_was(
    qtbot: QtBot, make_context: MakeContext, filled: Path
) -> None:
    context = make_context(filled)
    window = Window(context)
    qtbot.addWidget(window)
    window.show()
    window.resize(777, 555)
    window.close()
    context.close()
    again = Window(make_context(filled))
    qtbot.addWidget(again)
    assert (again.width(), again.height()) == (777, 555)


@pytest.mark.parametrize(("width", "least"), [(720, 80), (1400, 500)])
def test_a_name_is_written_within_what_there_is_room_for(
    width: int, least: int, window: Window, context: Context, qtbot: QtBot
) -> None:
    window.resize(width, 480)
    context.history.decide(
        rename(1, "Biscuit", "Biscuit of the Long and Winding Road to Somewhere")
    )
    context.navigation.go(navigation.PEOPLE, concept_id=1)
    page = window.page
    assert isinstance(page, PeoplePage)
    title = page.someone.title
    title.edit()
    QApplication.processEvents()
    assert title.rect().contains(title.line.geometry())
    assert title.line.width() >= least
    assert window.rect().contains(QRect(title.mapTo(window, QPoint()), title.size()))
    for toast in window.toasts.findChildren(Toast):
        toast.end()


def test_a_name_that_is_being_written_is_taken_when_the_window_closes(
    window: Window, context: Context, qtbot: QtBot
) -> None:
    context.navigation.go(navigation.PEOPLE, concept_id=1)
    page = window.page
    assert isinstance(page, PeoplePage)
    before = page.someone.title.text()
    page.someone.title.edit()
    qtbot.keyClicks(page.someone.title.line, "Bisquit")
    window.close()
    assert context.history.undoable == f"{before} is called Bisquit now"


def test_going_and_coming_back(qapp: QApplication) -> None:
    way, went = Navigation(), list[Destination]()
    way.went.connect(went.append)
    way.back()
    assert not went
    way.go(navigation.LIBRARY)
    way.go(navigation.PHOTO, photo_id=1, among=[1, 2])
    way.replace(Destination(navigation.PHOTO, photo_id=2))
    assert way.here == Destination(navigation.PHOTO, photo_id=2)
    way.go_to(Destination(navigation.PHOTO, photo_id=2))
    way.back()
    assert way.here == Destination(navigation.LIBRARY)
    assert not way.can_go_back
    assert [one.page for one in went] == ["library", "photo", "photo", "library"]
    with pytest.raises(TypeError):
        way.go(navigation.PHOTO, nonsense=1)
