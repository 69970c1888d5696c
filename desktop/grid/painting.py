"""Paints a part of a grid: headings and photos, from what is in memory alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QRegion

from desktop import words
from desktop.grid.tile import Look, TilePainter
from desktop.reading.shown import Section
from desktop.theme import colours, sizes

if TYPE_CHECKING:
    from desktop.grid.view import GridView


def paint(view: GridView, painter: QPainter, region: QRegion) -> None:
    """Paint what of the view lies in the region of its viewport."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _headings(view, painter, region.boundingRect())
    _photos(view, painter, region)
    if not view.band.isNull():
        accent = QColor(colours().accent)
        painter.setPen(accent)
        accent.setAlphaF(0.14)
        painter.setBrush(accent)
        painter.drawRect(view.band.translated(0, -view.verticalOffset()))


def section_title(section: Section) -> str:
    """What is written above a section: its title, its month or its year."""
    if section.title:
        return section.title
    if section.month:
        return words.month(section.year, section.month)
    return str(section.year) if section.year else ""


def _headings(view: GridView, painter: QPainter, bounds: QRect) -> None:
    top, layout = view.verticalOffset(), view.grid
    flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
    for number, y in layout.headings(top + bounds.top(), top + bounds.bottom()):
        section = view.shown.sections[number]
        line = QRect(
            view.margin, y - top, view.viewport().width() - 2 * view.margin, layout.heading - 8
        )
        painter.setFont(sizes.font(sizes.HEADING, strong=True))
        painter.setPen(QColor(colours().ink))
        title = section_title(section)
        used = painter.fontMetrics().horizontalAdvance(title)
        painter.drawText(line, flags, title)
        painter.setFont(sizes.figures(13))
        painter.setPen(QColor(colours().quiet))
        if not section.title:
            beside = line.adjusted(used + 10, 0, 0, -1)
            places = view.places.get((section.year, section.month), "")
            text = words.together(places, words.photos(section.count))
            elide, room = Qt.TextElideMode.ElideMiddle, max(0, beside.width())
            painter.drawText(beside, flags, painter.fontMetrics().elidedText(text, elide, room))


def _photos(view: GridView, painter: QPainter, region: QRegion) -> None:
    top, bounds, photos = view.verticalOffset(), region.boundingRect(), view.photos
    cache = view.context.thumbnails.cache
    chosen = view.selected_ranges()
    current = view.currentIndex().row() if view.hasFocus() and view.by_keyboard else -1
    tiles = TilePainter(painter, view.devicePixelRatioF())
    for row, cell in view.grid.cells(top + bounds.top(), top + bounds.bottom()):
        rect = QRect(cell.x + view.margin, cell.y - top, cell.side, cell.side)
        if not region.intersects(rect):
            continue
        picture = view.picture(photos.photo_id(row))
        look = Look(
            selected=any(first <= row <= last for first, last in chosen),
            current=row == current,
            hovered=row == view.hovered,
            choosing=bool(chosen),
            text=photos.text(row) if row in (view.hovered, current) else "",
        )
        pixmap = cache.get(picture) or cache.like(picture)
        tiles.paint(rect, pixmap, photos.tile(row), look)
