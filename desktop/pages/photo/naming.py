"""Who is this? A name for a box that was drawn, for a face, or for the photo as a whole."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QWidget

from desktop import words
from desktop.context import Context
from desktop.pages.photo.name_line import NameLine
from desktop.reading.household import Someone
from desktop.theme import sizes
from desktop.thumbnails.picture import Box
from desktop.widgets import Button, Card, Label
from desktop.widgets.button import PRIMARY, QUIET

_WIDTH = 300
_SHORT = 16
"""Characters of a name on the button."""
PERSON, PET, THING = "person", "pet", "thing"


@dataclass(frozen=True)
class Named:
    """What was entered. concept_id: of somebody known; None for a new one of this kind."""

    name: str
    kind: str
    box: Box | None
    concept_id: int | None


class Naming(Card):
    """A small card over the photo. Those who are known are tagged; for a new name it is asked
    what they are."""

    named = Signal(object)
    """A `Named`."""
    left = Signal()
    """Nothing is to be named after all."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent, margin=14)
        self._context = context
        self._box: Box | None = None
        self.body.setSpacing(10)
        self._title = Label(self.tr("Who is this?"), "strong", self)
        self._hint = Label("", "small", self, wrap=True)
        self.line = NameLine(self)
        self.line.setPlaceholderText(self.tr("Name"))
        self.line.setAccessibleName(self.tr("Who is this? Name"))
        self.line.textChanged.connect(lambda _: self._show())
        self.line.entered.connect(self._enter)
        self.line.left.connect(self.left)
        self._kinds = QButtonGroup(self)
        self.kinds: dict[str, QRadioButton] = {}
        self._choice = QWidget(self)
        row = QHBoxLayout(self._choice)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(sizes.NEAR)
        for kind, text in (
            (PERSON, self.tr("Person")),
            (PET, self.tr("Pet")),
            (THING, self.tr("Thing")),
        ):
            button = QRadioButton(text, self._choice)
            self.kinds[kind] = button
            self._kinds.addButton(button)
            row.addWidget(button)
        row.addStretch()
        self.kinds[PERSON].setChecked(True)
        self._cancel = Button(self.tr("Cancel"), self.left.emit, QUIET, self, small=True)
        self._done = Button("", self._enter, PRIMARY, self, small=True)
        last = QHBoxLayout()
        last.setSpacing(sizes.TIGHT)
        last.addStretch()
        last.addWidget(self._cancel)
        last.addWidget(self._done)
        for widget in (self._title, self._hint, self.line, self._choice):
            self.body.addWidget(widget)
        self.body.addLayout(last)
        self.setFixedWidth(_WIDTH)
        self.setAccessibleName(self._title.text())
        self.hide()

    @property
    def box(self) -> Box | None:
        """The part of the photo that is being named; None is all of it."""
        return self._box

    def begin(self, box: Box | None, *, kind: str | None = None, hint: str = "") -> None:
        """Ask for a name. kind: what it most likely is; hint: a sentence below the question."""
        self._box = box
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        if kind is not None:
            self.kinds[kind].setChecked(True)
        self.line.clear()
        self.show()
        self._show()
        self.raise_()
        self.line.setFocus()

    def move_to(self, box: Box) -> None:
        """What is being named is here; what is written already stays."""
        self._box = box
        self._hint.hide()
        self.adjustSize()
        self.line.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _people(self) -> tuple[Someone, ...]:
        return self._context.household.now.people

    def _show(self) -> None:
        """Ask what they are only where that is not known."""
        self.line.set_people(self._people())
        known = self.line.someone
        self._choice.setVisible(known is None and bool(self.line.name))
        self._done.setEnabled(bool(self.line.name))
        self._done.setText(self._promise(known))
        self.adjustSize()

    def _promise(self, known: Someone | None) -> str:
        """What the button does with what is written."""
        if known is not None:
            return self.tr("This is {}").format(words.shortened(known.name, _SHORT))
        if self.line.name:
            return self.tr("Learn {}").format(words.shortened(self.line.name, _SHORT))
        return self.tr("Done")

    def _enter(self) -> None:
        name, known = self.line.name, self.line.someone
        if not name:
            return
        if known is not None:
            self.named.emit(Named(known.name, known.kind, self._box, known.concept_id))
            return
        kind = next(kind for kind, button in self.kinds.items() if button.isChecked())
        self.named.emit(Named(name, kind, self._box, None))
