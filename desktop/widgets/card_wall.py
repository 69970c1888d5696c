"""Cards of one size in rows, made as they come into sight: there may be thousands."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMoveEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from desktop.widgets.picture_card import WIDTH, PictureCard

_GAP = 14
_AHEAD, _KEPT = 1, 3
"""Screens beyond what is in sight up to which cards are made, and up to which they are kept."""

E = TypeVar("E", bound=Hashable)


class CardWall(QWidget, Generic[E]):
    """A part of what a scroll area shows; no two entries are equal."""

    filled = Signal()
    """Other cards are there than before."""

    def __init__(
        self, scroll: QScrollArea, make: Callable[[E, QWidget], PictureCard], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._scroll = scroll
        self._make = make
        self._entries: Sequence[E] = ()
        self._cards: dict[E, PictureCard] = {}
        self._at: dict[E, int] = {}
        self._columns, self._height = 1, 0
        self._filling = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        scroll.verticalScrollBar().valueChanged.connect(self._fill)

    def __len__(self) -> int:
        return len(self._entries)

    def show_entries(self, entries: Sequence[E]) -> None:
        """Show these; cards of entries that were there stay, and so does the keyboard's place."""
        focused = next(filter(self._has_keyboard, self._cards), None)
        at = None if focused is None else self._at[focused]
        # A card that goes gives the keyboard away, which scrolls.
        self._filling = True
        self._entries = entries
        self._at = {entry: number for number, entry in enumerate(entries)}
        for entry in [one for one in self._cards if one not in self._at]:
            self._drop(entry)
        self._filling = False
        self._lay()
        if at is not None and entries and focused not in self._at:
            self._card(entries[min(at, len(entries) - 1)]).setFocus()

    def cards(self) -> Iterator[PictureCard]:
        """The cards there are, in order."""
        for entry in sorted(self._cards, key=self._at.__getitem__):
            yield self._cards[entry]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Home and End go from card to card; Tab goes too, but one may want to go far."""
        focused = next(filter(self._has_keyboard, self._cards), None)
        to = None if focused is None else self._towards(self._at[focused], Qt.Key(event.key()))
        if to is None or not 0 <= to < len(self._entries):
            super().keyPressEvent(event)
            return
        card = self._card(self._entries[to])
        card.setFocus()
        self._scroll.ensureWidgetVisible(card)

    def _towards(self, at: int, key: Qt.Key) -> int | None:
        ways = {
            Qt.Key.Key_Left: at - 1,
            Qt.Key.Key_Right: at + 1,
            Qt.Key.Key_Up: at - self._columns,
            Qt.Key.Key_Down: at + self._columns,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: len(self._entries) - 1,
        }
        return ways.get(key)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._lay()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._fill()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fill()

    def _lay(self) -> None:
        """Put everything in its place."""
        if not self._entries:
            self.setFixedHeight(0)
            return
        if not self._height:
            self._height = self._card(self._entries[0]).sizeHint().height()
        self._columns = max(1, (self.width() + _GAP) // (WIDTH + _GAP))
        rows = -(-len(self._entries) // self._columns)
        self.setFixedHeight(rows * (self._height + _GAP) - _GAP)
        for entry, card in self._cards.items():
            card.move(self._place(entry))
        self._fill()

    def _fill(self) -> None:
        """Make what is in sight or nearly so, and let go of what is far away."""
        if self._filling or not self.isVisible() or not self._entries:
            return
        self._filling = True
        before = set(self._cards)
        near, kept = self._within(_AHEAD), self._within(_KEPT)
        for entry in [self._entries[number] for number in near]:
            self._card(entry)
        for entry in before:
            if self._at[entry] not in kept and not self._has_keyboard(entry):
                self._drop(entry)
        self._filling = False
        if set(self._cards) != before:
            self.filled.emit()

    def _within(self, screens: int) -> range:
        """The entries that are at most so many screens away."""
        viewport = self._scroll.viewport()
        screen, pitch = viewport.height(), self._height + _GAP
        above = -self.mapTo(viewport, QPoint(0, 0)).y()
        first = max(0, (above - screens * screen) // pitch)
        last = max(0, (above + (1 + screens) * screen) // pitch + 1)
        count = len(self._entries)
        return range(min(count, first * self._columns), min(count, last * self._columns))

    def _card(self, entry: E) -> PictureCard:
        card = self._cards.get(entry)
        if card is None:
            card = self._cards[entry] = self._make(entry, self)
            card.resize(card.sizeHint())
            card.move(self._place(entry))
            card.show()
        return card

    def _place(self, entry: E) -> QPoint:
        row, column = divmod(self._at[entry], self._columns)
        return QPoint(column * (WIDTH + _GAP), row * (self._height + _GAP))

    def _has_keyboard(self, entry: E) -> bool:
        card = self._cards.get(entry)
        return card is not None and card.hasFocus()

    def _drop(self, entry: E) -> None:
        card = self._cards.pop(entry)
        card.hide()
        card.deleteLater()
