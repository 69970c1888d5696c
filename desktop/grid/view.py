"""A grid of photos: geometry, scrolling, selection, and the pictures that come into view.

A view of Qt's own (`QAbstractItemView`), so that selection, accessibility and models are Qt's; only
layout and painting are ours, which do nothing for photos that are out of sight.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QRegion, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QWidget

from desktop.context import Context
from desktop.grid import painting
from desktop.grid.layout import GridLayout
from desktop.grid.model import PhotoModel
from desktop.process.messages import Change
from desktop.reading.places import Places
from desktop.reading.shown import Ids, Section, Shown
from desktop.theme import colours, sizes
from desktop.thumbnails.picture import Picture

Index = QModelIndex | QPersistentModelIndex
Flag = QItemSelectionModel.SelectionFlag
Hint = QAbstractItemView.ScrollHint

SIDES = (92, 124, 164, 220, 300, 420)
"""Cell sizes to choose from, in pixels; cells grow until they fill the width."""

_REST_MS = 150
"""How long the view must stay where it is before the engine is told what is looked at."""


class GridView(QAbstractItemView):
    """What `PhotoGrid` is but for mouse and keyboard."""

    opened = Signal(int)
    """The row of a photo that is to be opened."""
    favoured = Signal(object, bool)
    """Photo ids, and whether they are to be favourites."""
    selection_changed = Signal(int)
    """How many photos are selected now."""
    moved = Signal()
    """Another part is in sight, or what is shown has changed."""
    zoomed = Signal(int)
    """The size of the cells, as an index of SIDES."""

    margin = sizes.EDGE

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.photos = PhotoModel(context, self)
        self.grid = GridLayout([], 1, 1)
        self.zoom = 2
        self.hovered = -1
        self.places: Places = {}
        self.band = QRect()
        """The rubber band, in the grid's own coordinates."""
        self.by_keyboard = False
        """Whether the last move was by keyboard, so that the ring is shown."""
        self._in_sight: dict[int, int] = {}
        self._held: tuple[int, int] | None = None
        self._covered = 0
        self._wanted: tuple[int, int, int] = (0, 0, 0)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAutoScroll(False)  # only a move by keyboard scrolls, and says so itself
        self.setAccessibleName(self.tr("Photos"))
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setModel(self.photos)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._want)
        self._still = QTimer(self, singleShot=True, interval=_REST_MS)
        self._still.timeout.connect(self._tell_engine)
        context.thumbnails.arrived.connect(self._arrived)
        self.photos.forgot.connect(self._want_again)

    @property
    def shown(self) -> Shown:
        """What is shown."""
        return self.photos.shown

    def show_photos(self, shown: Shown, *, from_top: bool = False) -> None:
        """Show these; what was in sight and selected stays so, as far as it is among them.

        from_top: begin at the top, with nothing selected: these answer another question.
        """
        anchor = None if from_top or not self.verticalScrollBar().value() else self.anchor()
        kept = np.empty(0, np.int64) if from_top else self.selected_ids()
        row = self.currentIndex().row()
        current = -1 if from_top or row < 0 else self.photos.photo_id(row)
        self.hovered, self._held = -1, None
        self.photos.show(shown)
        self._lay_out()
        if anchor is None or not self.restore(*anchor):
            self.verticalScrollBar().setValue(0)
        # Qt forgets what was selected without a word.
        self.selection_changed.emit(0)
        if len(kept):
            self.select_rows(shown.rows_of(kept))
        row = shown.row_of(current) if current >= 0 else -1
        if row >= 0:
            self.selectionModel().setCurrentIndex(self.photos.index(row), Flag.NoUpdate)
        self._wanted = (0, 0, 0)
        self._after_move()

    def show_places(self, places: Places) -> None:
        """Write in the headings where most photos below them were taken."""
        if places != self.places:
            self.places = places
            self.viewport().update()

    def change(self, change: Change) -> None:
        """Something is different in the library: repaint what may look different."""
        self.photos.change(change)
        if "thumbnails" in change.what:
            self._want_again()

    def set_zoom(self, zoom: int) -> None:
        """Cells of another size; what is at the top stays there."""
        zoom = min(max(zoom, 0), len(SIDES) - 1)
        if zoom != self.zoom:
            anchor = self.anchor()
            self.zoom = zoom
            self._lay_out()
            if anchor is not None:
                self.restore(*anchor)
            self._after_move()
            self.zoomed.emit(zoom)

    def keep_clear(self, height: int) -> None:
        """So much of the lower edge is covered: what the keyboard goes to is shown above it."""
        self._covered = height
        self.updateGeometries()

    # Where one is

    def anchor(self) -> tuple[int, int] | None:
        """A photo in sight and how far below the upper edge it is, to come back to: the one that
        was come back to last, until one scrolls on, else the first."""
        if self._held is not None:
            return self._held
        first, last = self.in_sight()
        if first == last:
            return None
        return self.photos.photo_id(first), self.grid.cell(first).y - self.verticalOffset()

    def restore(self, photo_id: int, below: int) -> bool:
        """Scroll so that a photo is again where it was; False if it is not shown."""
        row = self.shown.row_of(photo_id)
        if row >= 0:
            self.verticalScrollBar().setValue(self.grid.cell(row).y - below)
            self._held = (photo_id, below)
        return row >= 0

    def in_sight(self) -> tuple[int, int]:
        """The first row in sight, and the one after the last."""
        top = self.verticalOffset()
        return self.grid.span(top, top + self.viewport().height() - 1)

    def section_in_sight(self) -> int:
        """The section at the upper edge, -1 if nothing is shown."""
        if not self.shown.sections:
            return -1
        return self.grid.section_at(self.verticalOffset() + self.grid.heading)

    def go_to_section(self, section: int) -> None:
        """Scroll to a section's heading."""
        self.verticalScrollBar().setValue(self.grid.section_top(section))

    # Selection

    def selected_ids(self) -> Ids:
        """The selected photos, in the order shown."""
        parts = [self.shown.ids[first : last + 1] for first, last in self.selected_ranges()]
        return np.concatenate(parts) if parts else np.empty(0, np.int64)

    def selected_ranges(self) -> list[tuple[int, int]]:
        """The selected rows as ranges, both ends counted in, ascending."""
        ranges = self.selectionModel().selection().toList()
        return sorted((one.top(), one.bottom()) for one in ranges)

    def select_rows(self, rows: Ids) -> None:
        """Select these rows, which ascend, and no others."""
        cuts = np.flatnonzero(np.diff(rows) != 1) + 1
        ranges = [(int(run[0]), int(run[-1])) for run in np.split(rows, cuts) if len(run)]
        self.select_ranges(ranges, Flag.ClearAndSelect)

    def select_ranges(self, ranges: Iterable[tuple[int, int]], flags: Flag) -> None:
        """Change the selection by ranges of rows, both ends counted in."""
        chosen = QItemSelection()
        for first, last in ranges:
            chosen.select(self.photos.index(first), self.photos.index(last))
        self.selectionModel().select(chosen, flags)

    # Geometry, as Qt asks for it

    def visualRect(self, index: Index) -> QRect:
        if not index.isValid() or index.row() >= self.grid.count:
            return QRect()
        cell = self.grid.cell(index.row())
        return QRect(cell.x + self.margin, cell.y - self.verticalOffset(), cell.side, cell.side)

    def indexAt(self, point: QPoint) -> QModelIndex:
        row = self.grid.at(point.x() - self.margin, point.y() + self.verticalOffset())
        return self.photos.index(row) if row >= 0 else QModelIndex()

    def scrollTo(self, index: Index, hint: Hint = Hint.EnsureVisible) -> None:
        if not index.isValid() or index.row() >= self.grid.count:
            return
        cell, bar, height = (
            self.grid.cell(index.row()),
            self.verticalScrollBar(),
            self.viewport().height() - self._covered,
        )
        # The first line of a month brings its heading into view too.
        in_first_line = cell.y == self.grid.heading + self.grid.section_top(
            self.grid.section_of(index.row())
        )
        top = cell.y - (self.grid.heading if in_first_line else sizes.GAP)
        bottom = cell.y + cell.side + sizes.TIGHT
        if hint == Hint.PositionAtCenter:
            bar.setValue(cell.y + (cell.side - height) // 2)
        elif top < bar.value():
            bar.setValue(top)
        elif bottom > bar.value() + height:
            bar.setValue(bottom - height)

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def isIndexHidden(self, index: Index) -> bool:
        return False

    def setSelection(self, rect: QRect, flags: Flag) -> None:
        inside = rect.translated(-self.margin, self.verticalOffset())
        ranges = self.grid.within(inside.left(), inside.top(), inside.right(), inside.bottom())
        self.select_ranges(ranges, flags)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        return QRegion(self.viewport().rect())

    def updateGeometries(self) -> None:
        height, bar = self.viewport().height(), self.verticalScrollBar()
        bar.setPageStep(height)
        bar.setSingleStep(max(20, self.grid.side // 3))
        below = max(sizes.APART, self._covered)
        bar.setRange(0, max(0, self.grid.height + below - height))

    # What happens

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        self.viewport().update()

    def selectionChanged(self, now: QItemSelection, before: QItemSelection) -> None:
        super().selectionChanged(now, before)
        self.viewport().update()
        ranges = self.selected_ranges()
        self.selection_changed.emit(sum(last - first + 1 for first, last in ranges))

    def currentChanged(self, now: Index, before: Index) -> None:
        super().currentChanged(now, before)
        self.viewport().update()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self._held = None
        self.viewport().scroll(0, dy)
        self._after_move()

    def resizeEvent(self, event: QResizeEvent) -> None:
        wider = event.oldSize().width() != event.size().width()
        anchor = self.anchor() if wider and self.verticalScrollBar().value() else None
        self._lay_out()
        if anchor is not None:
            self.restore(*anchor)
        self._after_move()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and turned:
            self.set_zoom(self.zoom + (1 if turned > 0 else -1))
            event.accept()
        else:
            super().wheelEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), QColor(colours().background))
        painting.paint(self, painter, event.region())
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._after_move()
        return super().viewportEvent(event)

    # Pictures

    def picture(self, photo_id: int) -> Picture:
        """The picture of a photo as the grid shows it now."""
        scale = self.devicePixelRatioF()
        side = round(self.grid.side * scale)
        return Picture(photo_id, side, side, sizes.PHOTO_RADIUS * scale)

    def _lay_out(self) -> None:
        sections: Sequence[Section] = self.shown.sections
        titled = len(sections) > 1 or any(one.title or one.year for one in sections)
        self.grid = GridLayout(
            [one.count for one in sections],
            self.viewport().width() - 2 * self.margin,
            SIDES[self.zoom],
            headings=titled,
        )
        self.updateGeometries()
        self.viewport().update()

    def _after_move(self) -> None:
        self._soon.start()
        self._still.start()
        self.moved.emit()

    def _want_again(self) -> None:
        self._wanted = (0, 0, 0)
        self._soon.start()

    def _want(self) -> None:
        """Have the pictures in sight drawn, then those a screen below, then those above."""
        first, last = self.in_sight()
        if (first, last, self.grid.side) == self._wanted:
            return
        self._wanted = (first, last, self.grid.side)
        ids = self.shown.ids
        screen = last - first
        ahead = ids[last : last + screen], ids[max(0, first - screen) : first][::-1]
        seen = ids[first:last]
        self._in_sight = {int(one): first + at for at, one in enumerate(seen.tolist())}
        wanted = [one for part in (seen, *ahead) for one in part.tolist()]
        self.context.thumbnails.want(self, (self.picture(one) for one in wanted))
        self.photos.need(wanted)

    def _arrived(self, pictures: frozenset[Picture]) -> None:
        for picture in pictures:
            row = self._in_sight.get(picture.photo_id, -1)
            if 0 <= row < len(self.shown):
                self.viewport().update(self.visualRect(self.photos.index(row)))

    def _tell_engine(self) -> None:
        seen = list(self._in_sight)
        if seen and self.isVisible():
            self.context.engine.request("visible", {"photo_ids": seen}, _nothing, _nothing)


def _nothing(_: object) -> None:
    """Only a hint to the engine: whatever it answers, nothing follows."""
