"""A picture one can look into: fitted, zoomed with wheel, pinch and keys, dragged along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import (
    QEasingCurve,
    QEvent,
    QMarginsF,
    QPointF,
    QRectF,
    QSizeF,
    Qt,
    QVariantAnimation,
    Signal,
)
from PySide6.QtGui import (
    QBrush,
    QColor,
    QHideEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QWidget

from desktop.pages.photo.viewport import Viewport
from desktop.theme import colours, sizes
from desktop.theme.icons import pixmap as icon_pixmap

_MARGINS, _LOW_MARGINS = QMarginsF(28, 56, 28, 56), QMarginsF(28, 56, 28, 20)
_LOW = 520
"""In a view lower than this, less is left free below the picture."""
_STEP = 1.4
"""How much one key press zooms."""
_WHEEL = 1.0018
"""How much one unit of a wheel zooms; a notch is 120 of them."""
_PIXELS_FROM = 3.0
"""From so many screen pixels for one of the photo, its pixels are shown as the squares they are."""
_GLIDE_MS = 140
_FAINT, _MARK = 0.55, 56


class PictureView(QWidget):
    """Paints a picture from whichever of its versions has enough pixels, and only what is seen."""

    zoomed = Signal()
    """The picture is shown at another scale."""
    moved = Signal()
    """The picture lies elsewhere in the view, by whatever cause."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.viewport = Viewport(margins=_MARGINS)
        self._levels: Sequence[QPixmap] = ()
        self._lacking = ""
        self._pulled: QPointF | None = None
        self._glide = QVariantAnimation(self)
        self._glide.setDuration(_GLIDE_MS)
        self._glide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._glide.setStartValue(0.0)
        self._glide.setEndValue(1.0)
        self._glide.valueChanged.connect(self._glided)
        self._glides: tuple[Viewport, Viewport] | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.grabGesture(Qt.GestureType.PinchGesture)

    # What is shown

    def show_size(self, width: int, height: int, *, known: bool) -> None:
        """Another picture of this size is shown, fitted; `known`: whether that is its true size.

        Its pixels come with `show_levels`.
        """
        self._arrive()
        self._levels = ()
        self._place(
            replace(self.viewport, size=QSizeF(width, height), enlarge=not known, fitted=True).fit()
        )

    def correct_size(self, width: int, height: int) -> None:
        """The same picture has this size in truth."""
        if self.viewport.enlarge or self.viewport.size != QSizeF(width, height):
            self._place(self.viewport.of_picture(QSizeF(width, height), enlarge=False))

    def reshape(self, width: int, height: int) -> None:
        """The same picture has this shape; its true size is still to come."""
        if self.viewport.size != QSizeF(width, height):
            self._place(self.viewport.of_picture(QSizeF(width, height), enlarge=True))

    def show_levels(self, levels: Sequence[QPixmap]) -> None:
        """Versions of the same picture, that with the fewest pixels first; all of it each."""
        self._levels = levels
        self.update()

    def lack(self, mark: str) -> None:
        """The photo itself cannot be shown: what there is of it is faint, and the mark
        (`resources/icons/<mark>.svg`) stands where there is nothing; empty for no longer."""
        if mark != self._lacking:
            self._lacking = mark
            self.update()

    @property
    def has_picture(self) -> bool:
        """Whether there is anything to see yet."""
        return bool(self._levels)

    @property
    def gliding(self) -> bool:
        """Whether the view is still on its way to where it was sent."""
        return self._glides is not None

    @property
    def pixels_wanted(self) -> float:
        """How many pixels wide a version must be for every one of the screen to have its own."""
        return self.viewport.rect.width() * self.viewport.ratio

    # Zooming and moving

    def fit(self) -> None:
        """Show the whole picture."""
        self._go(self.viewport.fit())

    def zoom_in(self) -> None:
        """Closer, towards the middle."""
        self._go(self._aim().stepped(_STEP))

    def zoom_out(self) -> None:
        """Further away."""
        self._go(self._aim().stepped(1 / _STEP))

    def zoom_to_pixels(self, about: QPointF | None = None) -> None:
        """One pixel of the photo for each of the screen."""
        self._go(self.viewport.zoomed(1 / self.viewport.ratio, about))

    def pan(self, across: float, down: float) -> None:
        """Look further right and down, by fractions of the view."""
        by = QPointF(-across * self.width(), -down * self.height())
        self._go(self._aim().moved(by))

    def _aim(self) -> Viewport:
        """Where the view is going, or is."""
        return self._glides[1] if self._glides is not None else self.viewport

    def _go(self, target: Viewport) -> None:
        """Glide to where the view is to be, from wherever it is."""
        self._glide.stop()
        if not self.isVisible():
            self._place(target)
            return
        self._glides = self.viewport, target
        self._glide.start()

    def _glided(self, part: float) -> None:
        if self._glides is None:
            return
        start, end = self._glides
        if part >= 1:
            self._glides = None
            self._place(end)
            return
        scale = start.scale * (end.scale / start.scale) ** part
        if abs(end.scale / start.scale - 1) > 1e-6:
            # What stays where it is at the end stays there on the way.
            part = (1 / scale - 1 / start.scale) / (1 / end.scale - 1 / start.scale)
        centre = start.centre + (end.centre - start.centre) * part
        self._place(replace(end, scale=scale, centre=centre, fitted=False))

    def _arrive(self) -> None:
        """Be there at once, if on the way."""
        self._glide.stop()
        if self._glides is not None:
            end, self._glides = self._glides[1], None
            self._place(end)

    def _place(self, viewport: Viewport) -> None:
        rescaled = viewport.scale != self.viewport.scale or viewport.size != self.viewport.size
        self.viewport = viewport
        self._show_cursor()
        self.update()
        self.moved.emit()
        if rescaled:
            self.zoomed.emit()

    # What happens

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrive()
        margins = _MARGINS if event.size().height() >= _LOW else _LOW_MARGINS
        view = replace(self.viewport, margins=margins)
        self._place(view.resized(QSizeF(event.size()), self.devicePixelRatioF()))

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._arrive()

    def wheelEvent(self, event: QWheelEvent) -> None:
        pixels, factor = event.pixelDelta(), _WHEEL ** event.angleDelta().y()
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if pixels.isNull():
            # A wheel has notches; the picture shall not.
            self._go(self._aim().zoomed(self._aim().scale * factor, event.position()))
        elif control or self.viewport.fitted:
            self._arrive()
            self._place(self.viewport.zoomed(self.viewport.scale * factor, event.position()))
        else:
            # Two fingers on a touchpad move what a pinch has enlarged.
            self._arrive()
            self._place(self.viewport.moved(QPointF(pixels)))
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent):
            return self._felt(event)
        if isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                about = QPointF(self.mapFromGlobal(pinch.centerPoint().toPoint()))
                self._place(self.viewport.zoomed(self.viewport.scale * pinch.scaleFactor(), about))
                return True
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._place(self.viewport.resized(QSizeF(self.size()), self.devicePixelRatioF()))
        return super().event(event)

    def _felt(self, event: QNativeGestureEvent) -> bool:
        if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            scale = self.viewport.scale * (1 + event.value())
            self._place(self.viewport.zoomed(scale, event.position()))
            return True
        if event.gestureType() == Qt.NativeGestureType.SmartZoomNativeGesture:
            self._in_or_out(event.position())
            return True
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pulled = event.position()
            self._show_cursor()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pulled is not None and not self.viewport.fitted:
            self._arrive()
            self._place(self.viewport.moved(event.position() - self._pulled))
            self._pulled = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pulled = None
        self._show_cursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._in_or_out(event.position())

    def _in_or_out(self, about: QPointF) -> None:
        if self.viewport.fitted:
            self.zoom_to_pixels(about)
        else:
            self.fit()

    def _show_cursor(self) -> None:
        if self.viewport.fitted:
            self.unsetCursor()
        elif self._pulled is None:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colours().stage))
        self.paint_picture(painter)

    def paint_picture(self, painter: QPainter) -> None:
        """The picture, or the place where it will be."""
        rect = self.viewport.rect
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._levels:
            painter.setPen(Qt.PenStyle.NoPen)
            ground = QColor(colours().on_stage)
            ground.setAlphaF(0.06)
            painter.setBrush(ground)
            painter.drawRoundedRect(rect, sizes.PHOTO_RADIUS, sizes.PHOTO_RADIUS)
            if self._lacking:
                mark = icon_pixmap(self._lacking, colours().on_stage, _MARK, self.viewport.ratio)
                painter.drawPixmap(rect.center() - QPointF(_MARK / 2, _MARK / 2), mark)
            return
        painter.setOpacity(_FAINT if self._lacking else 1.0)
        self._paint_level(painter, rect)
        painter.setOpacity(1.0)

    def _paint_level(self, painter: QPainter, rect: QRectF) -> None:
        pixmap = self._level()
        smooth = self.viewport.scale * self.viewport.ratio < _PIXELS_FROM
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        if self.viewport.fitted:
            brush = QBrush(pixmap)
            across, down = rect.width() / pixmap.width(), rect.height() / pixmap.height()
            brush.setTransform(QTransform.fromTranslate(rect.x(), rect.y()).scale(across, down))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(brush)
            painter.drawRoundedRect(rect, sizes.PHOTO_RADIUS, sizes.PHOTO_RADIUS)
            return
        # Only what is seen: outside of it a zoomed picture is many times the view.
        seen = rect.intersected(QRectF(self.rect()))
        across, down = pixmap.width() / rect.width(), pixmap.height() / rect.height()
        source = QRectF(
            (seen.x() - rect.x()) * across,
            (seen.y() - rect.y()) * down,
            seen.width() * across,
            seen.height() * down,
        )
        painter.drawPixmap(seen, pixmap, source)

    def _level(self) -> QPixmap:
        """The version with enough pixels, or that with the most."""
        wanted = self.pixels_wanted
        for level in self._levels:
            if level.width() >= wanted - 1:
                return level
        return self._levels[-1]
