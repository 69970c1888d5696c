"""Asks "Is this Biscuit?" beside a box that is not sure, while the pointer is there."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.context import Context
from desktop.pages.photo.facts import Seen
from desktop.pages.photo.marks import PERHAPS, Mark
from desktop.pages.photo.question import Question
from desktop.pages.photo.stage import Stage

_LINGER_MS = 350
"""Time to get from the box to the buttons."""


class AskingWho(QObject):
    """Owns the question over a stage."""

    answered = Signal(int, bool)
    """Concept id, and whether it is them."""

    def __init__(self, context: Context, stage: Stage) -> None:
        super().__init__(stage)
        self._stage = stage
        self._mark: Mark | None = None
        self._seen: tuple[Seen, ...] = ()
        self.card = Question(stage)
        context.notices.keep_off(self.card)
        self.card.answered.connect(self.answered)
        self.card.left.connect(self._go_soon)
        self._linger = QTimer(self, singleShot=True, interval=_LINGER_MS)
        self._linger.timeout.connect(self._go)
        stage.looked_at.connect(self._look)
        stage.moved.connect(self._place)

    def show_seen(self, seen: tuple[Seen, ...]) -> None:
        """Who is in the photo."""
        self._seen = seen
        self.end()

    def end(self) -> None:
        """Ask no more."""
        self._linger.stop()
        if self._mark is not None:
            self._mark = None
            self.card.hide()
            self._stage.point_out(None)

    def _look(self, mark: Mark | None) -> None:
        if mark is None or mark.kind != PERHAPS:
            self._go_soon()
            return
        self._linger.stop()
        seen = next((one for one in self._seen if one.concept_id == mark.concept_id), None)
        if seen is not None and mark != self._mark:
            self._mark = mark
            self._stage.point_out(mark)
            self.card.ask(seen.concept_id, seen.name)
            self._place()

    def _place(self) -> None:
        if self._mark is not None:
            self.card.move(self._stage.place_beside(self._mark.box, self.card.size()))

    def _go_soon(self) -> None:
        if self._mark is not None:
            self._linger.start()

    def _go(self) -> None:
        if not self.card.underMouse():
            self.end()
