"""A title that is changed where it stands."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desktop.widgets.one_line import OneLine
from desktop.widgets.short_label import ShortLabel

_LEAST, _MOST = 240, 520
"""Widths of the line, as long as the title is, where there is room."""
_NARROWEST = 80


class EditableTitle(QWidget):
    """Shows a title; after `edit`, or a double click, a line to write another.

    Enter, or going elsewhere, takes what is written; Escape leaves it as it was.
    """

    entered = Signal(str)
    """Another title was written."""
    left = Signal()
    """The title is shown again, by Enter or by Escape: the keyboard is free."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """name: what is written here, for screen readers."""
        super().__init__(parent)
        hint = self.tr("Double-click to rename, or F2")
        self._title = ShortLabel("", "title", self, hint=hint)
        self.line = OneLine(self)
        self.line.setProperty("role", "title")
        self.line.setAccessibleName(name)
        self.line.setMinimumWidth(_NARROWEST)
        self.line.hide()
        self.line.entered.connect(lambda _: self._done(take=True))
        self.line.left.connect(lambda: self._done(take=False))
        self.line.deserted.connect(self._deserted)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._title)
        row.addWidget(self.line)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    @property
    def editing(self) -> bool:
        """Whether another is being written."""
        return not self.line.isHidden()

    def text(self) -> str:
        """The title."""
        return self._title.whole

    def setText(self, text: str) -> None:  # as labels have it
        """Show another; what is being written stays."""
        self._title.say(text)

    def edit(self) -> None:
        """Begin to write another."""
        if self.editing:
            return
        self.line.setText(self.text())
        room = self.line.fontMetrics().horizontalAdvance(self.text()) + 60
        self.line.setMaximumWidth(min(max(room, _LEAST), _MOST))
        self._title.hide()
        self.line.show()
        self.updateGeometry()
        self.line.selectAll()
        self.line.setFocus()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.edit()

    def sizeHint(self) -> QSize:
        width = self.line.maximumWidth() if self.editing else 0
        return super().sizeHint().expandedTo(QSize(width, self.line.sizeHint().height()))

    def _deserted(self) -> None:
        if self.editing:
            self._take()

    def _done(self, *, take: bool) -> None:
        if take:
            self._take()
        else:
            self._show()
        self.left.emit()

    def _take(self) -> None:
        written, before = self.line.written, self.text()
        self._show()
        if written and written != before:
            self.entered.emit(written)

    def _show(self) -> None:
        self.line.hide()
        self._title.show()
