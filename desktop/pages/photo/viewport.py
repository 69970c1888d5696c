"""Where a picture lies in the view: fitted, zoomed, moved. Numbers only, nothing is drawn here."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from PySide6.QtCore import QMarginsF, QPointF, QRectF, QSizeF

DEEPEST = 16.0
"""How large a pixel of the photo gets at most, in pixels of the screen."""


@dataclass(frozen=True)
class Viewport:
    """A picture of `size` (in its own pixels) in a view of `view` (in layout pixels).

    ratio: pixels of the screen per layout pixel. margins: what stays free around a fitted picture.
    scale: layout pixels per pixel of the picture. centre: the point of the picture, in its pixels,
    that is in the middle of the view. enlarge: whether fitting may enlarge a small picture: only
    while its true size is not known.
    """

    view: QSizeF = field(default_factory=lambda: QSizeF(1, 1))
    size: QSizeF = field(default_factory=lambda: QSizeF(1, 1))
    ratio: float = 1.0
    margins: QMarginsF = field(default_factory=QMarginsF)
    enlarge: bool = False
    fitted: bool = True
    scale: float = 1.0
    centre: QPointF = field(default_factory=lambda: QPointF(0.5, 0.5))

    @property
    def fit_scale(self) -> float:
        """The scale at which the whole picture is in the view."""
        room = self.room
        scale = min(room.width() / self.size.width(), room.height() / self.size.height())
        return scale if self.enlarge else min(scale, 1.0)

    @property
    def percent(self) -> int:
        """How large the picture is shown; at 100 each of its pixels is one of the screen."""
        return round(self.scale * self.ratio * 100)

    @property
    def rect(self) -> QRectF:
        """Where the whole picture is, in the view."""
        middle = self._middle()
        return QRectF(
            middle.x() - self.centre.x() * self.scale,
            middle.y() - self.centre.y() * self.scale,
            self.size.width() * self.scale,
            self.size.height() * self.scale,
        )

    def fit(self) -> Viewport:
        """The whole picture."""
        centre = QPointF(self.size.width() / 2, self.size.height() / 2)
        return replace(self, fitted=True, scale=self.fit_scale, centre=centre)

    def resized(self, view: QSizeF, ratio: float) -> Viewport:
        """The same in a view of another size."""
        changed = replace(self, view=view, ratio=ratio)
        return changed.fit() if self.fitted else changed.zoomed(changed.scale)

    def of_picture(self, size: QSizeF, *, enlarge: bool) -> Viewport:
        """The same picture, now that its true size is known; another one is fitted afterwards."""
        factor = self.size.width() / size.width()
        changed = replace(
            self, size=size, enlarge=enlarge, scale=self.scale * factor, centre=self.centre / factor
        )
        return changed.fit() if self.fitted else changed.zoomed(changed.scale)

    def zoomed(self, scale: float, about: QPointF | None = None) -> Viewport:
        """At another scale; the point `about` of the view stays where it is."""
        scale = min(max(scale, self.fit_scale), max(DEEPEST / self.ratio, self.fit_scale))
        about = self._middle() if about is None else about
        point = self.at(about)
        away = about - self._middle()
        centre = point - away / scale
        changed = replace(self, scale=scale, centre=centre, fitted=scale <= self.fit_scale)
        return changed.fit() if changed.fitted else _inside(changed)

    def stepped(self, factor: float) -> Viewport:
        """Zoomed by a factor, but not past 100 percent without a stop there."""
        pixels = 1 / self.ratio
        scale = self.scale * factor
        passes = min(self.scale, scale) < pixels * 0.999 and max(self.scale, scale) > pixels * 1.001
        return self.zoomed(pixels if passes else scale)

    def moved(self, by: QPointF) -> Viewport:
        """Dragged along by so many layout pixels, no further than to the picture's edges."""
        return _inside(replace(self, centre=self.centre - by / self.scale))

    def at(self, point: QPointF) -> QPointF:
        """The picture's point, in its pixels, under a point of the view."""
        return self.centre + (point - self._middle()) / self.scale

    def fractions(self, rect: QRectF) -> tuple[float, float, float, float]:
        """A part of the view as fractions of the picture, cut at its edges."""
        start, end = self.at(rect.topLeft()), self.at(rect.bottomRight())
        width, height = self.size.width(), self.size.height()
        return (
            min(max(start.x() / width, 0.0), 1.0),
            min(max(start.y() / height, 0.0), 1.0),
            min(max(end.x() / width, 0.0), 1.0),
            min(max(end.y() / height, 0.0), 1.0),
        )

    def part(self, box: tuple[float, float, float, float]) -> QRectF:
        """Where a part of the picture, given in fractions of it, is in the view."""
        whole = self.rect
        return QRectF(
            QPointF(whole.x() + box[0] * whole.width(), whole.y() + box[1] * whole.height()),
            QPointF(whole.x() + box[2] * whole.width(), whole.y() + box[3] * whole.height()),
        )

    @property
    def room(self) -> QSizeF:
        """What a fitted picture may take."""
        room = QRectF(QPointF(), self.view).marginsRemoved(self.margins).size()
        return room.expandedTo(QSizeF(1, 1))

    def _middle(self) -> QPointF:
        return QRectF(QPointF(), self.view).marginsRemoved(self.margins).center()


def _inside(viewport: Viewport) -> Viewport:
    """Moved so that no edge comes further in than it must."""
    seen, size = viewport.room / viewport.scale, viewport.size
    centre = QPointF(
        _within(viewport.centre.x(), size.width(), seen.width()),
        _within(viewport.centre.y(), size.height(), seen.height()),
    )
    return replace(viewport, centre=centre)


def _within(centre: float, length: float, seen: float) -> float:
    """The nearest centre at which no more than the picture's `length` is seen; its middle where
    all of it fits."""
    if seen >= length:
        return length / 2
    return min(max(centre, seen / 2), length - seen / 2)
