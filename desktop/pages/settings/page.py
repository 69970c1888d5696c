"""The Settings page."""

from __future__ import annotations

from desktop.context import Context
from desktop.pages.page import Page
from desktop.widgets import EmptyState


class SettingsPage(Page):
    """Settings."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.header(self.tr("Settings"))
        self.column.addWidget(
            EmptyState("settings", self.tr("Settings"), self.tr("Folders, packs and appearance.")),
            1,
        )
