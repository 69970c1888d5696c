"""The photo page: one photo, large, and all that is known of it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import QBoxLayout

from desktop import navigation
from desktop.context import Context
from desktop.decisions.photos import favourite
from desktop.navigation import Destination
from desktop.pages.page import Page
from desktop.pages.photo import keys, menu
from desktop.pages.photo.asking_who import AskingWho
from desktop.pages.photo.facts import Facts, Seen, read_facts
from desktop.pages.photo.marks import marks_of
from desktop.pages.photo.naming_flow import NamingFlow
from desktop.pages.photo.neighbours import Neighbours
from desktop.pages.photo.overlay import Overlay
from desktop.pages.photo.panel import Panel
from desktop.pages.photo.seeking import Seeking
from desktop.pages.photo.showing import Showing
from desktop.pages.photo.stage import Stage
from desktop.pages.photo.who import answer
from desktop.process.messages import Change

_BLANK_MS = 90
"""How long what is known of the photo before stays, so that the panel does not flicker."""
_REST_MS = 150
"""How long a photo must be looked at before the engine is told."""
_NARROW = 760
"""From this width of the page on, the panel is beside the photo instead of below it."""
_PANEL = "photo/panel"


class PhotoPage(Page):
    """The photo on a dark stage; caption, people, questions and details in a panel beside it."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.neighbours: Neighbours | None = None
        self.facts: Facts | None = None
        self._state = self._passing = ""
        self.stage = Stage(self)
        self.stage.setAccessibleName(self.tr("Photo"))
        self.overlay = Overlay(self.stage)
        self.naming = NamingFlow(context, self.stage)
        self.asking_who = AskingWho(context, self.stage)
        self.seeking = Seeking(context, self.stage)
        self.showing = Showing(context, self.stage)
        self.panel = Panel(context, self.overlay.info, self)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(0)
        self._row.addWidget(self.stage, 1)
        self._row.addWidget(self.panel)
        self.column.addLayout(self._row, 1)
        self._blank = QTimer(self, singleShot=True, interval=_BLANK_MS)
        self._blank.timeout.connect(lambda: self.panel.show_facts(None))
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._tell_engine)
        self._connect()
        keys.install(self)
        self.panel.setVisible(bool(context.preferences.number(_PANEL, 1)))

    @property
    def photo_id(self) -> int | None:
        """The photo that is shown."""
        return None if self.neighbours is None else self.neighbours.photo_id

    def enter(self, destination: Destination) -> None:
        if destination.photo_id is None:
            self.context.navigation.go(navigation.LIBRARY)
            return
        self.neighbours = Neighbours(destination.photo_id, destination.among)
        self._show(1)
        self.stage.setFocus()

    def leave(self) -> None:
        self._part()
        self._blank.stop()
        self._rest.stop()
        self.showing.end()
        self.neighbours = self.facts = None

    def refresh(self, change: Change) -> None:
        if self.photo_id is None or not change.concerns([self.photo_id]):
            return
        if change.what & {"photos", "thumbnails"}:
            self.showing.try_again()
        self._read()

    # Going on

    def step(self, by: int) -> None:
        """Show the photo so many further, as far as there is one."""
        if self.neighbours is not None and self.neighbours.step(by):
            here = Destination(
                navigation.PHOTO,
                photo_id=self.neighbours.photo_id,
                among=self.neighbours.ids,  # type: ignore[arg-type]
            )
            self.context.navigation.replace(here)
            self._show(1 if by > 0 else -1)

    def escape(self) -> None:
        """Stop what is going on on the photo; else go back to where it was opened."""
        if self.naming.active:
            self.naming.end()
        elif self.panel.caption.editing:
            self.panel.caption.cancel()
        elif self.context.navigation.can_go_back:
            self.context.navigation.back()
        else:
            self.context.navigation.go(navigation.LIBRARY)

    def _part(self) -> None:
        """Leave the photo that is shown: nothing that was begun on it goes on, nor is lost."""
        self.panel.caption.finish()
        self.panel.ask.forget()
        self.seeking.end()
        self.asking_who.end()
        self.naming.end()
        self.stage.forget()
        self._pass("")

    def _show(self, way: int) -> None:
        assert self.neighbours is not None
        self._part()
        self.facts = None
        self._blank.start()
        self._rest.start()
        self.naming.show_photo(self.neighbours.photo_id)
        self.overlay.show_place(self.neighbours.row, len(self.neighbours))
        self.showing.show_photo(self.neighbours, way)
        self._read()

    # What is known

    def _read(self) -> None:
        photo_id = self.photo_id
        if photo_id is not None:
            self.context.reader.read(
                self,
                lambda library: read_facts(library, photo_id),
                self._show_facts,
                self._pass,
                key="facts",
            )

    def _show_facts(self, facts: Facts | None) -> None:
        self._blank.stop()
        if self.facts is None and facts is not None:
            self._pass("")
        self.facts = facts
        self.panel.show_facts(facts)
        if facts is None:
            self._pass(self.tr("This photo is not in your library any more."))
            return
        size = None if facts.info is None else (facts.info.width, facts.info.height)
        self.showing.know(facts.paths, size, away=facts.away)
        self.stage.show_marks(marks_of(facts))
        self.asking_who.show_seen(facts.seen)
        self.naming.know(facts.known)
        self.overlay.show_favourite(facts.favourite)
        name = facts.paths[0].name if facts.paths else ""
        spoken = facts.caption.text if facts.caption is not None else name
        self.stage.setAccessibleName(self.tr("Photo: {}").format(spoken))
        who = (one.name if one.sure else self.tr("{}?").format(one.name) for one in facts.seen)
        self.stage.setAccessibleDescription(", ".join(who))

    def _tell_engine(self) -> None:
        if self.photo_id is not None:
            self.context.engine.request(
                "visible", {"photo_ids": [self.photo_id]}, _nothing, _nothing
            )

    def _pass(self, sentence: str) -> None:
        """Say something that holds for a while."""
        self._passing = sentence
        self._say()

    def _say_state(self, sentence: str) -> None:
        """Say something that holds for as long as the photo is shown."""
        self._state = sentence
        self._say()

    def _say(self) -> None:
        self.overlay.say(self._passing or self._state)

    # What one does

    def favour(self) -> None:
        """Make the photo a favourite, or no longer."""
        if self.facts is not None:
            decision = favourite([self.facts.photo_id], not self.facts.favourite)
            self.context.history.decide(decision)

    def _answer(self, concept_id: int, yes: bool) -> None:
        seen = self._seen(concept_id)
        if self.photo_id is not None and seen is not None:
            answer(self.context, self.photo_id, concept_id, seen.name, yes=yes)

    def _seek(self, concept_id: int) -> None:
        seen = self._seen(concept_id)
        if self.photo_id is not None and seen is not None:
            self.seeking.toggle(self.photo_id, seen)

    def seek_first(self) -> None:
        """Show where the surest of those here is, or no longer."""
        if self.facts is not None and self.facts.seen:
            self._seek(self.facts.seen[0].concept_id)

    def _seen(self, concept_id: int) -> Seen | None:
        seen = self.facts.seen if self.facts is not None else ()
        return next((one for one in seen if one.concept_id == concept_id), None)

    def _go_to(self, concept_id: int) -> None:
        self.context.navigation.go(navigation.PEOPLE, concept_id=concept_id)

    def toggle_panel(self, show: bool | None = None) -> None:
        """Show the panel or not; without a word, the other of what it is."""
        show = self.panel.isHidden() if show is None else show
        self.panel.setVisible(show)
        self.context.preferences.put(_PANEL, int(show))
        if not show:
            self.stage.setFocus()

    def edit_caption(self) -> None:
        """Write in the caption."""
        self.toggle_panel(True)
        self.panel.caption.edit()

    def ask(self) -> None:
        """Give the keyboard to the line for questions."""
        self.toggle_panel(True)
        self.panel.ask.line.setFocus()

    def open_folder(self, folder: Path) -> None:
        """Show a folder in whatever the system uses for that."""
        there = self.context.drives.holds(folder)
        if not there or not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self.context.notices.say(self.tr("This folder cannot be opened right now."))

    # Wiring

    def _connect(self) -> None:
        stage, overlay, panel = self.stage, self.overlay, self.panel
        self.showing.said.connect(self._say_state)
        stage.person_chosen.connect(self._go_to)
        overlay.back.connect(self.escape)
        overlay.stepped.connect(self.step)
        overlay.favoured.connect(self.favour)
        overlay.more.connect(lambda button: menu.offer(self, button))
        overlay.panel_toggled.connect(self.toggle_panel)
        self.asking_who.answered.connect(self._answer)
        self.seeking.sought.connect(panel.who.show_sought)
        self.seeking.said.connect(self._pass)
        panel.caption.chosen.connect(self._go_to)
        panel.caption.left.connect(stage.setFocus)
        panel.who.chosen.connect(self._go_to)
        panel.who.sought.connect(self._seek)
        panel.who.naming.connect(self.naming.name_face)
        panel.who.pointed_out.connect(stage.point_out)
        panel.carried.agreed.connect(self.naming.take)
        panel.carried.pointed_out.connect(stage.point_out)
        panel.ask.left.connect(stage.setFocus)
        panel.details.folder_wanted.connect(self.open_folder)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = event.size().width() >= _NARROW
        direction = QBoxLayout.Direction
        self._row.setDirection(direction.LeftToRight if beside else direction.TopToBottom)
        self.panel.lie(beside, event.size().height())
        self.showing.want()


def _nothing(_: object) -> None:
    """Only a hint to the engine: whatever it answers, nothing follows."""
