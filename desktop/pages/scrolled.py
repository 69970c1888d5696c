"""A page that is one column of sections, scrolled when it is longer than the window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.theme import sizes
from desktop.widgets import Label

WIDTH = 760


class Column(QScrollArea):
    """Sections below one another, no wider than text reads well."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget(self)
        inside.setProperty("surface", "page")
        row = QHBoxLayout(inside)
        row.setContentsMargins(sizes.EDGE, sizes.EDGE, sizes.EDGE, sizes.EDGE * 2)
        holder = QWidget(inside)
        holder.setMaximumWidth(WIDTH)
        self._sections = QVBoxLayout(holder)
        self._sections.setContentsMargins(0, 0, 0, 0)
        self._sections.setSpacing(sizes.TIGHT)
        self._sections.addStretch()
        row.addWidget(holder, 1)
        row.addStretch()
        row.setStretch(1, 0)
        self.setWidget(inside)

    def add_section(self, title: str, *widgets: QWidget) -> Label:
        """A heading and what is below it; the heading."""
        heading = Label(title, "heading", self.widget())
        self._add(heading)
        for widget in widgets:
            self._add(widget)
        self._sections.insertSpacing(self._sections.count() - 1, sizes.APART)
        return heading

    def _add(self, widget: QWidget) -> None:
        self._sections.insertWidget(self._sections.count() - 1, widget)
