"""What every page is: shown with a destination, told of changes, left."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.changes import merged
from desktop.context import Context
from desktop.navigation import Destination
from desktop.process.messages import Change
from desktop.theme import sizes
from desktop.widgets.label import Label


class Page(QWidget):
    """Base of the pages. What one overrides: `enter`, `leave`, `refresh`, and `fills_window`.

    The window makes a page once, when it is first shown, and keeps it.
    """

    fills_window = False
    """Whether the page is shown without the sidebar and the strip (the welcome)."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.setProperty("surface", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self._missed: Change | None = None
        context.changes.changed.connect(self._hear)

    def enter(self, destination: Destination) -> None:
        """The page is shown (or shown again) for this; called after missed changes."""

    def leave(self) -> None:
        """Another page takes its place: stop what only makes sense while one looks."""

    def refresh(self, change: Change) -> None:
        """Something is different: read again what the page shows of it.

        Only called while the page is shown; what happens meanwhile comes as one change later.
        """

    def header(self, title: str, *right: QWidget) -> QFrame:
        """A bar with the page's title and, at its right, buttons; put on top of the page."""
        bar = QFrame(self)
        bar.setProperty("surface", "bar")
        bar.setFixedHeight(60)
        row = QHBoxLayout(bar)
        row.setContentsMargins(sizes.EDGE, 0, sizes.EDGE, 0)
        row.setSpacing(sizes.TIGHT)
        row.addWidget(Label(title, "title", bar))
        row.addStretch()
        for widget in right:
            row.addWidget(widget)
        self.column.insertWidget(0, bar)
        return bar

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        change, self._missed = self._missed, None
        if change is not None:
            self.refresh(change)

    def _hear(self, change: Change) -> None:
        if self.isVisible():
            self.refresh(change)
        else:
            self._missed = merged(self._missed, change)
