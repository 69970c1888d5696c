"""The library page: every photo by time."""

from __future__ import annotations

from desktop.context import Context
from desktop.grid import GridPanel
from desktop.navigation import Destination
from desktop.pages.page import Page
from desktop.reading.reader import LONG
from desktop.reading.timeline import read_timeline
from desktop.widgets import EmptyState


class LibraryPage(Page):
    """Every photo by time."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        empty = EmptyState("library", self.tr("No photos yet"))
        self.panel = GridPanel(context, empty, self)
        self.column.addWidget(self.panel, 1)
        self._read()

    def enter(self, destination: Destination) -> None:
        self.panel.setFocus()

    def _read(self) -> None:
        self.context.reader.read(
            self, read_timeline, self.panel.show_photos, lane=LONG, key="timeline"
        )
