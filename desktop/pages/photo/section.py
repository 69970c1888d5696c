"""A part of the panel: a small heading, and what belongs below it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.theme import sizes
from desktop.widgets import Label

WIDTH = 330
"""Of the panel."""
ROOM = WIDTH - 2 * sizes.APART
"""For a section in it."""
_INSET = 2
"""A link's text begins so far inside of it, where its ring is drawn; labels follow it."""


class Section(QWidget):
    """Heading in capitals, then `body`."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(9)
        self.heading = Label(title, "overline", self)
        column.addWidget(self.heading)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(8)
        column.addLayout(self.body)


def in_a_row(*widgets: QWidget) -> QHBoxLayout:
    """Links and labels one after the other, from the left."""
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(2)
    for widget in widgets:
        if isinstance(widget, Label):
            widget.setContentsMargins(_INSET, 0, 0, 0)
        row.addWidget(widget)
    row.addStretch()
    return row
