"""Boxes on a photo: who is where, and which faces have no name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from desktop.pages.photo.facts import Facts
from desktop.pages.photo.viewport import Viewport
from desktop.theme import DARK, sizes
from desktop.thumbnails.picture import Box
from desktop.words import tr

NAMED, PERHAPS, STRANGER = "named", "perhaps", "stranger"

_LABEL_HEIGHT = 27
_PADDING = 10
_RADIUS = 8
_TOP = 54
"""Above are the buttons."""


@dataclass(frozen=True)
class Mark:
    """A box: someone named, someone suggested, or a face without a name."""

    kind: str
    box: Box
    text: str = ""
    concept_id: int | None = None


def marks_of(facts: Facts) -> list[Mark]:
    """The marks of a photo, those that matter most last, so that they are painted on top."""
    strangers = [Mark(STRANGER, box, tr("Who is this?")) for box in facts.strangers]
    seen = [
        Mark(
            NAMED if one.sure else PERHAPS,
            one.box,
            one.name if one.sure else tr("{}?").format(one.name),
            one.concept_id,
        )
        for one in reversed(facts.seen)
        if one.box is not None
    ]
    carried = [
        Mark(STRANGER, face.box, said_by_file(one.name))
        for one in facts.carried
        for face in one.faces
    ]
    return [*strangers, *carried, *seen]


def said_by_file(name: str) -> str:
    """What is written where a file says who this is."""
    return tr("The file says: {}").format(name)


def hit(marks: Sequence[Mark], viewport: Viewport, point: QPointF) -> Mark | None:
    """The mark at a point of the view: the smallest of those there, as it lies in the others."""
    there = [
        one
        for one in marks
        if viewport.part(one.box).contains(point) or label_rect(one, viewport).contains(point)
    ]
    return min(there, key=lambda one: _area(viewport.part(one.box)), default=None)


def label_rect(mark: Mark, viewport: Viewport) -> QRectF:
    """Where a mark's name is written: above its box, or inside where there is no room above."""
    box = viewport.part(mark.box)
    width = QFontMetricsF(_font()).horizontalAdvance(mark.text) + 2 * _PADDING
    width = min(width, viewport.view.width() - 8)
    top = box.top() - _LABEL_HEIGHT - 2
    if top < _TOP:
        top = max(box.top() + 6, _TOP)
    left = min(max(box.left() - 1, 4), viewport.view.width() - width - 4)
    return QRectF(left, top, width, _LABEL_HEIGHT)


def paint(
    painter: QPainter,
    marks: Sequence[Mark],
    viewport: Viewport,
    looked_at: Mark | None,
    strength: float,
) -> None:
    """Paint marks; `strength` 0..1 is how visible those are that are not looked at."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for mark in marks:
        if mark != looked_at and strength > 0:
            painter.setOpacity(strength * (0.9 if looked_at is None else 0.55))
            _box(painter, mark, viewport, strong=False)
            if mark.kind != STRANGER:
                _label(painter, mark, viewport)
    if looked_at is not None:
        painter.setOpacity(1.0)
        _box(painter, looked_at, viewport, strong=True)
        if looked_at.text:
            _label(painter, looked_at, viewport)
    painter.restore()


def _box(painter: QPainter, mark: Mark, viewport: Viewport, *, strong: bool) -> None:
    rect = viewport.part(mark.box)
    colour = QColor(DARK.accent if mark.kind != STRANGER else DARK.on_stage)
    width = 2.0 if strong or mark.kind != STRANGER else 1.4
    # A dark line beneath keeps the box visible on any picture.
    shade = QColor(DARK.stage)
    shade.setAlphaF(0.35)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(shade, width + 2))
    painter.drawRoundedRect(rect, _RADIUS, _RADIUS)
    pen = QPen(colour, width)
    if mark.kind == PERHAPS:
        pen.setDashPattern([4, 3])
    painter.setPen(pen)
    painter.drawRoundedRect(rect, _RADIUS, _RADIUS)


def _label(painter: QPainter, mark: Mark, viewport: Viewport) -> None:
    rect = label_rect(mark, viewport)
    named = mark.kind == NAMED
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(DARK.accent if named else DARK.card))
    painter.drawRoundedRect(rect, 7, 7)
    painter.setPen(QColor(DARK.on_accent if named else DARK.ink))
    painter.setFont(_font())
    inside = rect.adjusted(_PADDING, 0, -_PADDING, 0)
    text = QFontMetricsF(_font()).elidedText(
        mark.text, Qt.TextElideMode.ElideRight, inside.width() + 1
    )
    painter.drawText(inside, Qt.AlignmentFlag.AlignCenter, text)


def _font() -> QFont:
    return sizes.font(13, strong=True)


def _area(rect: QRectF) -> float:
    return rect.width() * rect.height()
