"""The photo page: one photo, large, and all that is known of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QMenu, QPushButton

from desktop import navigation
from desktop.context import Context
from desktop.decisions.photos import favourite
from desktop.navigation import Destination
from desktop.pages.actions import photo_actions
from desktop.pages.page import Page
from desktop.pages.photo.asking_who import AskingWho
from desktop.pages.photo.facts import Facts, Seen, read_facts
from desktop.pages.photo.marks import marks_of
from desktop.pages.photo.naming_flow import NamingFlow
from desktop.pages.photo.neighbours import Neighbours
from desktop.pages.photo.overlay import Overlay
from desktop.pages.photo.panel import WIDTH, Panel
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
        self.asking_who = AskingWho(self.stage)
        self.seeking = Seeking(context, self.stage)
        self.showing = Showing(context, self.stage)
        self.panel = Panel(context, self)
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
        self._shortcuts()
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
        self.facts = facts
        self.panel.show_facts(facts)
        if facts is None:
            self._pass(self.tr("This photo is not in your library any more."))
            return
        size = None if facts.info is None else (facts.info.width, facts.info.height)
        self.showing.know(facts.paths, size)
        self.stage.show_marks(marks_of(facts))
        self.asking_who.show_seen(facts.seen)
        self.overlay.show_favourite(facts.favourite)
        name = facts.paths[0].name if facts.paths else ""
        spoken = facts.caption.text if facts.caption is not None else name
        self.stage.setAccessibleName(self.tr("Photo: {}").format(spoken))

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

    def _favour(self) -> None:
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

    def _seek_first(self) -> None:
        if self.facts is not None and self.facts.seen:
            self._seek(self.facts.seen[0].concept_id)

    def _seen(self, concept_id: int) -> Seen | None:
        seen = self.facts.seen if self.facts is not None else ()
        return next((one for one in seen if one.concept_id == concept_id), None)

    def _go_to(self, concept_id: int) -> None:
        self.context.navigation.go(navigation.PEOPLE, concept_id=concept_id)

    def _toggle_panel(self, show: bool | None = None) -> None:
        show = self.panel.isHidden() if show is None else show
        self.panel.setVisible(show)
        self.context.preferences.put(_PANEL, int(show))
        if not show:
            self.stage.setFocus()

    def _edit(self) -> None:
        self._toggle_panel(True)
        self.panel.caption.edit()

    def _ask(self) -> None:
        self._toggle_panel(True)
        self.panel.ask.line.setFocus()

    def _open_folder(self, folder: Path) -> None:
        there = self.context.drives.holds(folder)
        if not there or not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self.context.notices.say(self.tr("This folder cannot be opened right now."))

    def _offer(self, button: QPushButton) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        photo_id = self.photo_id
        if photo_id is not None:
            for action in photo_actions():
                if action.icon == "albums":
                    menu.addAction(action.text, partial(action.run, self.context, [photo_id]))
        menu.addAction(self.tr("Edit the caption\tE"), self._edit)
        menu.addAction(self.tr("Ask about this photo\tA"), self._ask)
        if self.facts is not None and self.facts.paths:
            folder = self.facts.paths[0].parent
            menu.addAction(self.tr("Show in folder"), lambda: self._open_folder(folder))
        menu.popup(button.mapToGlobal(QPoint(0, button.height() + 4)))

    # Wiring

    def _connect(self) -> None:
        stage, overlay, panel = self.stage, self.overlay, self.panel
        self.showing.said.connect(self._say_state)
        stage.person_chosen.connect(self._go_to)
        overlay.back.connect(self.escape)
        overlay.stepped.connect(self.step)
        overlay.favoured.connect(self._favour)
        overlay.more.connect(self._offer)
        overlay.panel_toggled.connect(self._toggle_panel)
        self.asking_who.answered.connect(self._answer)
        self.seeking.sought.connect(panel.who.show_sought)
        self.seeking.said.connect(self._pass)
        panel.caption.chosen.connect(self._go_to)
        panel.caption.left.connect(stage.setFocus)
        panel.who.chosen.connect(self._go_to)
        panel.who.sought.connect(self._seek)
        panel.who.naming.connect(self.naming.name_face)
        panel.who.pointed_out.connect(stage.point_out)
        panel.ask.left.connect(stage.setFocus)
        panel.details.folder_wanted.connect(self._open_folder)

    def _shortcuts(self) -> None:
        stage = self.stage
        far = 1 << 40
        keys: dict[str, Callable[[], object]] = {
            "Left": lambda: self.step(-1),
            "Right": lambda: self.step(1),
            "PgUp": lambda: self.step(-1),
            "PgDown": lambda: self.step(1),
            "Home": lambda: self.step(-far),
            "End": lambda: self.step(far),
            "Escape": self.escape,
            "+": stage.zoom_in,
            "=": stage.zoom_in,
            "Ctrl++": stage.zoom_in,
            "-": stage.zoom_out,
            "Ctrl+-": stage.zoom_out,
            "0": stage.fit,
            "Ctrl+0": stage.fit,
            "1": stage.zoom_to_pixels,
            "Shift+Left": lambda: stage.pan(-0.25, 0),
            "Shift+Right": lambda: stage.pan(0.25, 0),
            "Shift+Up": lambda: stage.pan(0, -0.25),
            "Shift+Down": lambda: stage.pan(0, 0.25),
            "F": self._favour,
            "T": lambda: stage.take_pen(not stage.pen),
            "I": self._toggle_panel,
            "E": self._edit,
            "A": self._ask,
            "H": self._seek_first,
        }
        for key, act in keys.items():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = event.size().width() >= _NARROW
        direction = QBoxLayout.Direction
        self._row.setDirection(direction.LeftToRight if beside else direction.TopToBottom)
        largest = 16_777_215
        self.panel.setFixedWidth(WIDTH) if beside else self.panel.setMinimumWidth(0)
        if not beside:
            self.panel.setMaximumWidth(largest)
        below = max(180, event.size().height() * 2 // 5)
        self.panel.setMinimumHeight(0 if beside else below)
        self.panel.setMaximumHeight(largest if beside else below)
        self.showing.want()


def _nothing(_: object) -> None:
    """Only a hint to the engine: whatever it answers, nothing follows."""
