"""The Photo page."""

from __future__ import annotations

from desktop.context import Context
from desktop.pages.page import Page
from desktop.widgets import EmptyState


class PhotoPage(Page):
    """Photo."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.header(self.tr("Photo"))
        self.column.addWidget(
            EmptyState("library", self.tr("No photo"), self.tr("Choose one in the library.")), 1
        )
