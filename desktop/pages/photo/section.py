"""A part of the panel: a small heading, and what belongs below it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.widgets import Button, Label

_LINK_PADDING = 2
"""A link's text begins so far inside of it, where its ring is drawn."""


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


def flush(*widgets: QWidget) -> QHBoxLayout:
    """A row whose first text begins exactly at the left, also where that is a link's."""
    row = QHBoxLayout()
    row.setContentsMargins(-_LINK_PADDING if isinstance(widgets[0], Button) else 0, 0, 0, 0)
    row.setSpacing(4)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch()
    return row
