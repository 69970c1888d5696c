"""A line to write a name into, which offers those that are known."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QIcon, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.reading.household import Someone
from desktop.widgets.escape import claims_escape
from desktop.widgets.offers import Offers
from engine.library import names
from engine.search.words import fold

_OFFERED = 5
_PICTURE = 22


class NameLine(QLineEdit):
    """Down and Up go through what is offered; Enter takes it, and then what is written.

    What is offered last is what is written, where it is nobody's name: Ann is not Anna.
    """

    entered = Signal()
    """Enter was pressed on a finished name."""
    left = Signal()
    """Escape was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._people: Sequence[Someone] = ()
        self._offers = Offers(self, _PICTURE)
        self._offers.chosen.connect(self._choose)
        self.setMaxLength(100)
        self.textEdited.connect(lambda _: self._offer())

    @property
    def name(self) -> str:
        """What is written, without the spaces around it."""
        return " ".join(self.text().split())

    @property
    def someone(self) -> Someone | None:
        """The one who is called what is written, whatever its case and, if need be, its accents:
        Zoe and Zoë may both be there."""
        for same in (names.fold, fold):
            written = same(self.name)
            for one in self._people:
                if same(one.name) == written:
                    return one
        return None

    def set_people(self, people: Sequence[Someone]) -> None:
        """Whose names are offered, the likeliest first."""
        self._people = people

    def event(self, event: QEvent) -> bool:
        return claims_escape(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, offering = event.key(), self._offers.isVisible()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if offering:
                self._offers.take()
            if self.name:
                self.entered.emit()
        elif key == Qt.Key.Key_Tab and offering:
            self._offers.take()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and offering:
            self._offers.step(1 if key == Qt.Key.Key_Down else -1)
        elif key == Qt.Key.Key_Escape and offering:
            self._offers.hide()
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forwards: bool) -> bool:
        # Tab comes here before it comes as a key.
        if forwards and self._offers.isVisible():
            self._offers.take()
            return True
        return super().focusNextPrevChild(forwards)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._offers.hide()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._offers.hide()

    def _offer(self) -> None:
        written = fold(self.name)
        fitting = [
            one
            for one in self._people
            if written and any(part.startswith(written) for part in _beginnings(fold(one.name)))
        ]
        if len(fitting) == 1 and fold(fitting[0].name) == written:
            fitting = []
        # Sam before Samantha, and Zoe before Zoë where that is written.
        whole = names.fold(self.name)
        fitting.sort(key=lambda one: (names.fold(one.name) != whole, fold(one.name) != written))
        offered = [one.name for one in fitting[:_OFFERED]]
        if offered and self.someone is None:
            offered.append(self._new())
        self._offers.offer(offered, [QIcon()] * len(offered))

    def _new(self) -> str:
        return self.tr("{}, someone new").format(self.name)

    def _choose(self, offered: str) -> None:
        if offered != self._new():
            self.setText(offered)
        self._offers.hide()


def _beginnings(name: str) -> list[str]:
    """A name from each of its words on: `ada lovelace` and `lovelace`."""
    parts = name.split(" ")
    return [" ".join(parts[at:]) for at in range(len(parts))]
