"""Beside the photo: its caption, who is in it, questions, details."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop.context import Context
from desktop.pages.photo.ask import AskSection
from desktop.pages.photo.caption import CaptionSection
from desktop.pages.photo.carried import CarriedRows
from desktop.pages.photo.details import DetailsSection
from desktop.pages.photo.facts import Facts
from desktop.pages.photo.section import WIDTH
from desktop.pages.photo.who import WhoSection
from desktop.theme import sizes

_LEAST = 180
"""Its height, in pixels, below the photo."""
_ANY = (1 << 24) - 1
"""Qt's word for no bound."""


class Panel(QScrollArea):
    """The sections, one below the other; it scrolls where they need more room."""

    def __init__(self, context: Context, before: QWidget, parent: QWidget | None = None) -> None:
        """before: where Tab comes from."""
        super().__init__(parent)
        self._before = before
        self.setProperty("surface", "panel")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget(self)
        inside.setProperty("surface", "panel")
        self.caption = CaptionSection(context, inside)
        self.who = WhoSection(context, inside)
        self.carried = CarriedRows(context, self.who)
        self.who.body.insertWidget(1, self.carried)
        self.ask = AskSection(context, inside)
        self.details = DetailsSection(inside)
        column = QVBoxLayout(inside)
        column.setContentsMargins(sizes.APART, sizes.APART, sizes.APART, sizes.APART)
        column.setSpacing(sizes.APART)
        for section in (self.caption, self.who, self.ask, self.details):
            column.addWidget(section)
        column.addStretch()
        self.setWidget(inside)
        # Once the new lines have their place.
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(lambda: self.ensureWidgetVisible(self.ask.line, 0, sizes.NEAR))
        self.ask.grew.connect(self._soon.start)

    def lie(self, beside: bool, height: int) -> None:
        """Be beside the photo on a page of this height, or below it."""
        below = max(_LEAST, height * 2 // 5)
        self.setMinimumSize(*((WIDTH, 0) if beside else (0, below)))
        self.setMaximumSize(*((WIDTH, _ANY) if beside else (_ANY, below)))

    def show_facts(self, facts: Facts | None) -> None:
        """Show what is known of a photo; None while nothing is."""
        for section in (self.caption, self.who, self.carried, self.ask, self.details):
            section.show_facts(facts)
        inside = self.widget()
        assert inside is not None
        inside.setVisible(facts is not None)
        self._order()

    def _order(self) -> None:
        """Tab goes from above to below, also through what has just been made."""
        stops = [
            *self.caption.stops,
            *self.who.stops[:-1],
            *self.carried.stops,
            self.who.add,
            self.ask.line,
            self.details.show_folder,
        ]
        for one, other in pairwise([self._before, *stops]):
            QWidget.setTabOrder(one, other)
