"""A caption to be read: words that flow, with a chip for every name in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRect, QSize, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.pages.photo.section import ROOM
from desktop.theme import colours, sizes
from desktop.widgets import Chip
from desktop.widgets.chip import HEIGHT
from engine.library.templates import UNKNOWN, parse

_SIZE = 17
_LINE = 30
_WORD = re.compile(r"\s+|\S+")


@dataclass
class Piece:
    """A word, or a chip. spaced: whether a space comes before it, at which a line may be broken."""

    text: str
    width: float
    spaced: bool
    chip: Chip | None = None
    at: QPointF = field(default_factory=QPointF)


class CaptionText(QWidget):
    """Shows a template with today's names; those that lead somewhere are chips to click."""

    chosen = Signal(int)
    """The concept whose chip was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pieces: list[Piece] = []
        self._height = _LINE
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def chips(self) -> list[Chip]:
        """The chips, in reading order."""
        return [piece.chip for piece in self.pieces if piece.chip is not None]

    def show_template(
        self, template: str, names: Mapping[int, str], known: Mapping[int, str]
    ) -> None:
        """Show a caption. names: what each concept is called in captions; known: those that have
        a page of their own."""
        for old in self.chips:
            old.hide()
            old.deleteLater()
        self.pieces = []
        spaced = False
        for part in parse(template):
            if isinstance(part, int):
                name = names.get(part, UNKNOWN)
                if part in known:
                    chip = self._chip(part, name)
                    width = float(chip.sizeHint().width())
                    self.pieces.append(Piece(name, width, spaced, chip))
                    spaced = False
                    continue
                part = name
            for word in _WORD.findall(part):
                if word.isspace():
                    spaced = True
                else:
                    self.pieces.append(Piece(word, self._measure(word), spaced))
                    spaced = False
        self.setAccessibleName(
            "".join(f"{' ' if one.spaced else ''}{one.text}" for one in self.pieces)
        )
        self._flow(self.width())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, self._height)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._flow(width, move=False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._flow(event.size().width())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(QColor(colours().ink))
        font = self._font()
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        down = (_LINE + metrics.ascent() - metrics.descent()) / 2
        for piece in self.pieces:
            if piece.chip is None:
                painter.drawText(piece.at + QPointF(0, down), piece.text)

    def _flow(self, width: int, *, move: bool = True) -> int:
        """Lay the pieces out in lines; the height they take. A chip stays with what follows it."""
        space = self._measure(" ")
        x, y = 0.0, 0
        for number, piece in enumerate(self.pieces):
            if piece.spaced or number == 0:
                together = self._together(number)
                gap = space if x > 0 else 0.0
                if x > 0 and x + gap + together > width:
                    x, y = 0.0, y + _LINE
                else:
                    x += gap
            if move:
                piece.at = QPointF(x, y)
                if piece.chip is not None:
                    place = QRect(round(x), y + (_LINE - HEIGHT) // 2, round(piece.width), HEIGHT)
                    piece.chip.setGeometry(place)
            x += piece.width
        height = y + _LINE
        if move:
            self._height = height
        return height

    def _together(self, start: int) -> float:
        """How wide a piece is with those that may not be cut off from it."""
        width = self.pieces[start].width
        for piece in self.pieces[start + 1 :]:
            if piece.spaced:
                break
            width += piece.width
        return width

    def _chip(self, concept_id: int, name: str) -> Chip:
        chip = Chip(name, self, named=True, clickable=True)
        chip.shorten(ROOM)
        chip.setAccessibleDescription(self.tr("Go to {}").format(name))
        chip.clicked.connect(lambda: self.chosen.emit(concept_id))
        chip.show()
        return chip

    def _font(self) -> QFont:
        return sizes.font(_SIZE)

    def _measure(self, text: str) -> float:
        return QFontMetricsF(self._font()).horizontalAdvance(text)
