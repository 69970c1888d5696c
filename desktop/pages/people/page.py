"""The People & pets page."""

from __future__ import annotations

from desktop.context import Context
from desktop.pages.page import Page
from desktop.widgets import EmptyState


class PeoplePage(Page):
    """People & pets."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.header(self.tr("People & pets"))
        self.column.addWidget(
            EmptyState(
                "people",
                self.tr("Nobody has a name yet"),
                self.tr("Show a few photos of someone, and Familiar finds them in the rest."),
            ),
            1,
        )
