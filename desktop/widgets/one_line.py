"""A line in which one thing is written: Enter is done, Escape is never mind."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.widgets.escape import claims_escape

_LONGEST = 200


class OneLine(QLineEdit):
    """Says when one is done, or does not want to after all."""

    entered = Signal(str)
    """Enter was pressed: what is written, without the spaces around it; never empty."""
    left = Signal()
    """Escape was pressed."""
    deserted = Signal()
    """The keyboard is somewhere else in the window now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaxLength(_LONGEST)

    @property
    def written(self) -> str:
        """What is written, without the spaces around it."""
        return " ".join(self.text().split())

    def event(self, event: QEvent) -> bool:
        return claims_escape(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.written:
                self.entered.emit(self.written)
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        elsewhere = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
        if event.reason() not in elsewhere:
            self.deserted.emit()
