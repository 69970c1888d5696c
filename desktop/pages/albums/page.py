"""The Albums page."""

from __future__ import annotations

from desktop.context import Context
from desktop.pages.page import Page
from desktop.widgets import EmptyState


class AlbumsPage(Page):
    """Albums."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.header(self.tr("Albums"))
        self.column.addWidget(
            EmptyState(
                "albums",
                self.tr("No albums yet"),
                self.tr(
                    "People, trips and days gather here by themselves, beside albums of your own."
                ),
            ),
            1,
        )
