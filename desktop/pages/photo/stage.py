"""The photo with what is known of it drawn on top: boxes, a glow, a box that is being drawn."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QHideEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QApplication, QWidget

from desktop.pages.photo import marks as drawing
from desktop.pages.photo.fade import Fade
from desktop.pages.photo.marks import NAMED, STRANGER, Mark, hit, label_rect
from desktop.pages.photo.picture_view import PictureView
from desktop.theme import DARK, sizes
from desktop.thumbnails.picture import Box

_HOVER_MS, _GLOW_MS = 140, 260
_SMALLEST = 12
"""A box drawn smaller than this, in layout pixels, was a click."""
_AWAY = 8
"""How far something lies from the box it belongs to."""
_SHADE = 0.42
"""How much darker a picture gets beneath a glow."""
_KEYS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)


class Stage(PictureView):
    """Boxes appear while the pointer is on the picture. With the pen, dragging draws a new one."""

    person_chosen = Signal(int)
    """The id of someone whose name was clicked."""
    stranger_chosen = Signal(object)
    """The box of a face without a name that was clicked."""
    looked_at = Signal(object)
    """The `Mark` under the pointer now, or None."""
    box_drawn = Signal(object)
    """A new box."""
    pen_changed = Signal(bool)
    """Whether dragging draws."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.marks: Sequence[Mark] = ()
        self.pen = False
        self._looked_at: Mark | None = None
        self._pointed_out: Mark | None = None
        self._glow = QPixmap()
        self._pressed: QPointF | None = None
        self._drawn: Box | None = None
        self._by_keyboard = False
        self._leads = False
        self._hover = Fade(_HOVER_MS, self)
        self._hover.changed.connect(self.update)
        self._warmth = Fade(_GLOW_MS, self)
        self._warmth.changed.connect(self.update)

    # What is drawn on top

    def show_marks(self, marks: Sequence[Mark]) -> None:
        """Boxes, those to be painted last at the end."""
        if marks != self.marks:
            self.marks = marks
            self._look_at(None)
            self.update()

    def point_out(self, mark: Mark | None) -> None:
        """Show one box, wherever the pointer is; None for no longer."""
        if mark != self._pointed_out:
            self._pointed_out = mark
            self.update()

    def show_glow(self, glow: QPixmap) -> None:
        """Lay a glow over the picture; it fades in."""
        self._glow = glow
        self._warmth.jump(0.0)
        self._warmth.to(1.0)

    def hide_glow(self) -> None:
        """Let the glow fade away."""
        self._warmth.to(0.0)

    @property
    def pointed_out(self) -> Mark | None:
        """The box that is shown wherever the pointer is."""
        return self._pointed_out

    @property
    def glowing(self) -> bool:
        """Whether there is a glow, or will be in a moment."""
        return self._warmth.target > 0

    def show_drawn(self, box: Box | None) -> None:
        """Keep a box visible that is about to get a name; None takes it away."""
        self._drawn = box
        self.update()

    def take_pen(self, take: bool) -> None:
        """Whether dragging draws a box, instead of moving the picture."""
        if take != self.pen:
            self.pen = take
            self._show_cursor()
            self._look_at(None)
            self.pen_changed.emit(take)

    def forget(self) -> None:
        """Another photo comes: nothing that was drawn belongs to it."""
        self.take_pen(False)
        self.show_marks(())
        self.point_out(None)
        self._drawn = self._pressed = None
        self._warmth.jump(0.0)
        self._glow = QPixmap()

    def place_beside(self, box: Box, size: QSize) -> QPoint:
        """Where something of this size goes that belongs to a box: below it, or in its lower part
        where there is no room below."""
        rect = self.viewport.part(box).intersected(QRectF(self.rect()))
        left = min(max(rect.left(), _AWAY), self.width() - size.width() - _AWAY)
        top = rect.bottom() + _AWAY
        if top + size.height() > self.height() - _AWAY:
            top = min(rect.bottom(), self.height()) - size.height() - _AWAY
        return QPoint(round(left), round(max(top, _AWAY)))

    # What happens

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._hover.to(1.0)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover.to(0.0)
        self._look_at(None)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._hover.jump(0.0)
        self._warmth.jump(self._warmth.target)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._by_keyboard = event.reason() in _KEYS
        super().focusInEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self._by_keyboard = False
        self._pressed = event.position()
        if self.pen:
            self._drawn = None
            self.update()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.pen:
            if self._pressed is not None:
                inside = self.viewport.rect.intersected(QRectF(self.rect()))
                drawn = QRectF(self._pressed, event.position()).normalized()
                self._drawn = self.viewport.fractions(drawn.intersected(inside))
                self.update()
            return
        super().mouseMoveEvent(event)
        if self._pressed is None:
            mark = hit(self.marks, self.viewport, event.position())
            self._leads = mark is not None and self._leads_on(mark, event.position())
            self._look_at(mark)
            self._show_cursor()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, None
        if event.button() != Qt.MouseButton.LeftButton or pressed is None:
            return
        if self.pen:
            self._finish_box()
        elif (event.position() - pressed).manhattanLength() < QApplication.startDragDistance():
            self._click(event.position())

    def _finish_box(self) -> None:
        drawn = QRectF() if self._drawn is None else self.viewport.part(self._drawn)
        if min(drawn.width(), drawn.height()) < _SMALLEST:
            self._drawn = None
            self.update()
        else:
            self.box_drawn.emit(self._drawn)

    def _click(self, point: QPointF) -> None:
        mark = hit(self.marks, self.viewport, point)
        if mark is None or not self._leads_on(mark, point):
            return
        if mark.kind == STRANGER:
            self.stranger_chosen.emit(mark.box)
        else:
            self.person_chosen.emit(mark.concept_id)

    def _leads_on(self, mark: Mark, point: QPointF) -> bool:
        """Whether a click there does something: on a face without a name, or on a name."""
        if mark.kind == STRANGER:
            return True
        return mark.kind == NAMED and label_rect(mark, self.viewport).contains(point)

    def _look_at(self, mark: Mark | None) -> None:
        if mark == self._looked_at:
            return
        self._looked_at = mark
        self._show_cursor()
        self.update()
        self.looked_at.emit(mark)

    def _show_cursor(self) -> None:
        if self.pen:
            self.setCursor(Qt.CursorShape.CrossCursor)
        elif self._looked_at is not None and self._leads:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            super()._show_cursor()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._warmth.strength > 0:
            self._paint_glow(painter)
        shown = self._looked_at or self._pointed_out
        strength = 0.0 if self.glowing or self.pen else self._hover.strength
        drawing.paint(painter, self.marks, self.viewport, shown, strength)
        if self._drawn is not None:
            self._paint_drawn(painter, self._drawn)
        if self.hasFocus() and self._by_keyboard:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(DARK.accent), sizes.RING))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def _paint_glow(self, painter: QPainter) -> None:
        rect = self.viewport.rect
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setOpacity(self._warmth.strength * _SHADE)
        painter.setBrush(QColor(DARK.stage))
        painter.drawRoundedRect(rect, sizes.PHOTO_RADIUS, sizes.PHOTO_RADIUS)
        painter.setOpacity(self._warmth.strength)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(rect, self._glow, QRectF(self._glow.rect()))
        painter.setOpacity(1.0)

    def _paint_drawn(self, painter: QPainter, box: Box) -> None:
        fill = QColor(DARK.accent)
        fill.setAlphaF(0.14)
        painter.setBrush(fill)
        painter.setPen(QPen(QColor(DARK.accent), 2))
        painter.drawRoundedRect(self.viewport.part(box), 8, 8)
