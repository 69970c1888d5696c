"""The Welcome page."""

from __future__ import annotations

from desktop.context import Context
from desktop.pages.page import Page
from desktop.widgets import EmptyState


class WelcomePage(Page):
    """Welcome."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.header(self.tr("Welcome"))
        self.column.addWidget(
            EmptyState(
                "folder",
                self.tr("Where are your photos?"),
                self.tr("Choose the folders Familiar should look after. They are only ever read."),
            ),
            1,
        )
