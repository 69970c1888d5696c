"""From a box to a name: the pen, the card that asks, and what is done with the answer."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject

from desktop.context import Context
from desktop.decisions.tags import tag
from desktop.pages.lessons import Lessons
from desktop.pages.photo.naming import PERSON, Named, Naming
from desktop.pages.photo.stage import Stage
from desktop.theme import sizes
from desktop.thumbnails.picture import Box
from engine.library.names import fold


class NamingFlow(QObject):
    """Owns the card over a stage. A known name is a tag; a new one is learned."""

    def __init__(self, context: Context, stage: Stage) -> None:
        super().__init__(stage)
        self._context = context
        self._stage = stage
        self._photo_id = 0
        self._known: Mapping[str, int] = {}
        self.card = Naming(context, stage)
        context.notices.keep_off(self.card)
        self._lessons = Lessons(context, self)
        stage.pen_changed.connect(self._take_pen)
        stage.box_drawn.connect(self._drawn)
        stage.stranger_chosen.connect(self.name_face)
        stage.moved.connect(self._place)
        self.card.installEventFilter(self)
        self.card.named.connect(self.take)
        self.card.left.connect(self.end)

    @property
    def active(self) -> bool:
        """Whether a name is being asked for."""
        return self._stage.pen or not self.card.isHidden()

    def show_photo(self, photo_id: int) -> None:
        """Names are for this photo from now on."""
        self.end()
        self._photo_id = photo_id

    def know(self, names: Mapping[int, str]) -> None:
        """Everyone who has a name, those too who are not offered since they are hidden."""
        self._known = {fold(name): one for one, name in names.items()}

    def name_face(self, box: Box | None) -> None:
        """Ask who is in this box; None: draw one first."""
        if box is None:
            self._stage.take_pen(True)
            return
        self._stage.take_pen(False)
        self._stage.show_drawn(box)
        self.card.begin(box, kind=PERSON)
        self._place()

    def end(self) -> None:
        """Ask no more."""
        self._stage.take_pen(False)
        self._close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _take_pen(self, taken: bool) -> None:
        if taken:
            self._stage.show_drawn(None)
            self.card.begin(
                None, hint=self.tr("Draw a box around them, or leave it at the whole photo.")
            )
            self._place()
        else:
            self._close()

    def _drawn(self, box: Box) -> None:
        self.card.move_to(box)
        self._place()

    def _close(self) -> None:
        self._stage.show_drawn(None)
        if not self.card.isHidden():
            self.card.hide()
            self._stage.setFocus()

    def _place(self) -> None:
        if self.card.isHidden():
            return
        size, box = self.card.size(), self.card.box
        if box is None:
            # On the right: messages come up on the left.
            left = max(0, self._stage.width() - size.width() - sizes.EDGE)
            self.card.move(left, self._stage.height() - size.height() - sizes.EDGE)
        else:
            self.card.move(self._stage.place_beside(box, size))

    def take(self, named: Named) -> None:
        """This is who is there."""
        self.end()
        concept_id = named.concept_id or self._known.get(fold(named.name))
        if concept_id is None:
            self._lessons.introduce(named.name, named.kind, {self._photo_id: named.box})
        else:
            decision = tag(concept_id, named.name, self._photo_id, named.box)
            self._context.history.decide(decision)
