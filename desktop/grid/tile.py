"""Paints one photo of a grid: its picture, and what is said about it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap

from desktop import words
from desktop.reading.tiles import Tile
from desktop.theme import colours, over_photos, sizes
from desktop.theme.icons import pixmap as icon_pixmap

MARK = 22
"""Size of the heart and of the tick, at the upper corners."""
_INSET = 6
_FAINT = 0.35
_WARNING = 34


@dataclass
class Look:
    """How a photo is to be painted."""

    selected: bool = False
    current: bool = False
    hovered: bool = False
    choosing: bool = False
    """Whether anything is selected: then every photo shows where to tick it."""
    text: str = ""


class TilePainter:
    """Paints the photos of one paint event; what they share is made once."""

    def __init__(self, painter: QPainter, scale: float) -> None:
        self._painter = painter
        self._scale = scale
        self._palette = colours()

    @cached_property
    def _small(self) -> QFont:
        return sizes.font(sizes.SMALL)

    def paint(self, rect: QRect, pixmap: QPixmap | None, tile: Tile | None, look: Look) -> None:
        """One photo; `pixmap` None is one whose picture is still to come."""
        painter = self._painter
        favourite = tile is not None and tile.favourite
        away = tile is not None and tile.away
        if pixmap is None:
            self._round(rect, QColor(self._palette.blank))
            if tile is not None and tile.problem:
                self._unreadable(rect)
        else:
            painter.setOpacity(_FAINT if away else 1.0)
            # A picture of another size stands in until its own is drawn.
            painter.drawPixmap(rect, pixmap)
            painter.setOpacity(1.0)
        if look.selected:
            veil = QColor(self._palette.accent)
            veil.setAlphaF(0.28)
            self._round(rect, veil)
        if away:
            self._away(rect)
        if favourite or look.hovered:
            self._heart(rect, filled=favourite)
        if look.selected or look.hovered or look.choosing:
            self._tick(rect, look)
        if look.text:
            self._caption(rect, look.text)
        if look.current:
            self._ring(rect)

    def _round(self, rect: QRect, colour: QColor) -> None:
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(colour)
        self._painter.drawRoundedRect(rect, sizes.PHOTO_RADIUS, sizes.PHOTO_RADIUS)

    def _ring(self, rect: QRect) -> None:
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        # Two lines, so that it is seen on every picture.
        for colour, width, inset in (
            (self._palette.background, 5.0, 2.5),
            (self._palette.accent, 3.0, 1.5),
        ):
            self._painter.setPen(QPen(QColor(colour), width))
            inside = QRectF(rect).adjusted(inset, inset, -inset, -inset)
            self._painter.drawRoundedRect(inside, sizes.PHOTO_RADIUS, sizes.PHOTO_RADIUS)

    def _unreadable(self, rect: QRect) -> None:
        """In place of a picture that will never come."""
        side = min(_WARNING, rect.width() // 3)
        middle = rect.center() - QPoint(side // 2, side // 2 + side // 3)
        mark = icon_pixmap("warning", self._palette.quiet, side, self._scale)
        self._painter.drawPixmap(middle, mark)
        self._painter.setPen(QColor(self._palette.quiet))
        self._painter.setFont(self._small)
        below = QRect(rect.left() + _INSET, middle.y() + side, rect.width() - 2 * _INSET, side)
        text = QFontMetrics(self._small).elidedText(
            words.tr("cannot be read"), Qt.TextElideMode.ElideRight, below.width()
        )
        self._painter.drawText(below, Qt.AlignmentFlag.AlignCenter, text)

    def _away(self, rect: QRect) -> None:
        spot = QRect(rect.left() + _INSET, rect.bottom() - MARK - _INSET + 1, MARK, MARK)
        self._spot(spot, icon_pixmap("away", over_photos.MARK, MARK - 6, self._scale), 3)

    def _spot(self, spot: QRect, mark: QPixmap, inset: int) -> None:
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(QColor(over_photos.SPOT))
        self._painter.drawEllipse(spot)
        self._painter.drawPixmap(spot.topLeft() + QPoint(inset, inset), mark)

    def _heart(self, rect: QRect, *, filled: bool) -> None:
        name = "heart-filled" if filled else "heart"
        self._spot(heart_rect(rect), icon_pixmap(name, over_photos.MARK, MARK - 4, self._scale), 2)

    def _tick(self, rect: QRect, look: Look) -> None:
        spot = QRectF(tick_rect(rect)).adjusted(1, 1, -1, -1)
        if look.selected:
            self._painter.setPen(QPen(QColor(self._palette.on_accent), 1.5))
            self._painter.setBrush(QColor(self._palette.accent))
            self._painter.drawEllipse(spot)
            mark = icon_pixmap("check", self._palette.on_accent, MARK - 6, self._scale)
            self._painter.drawPixmap(spot.toRect().topLeft() + QPoint(2, 2), mark)
            return
        self._painter.setPen(QPen(QColor(over_photos.MARK), 1.8))
        self._painter.setBrush(QColor(over_photos.SPOT))
        self._painter.drawEllipse(spot)

    def _caption(self, rect: QRect, text: str) -> None:
        metrics = QFontMetrics(self._small)
        box = QRect(
            rect.left() + _INSET,
            rect.bottom() - _INSET - metrics.height() - 9,
            rect.width() - 2 * _INSET,
            metrics.height() + 10,
        )
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(QColor(over_photos.VEIL))
        self._painter.drawRoundedRect(box, 5, 5)
        self._painter.setPen(QColor(over_photos.MARK))
        self._painter.setFont(self._small)
        room = box.adjusted(8, 0, -8, 0)
        self._painter.drawText(
            room,
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
            metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width()),
        )


def heart_rect(rect: QRect) -> QRect:
    """Where the heart is on a photo."""
    return QRect(rect.right() - MARK - _INSET + 1, rect.top() + _INSET, MARK, MARK)


def tick_rect(rect: QRect) -> QRect:
    """Where the tick is on a photo."""
    return QRect(rect.left() + _INSET, rect.top() + _INSET, MARK, MARK)
