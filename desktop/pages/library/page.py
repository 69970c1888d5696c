"""The library page."""

from __future__ import annotations

from desktop.context import Context
from desktop.pages.page import Page
from desktop.widgets import EmptyState


class LibraryPage(Page):
    """Every photo by time."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.column.addWidget(EmptyState("library", self.tr("No photos yet")), 1)
