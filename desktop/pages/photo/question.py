"""Is this Biscuit? Asked where the box is, answered with yes or no."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.theme import sizes
from desktop.widgets import Button, Card
from desktop.widgets.button import PRIMARY
from desktop.widgets.short_label import ShortLabel

_WIDEST = 300
"""Of the question: a name may be long."""


class Question(Card):
    """A small card over the photo; by keyboard the same is answered in the panel."""

    answered = Signal(int, bool)
    """Concept id, and whether it is them."""
    left = Signal()
    """The pointer has gone elsewhere."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, margin=10)
        self._concept_id = 0
        self._text = ShortLabel("", "strong", self)
        self._text.setMaximumWidth(_WIDEST)
        self.no = Button(self.tr("No"), lambda: self._answer(False), parent=self, small=True)
        self.yes = Button(self.tr("Yes"), lambda: self._answer(True), PRIMARY, self, small=True)
        row = QHBoxLayout()
        row.setSpacing(sizes.TIGHT)
        row.addWidget(self._text)
        row.addSpacing(4)
        row.addWidget(self.no)
        row.addWidget(self.yes)
        self.body.addLayout(row)
        self.hide()

    def ask(self, concept_id: int, name: str) -> None:
        """Ask about someone."""
        self._concept_id = concept_id
        self._text.say(self.tr("Is this {}?").format(name))
        self.setAccessibleName(self._text.whole)
        self.show()
        self.adjustSize()
        self.raise_()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.left.emit()

    def _answer(self, yes: bool) -> None:
        self.hide()
        self.answered.emit(self._concept_id, yes)
