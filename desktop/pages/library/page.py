"""The library page: every photo by time, or what a search finds."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout

from desktop import navigation
from desktop.context import Context
from desktop.decisions.albums import saved_search
from desktop.grid import GridPanel
from desktop.navigation import Destination
from desktop.pages.actions import photo_actions
from desktop.pages.library.search import Found, Search
from desktop.pages.library.states import EMPTY, Overview, read_overview, state_of
from desktop.pages.library.unfinished import Unfinished
from desktop.pages.page import Page
from desktop.process.engine import GAVE_UP, READY
from desktop.process.messages import Change
from desktop.reading.household import Household
from desktop.reading.places import Places, read_places
from desktop.reading.reader import ASIDE, LONG
from desktop.reading.shown import NOTHING, Shown
from desktop.theme import sizes
from desktop.widgets import Button, EmptyState, IconButton
from desktop.widgets.search_bar import Named, SearchBar
from engine.search.query import Known

_PLACE = "library/photo", "library/below"
_FOUND_BY = {"sightings", "captions", "concepts", "photos", "favourites"}
_ROOMY = 620
_REST_MS, _SHORT_REST_MS = 3000, 500
"""While photos come in, the timeline is read again this often at most: many take a while."""
_MANY = 5000


class LibraryPage(Page):
    """Search bar above, photos below."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.bar = SearchBar(context.thumbnails, self)
        self.panel = GridPanel(context, EmptyState("library", ""), photo_actions(), self)
        self.search = Search(context, self)
        self.save = Button(self.tr("Save as album"), self._save, parent=self)
        self.save.hide()
        self._timeline: Shown = NOTHING
        self._places: Places = {}
        self._overview: Overview | None = None
        self._before: frozenset[str] | None = None
        """The jobs that had ended when the first folders were chosen."""
        self._unanswered = False
        self._keyboard_waits = False
        """Whether the keyboard is for photos that are still to come: what is hidden takes none."""
        self._place: tuple[int, int] | None = self._remembered()
        self.column.addWidget(self._top())
        self.unfinished = Unfinished(context, self)
        self.column.addWidget(self.unfinished)
        self.column.addWidget(self.panel, 1)
        self._rest = QTimer(self, singleShot=True)
        self._rest.timeout.connect(self._read)
        self.bar.changed.connect(self._search)
        self.bar.submitted.connect(lambda _: self.panel.setFocus())
        self.bar.left.connect(self.panel.setFocus)
        self.search.found.connect(self._show_found)
        self.search.failed.connect(self._show_failure)
        context.household.changed.connect(self._show_names)
        context.engine.job_changed.connect(lambda _: self._show_state())
        context.engine.state_changed.connect(self._engine_is)
        self._show_names(context.household.now)
        find = QShortcut(QKeySequence.StandardKey.Find, self)
        find.activated.connect(self._find)
        self.bar.entered.connect(self._warm)
        self._warmed = False
        self._show_state()
        self._read()

    def enter(self, destination: Destination) -> None:
        if destination.query is not None and destination.query != self.bar.text:
            self.bar.set_text(destination.query)
        self.panel.setFocus()
        self._keyboard_waits = not self.panel.grid.isVisible()
        if not len(self._timeline):
            # Folders may have been chosen meanwhile; if not, the welcome is shown.
            if self._overview is not None and not self._overview.folders:
                jobs = self.context.engine.jobs()
                self._before = frozenset(job.id for job in jobs if job.ended)
            self._overview = None
            self._show_state()
            self._read()

    def leave(self) -> None:
        self._keyboard_waits = False
        self._remember()

    def refresh(self, change: Change) -> None:
        self.panel.grid.change(change)
        if "photos" in change.what and not self._rest.isActive():
            self._rest.start(_REST_MS if len(self._timeline) > _MANY else _SHORT_REST_MS)
        if "albums" in change.what:  # they are made when places have been looked up
            self._read_places()
        if self.bar.text and change.what & _FOUND_BY:
            self.search.repeat(self._timeline)

    # The bar

    def _top(self) -> QFrame:
        top = QFrame(self)
        top.setProperty("surface", "bar")
        top.setFixedHeight(sizes.BAR_HEIGHT + 28)
        row = QHBoxLayout(top)
        row.setContentsMargins(sizes.EDGE - 3, 0, sizes.NEAR, 0)
        row.setSpacing(sizes.TIGHT)
        row.addWidget(self.bar, 1)
        row.addWidget(self.save)
        grid = self.panel.grid
        smaller, larger = self.tr("Smaller photos"), self.tr("Larger photos")
        self._zooming = (
            IconButton("zoom-out", smaller, lambda: grid.set_zoom(grid.zoom - 1), top),
            IconButton("zoom-in", larger, lambda: grid.set_zoom(grid.zoom + 1), top),
        )
        for button in self._zooming:
            row.addWidget(button)
        return top

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Keys and the wheel zoom too; in a narrow window the search needs the room.
        for button in self._zooming:
            button.setVisible(event.size().width() >= _ROOMY)

    def _find(self) -> None:
        self.bar.setFocus()
        self.bar.edit.selectAll()

    def _show_names(self, household: Household) -> None:
        self.bar.set_names(
            [
                Named(Known(one.concept_id, one.name, one.noun), one.cover, one.box)
                for one in household.people
            ]
        )

    # The timeline

    def _read(self) -> None:
        self.context.reader.read(
            self, read_overview, self._show_timeline, self._show_failure, lane=LONG, key="timeline"
        )

    def _show_timeline(self, overview: Overview) -> None:
        self._overview, self._timeline = overview, overview.timeline
        self._read_places()
        if self.isVisible():
            self._welcome()
        if self.bar.text:
            self.search.repeat(self._timeline)
            return
        self._show_all()

    def _welcome(self) -> None:
        """Without folders there is nothing to see, and something to choose."""
        if self._overview is not None and not self._overview.folders:
            self.context.navigation.go(navigation.WELCOME)

    def _read_places(self) -> None:
        timeline = self._timeline
        self.context.reader.read(
            self,
            lambda library: read_places(library, timeline),
            self._show_places,
            lane=ASIDE,
            key="places",
        )

    def _show_places(self, places: Places) -> None:
        self._places = places
        if not self.bar.text:
            self.panel.grid.show_places(places)

    def _show_all(self) -> None:
        """Every photo, where one was before the search."""
        self.bar.show_count(None)
        self.save.hide()
        self.unfinished.leave()
        self.panel.grid.show_places(self._places)
        self.panel.show_photos(self._timeline)
        if self._keyboard_waits and self.panel.grid.isVisible():
            self._keyboard_waits = False
            if not self.bar.edit.hasFocus():
                self.panel.setFocus()
        if self._place is not None:
            self.panel.grid.restore(*self._place)
            self._place = None
        self._show_state()

    def _show_state(self) -> None:
        """Say why there is nothing to see, where there is nothing."""
        if self._overview is not None and (len(self._timeline) or self.bar.text):
            return
        self.panel.say(*state_of(self._overview, busy=self._looking()))

    def _looking(self) -> bool:
        """Whether photos may still be found: also while nobody has begun yet."""
        jobs = self.context.engine.jobs()
        if any(not job.ended for job in jobs):
            return True
        looked = (job.kind == "index" and job.id not in (self._before or ()) for job in jobs)
        return self._before is not None and not any(looked)

    # Searching

    def _engine_is(self, state: str) -> None:
        """What could not be answered without the engine is asked again when it is there."""
        if state == READY and self._unanswered:
            self._search(self.bar.text)

    def _search(self, text: str) -> None:
        self._unanswered = False
        if text:
            if self._place is None and self.panel.grid.shown is self._timeline:
                self._place = self.panel.grid.anchor()
            self.search.ask(text, self._timeline)
            if self.search.waiting:
                self.bar.show_waiting()
        else:
            self.search.cancel()
            if self._overview is not None:
                self._show_all()

    def _show_found(self, found: Found) -> None:
        if found.text != self.bar.text:
            return
        again = self.panel.grid.shown is not self._timeline
        self.bar.show_count(found.count)
        self.save.setVisible(len(found.shown) > 0)
        self.unfinished.read(self._timeline)
        # What is found of a month may have been taken elsewhere than most of it.
        self.panel.grid.show_places({})
        self.panel.show_photos(found.shown, from_top=not again)
        if not len(found.shown):
            self.panel.say(
                EMPTY, self.tr("No photo of that"), self.tr("Try other words, or fewer.")
            )

    def _warm(self) -> None:
        """Who goes to the search bar will ask: have the engine load what it takes to answer."""
        if not self._warmed:
            self._warmed = True
            self.context.engine.request("warm", {}, _nothing, _nothing)

    def _save(self) -> None:
        self.context.history.decide(saved_search(self.bar.text))

    def _show_failure(self, sentence: str) -> None:
        self.bar.show_count(None)
        self.save.hide()
        self._unanswered = bool(self.bar.text)
        title = self.tr("This cannot be answered right now")
        if self._overview is None:
            title = self.tr("Your library cannot be opened")
        elif self.context.engine.state not in (READY, GAVE_UP):
            title = self.tr("One moment")
        self.panel.say("warning", title, sentence)

    # Where one was

    def _remembered(self) -> tuple[int, int] | None:
        photo, below = (self.context.preferences.number(name) for name in _PLACE)
        return (photo, below) if photo else None

    def _remember(self) -> None:
        place = self._place if self.bar.text else self.panel.grid.anchor()
        if place is not None:
            for name, value in zip(_PLACE, place, strict=True):
                self.context.preferences.put(name, value)


def _nothing(_: object) -> None:
    """Nothing follows from it."""
