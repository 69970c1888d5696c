"""The Activity page."""

from __future__ import annotations

from desktop.context import Context
from desktop.pages.page import Page
from desktop.widgets import EmptyState


class ActivityPage(Page):
    """Activity."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.header(self.tr("Activity"))
        self.column.addWidget(
            EmptyState(
                "activity",
                self.tr("Nothing is going on"),
                self.tr("What Familiar does, and files it could not read, are listed here."),
            ),
            1,
        )
