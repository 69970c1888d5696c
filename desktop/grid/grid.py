"""The grid of photos as people use it: with the mouse, and with the keyboard alone."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QMimeData, QModelIndex, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QDrag, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QAbstractScrollArea, QApplication, QWidget

from desktop.context import Context
from desktop.grid.tile import heart_rect, tick_rect
from desktop.grid.view import Flag, GridView

MIME = "application/x-familiar-photos"
"""Dragged photos: their ids as text, with commas between."""

CursorAction = QAbstractItemView.CursorAction

_SCROLL_MS = 30
_MOVES = {
    Qt.Key.Key_Left: CursorAction.MoveLeft,
    Qt.Key.Key_Right: CursorAction.MoveRight,
    Qt.Key.Key_Up: CursorAction.MoveUp,
    Qt.Key.Key_Down: CursorAction.MoveDown,
    Qt.Key.Key_Home: CursorAction.MoveHome,
    Qt.Key.Key_End: CursorAction.MoveEnd,
    Qt.Key.Key_PageUp: CursorAction.MovePageUp,
    Qt.Key.Key_PageDown: CursorAction.MovePageDown,
}


def dragged_photos(data: QMimeData) -> list[int]:
    """The ids of the photos that are dragged from a grid; empty if it is something else."""
    text = bytes(data.data(MIME).data()).decode("ascii", "ignore")
    return [int(one) for one in text.split(",") if one]


class PhotoGrid(GridView):
    """Click selects, double click or Enter opens; dragging from anywhere but a selected photo
    draws a rubber band; Ctrl adds, Shift extends; F and the heart make favourites."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._pressed: QPoint | None = None
        self._anchor_row = -1
        self._before: list[tuple[int, int]] = []
        self._scroll = QTimer(self, interval=_SCROLL_MS)
        self._scroll.timeout.connect(self._scroll_with_band)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self.by_keyboard = False
        point = event.position().toPoint()
        row = self.indexAt(point).row()
        if row >= 0 and self._press_on_mark(row, point):
            return
        self._pressed = point + QPoint(0, self.verticalOffset())
        self._before = self.selected_ranges()
        modifiers = event.modifiers()
        if row < 0:
            if not modifiers & (
                Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
            ):
                self.clearSelection()
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            self._extend(row)
        elif modifiers & Qt.KeyboardModifier.ControlModifier:
            self._toggle(row)
        elif not self.selectionModel().isSelected(self.photos.index(row)):
            self._choose(row)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            self.hover(self.indexAt(point).row())
            return
        start = self._pressed - QPoint(0, self.verticalOffset())
        if self.band.isNull():
            if (point - start).manhattanLength() < QApplication.startDragDistance():
                return
            row = self.indexAt(start).row()
            if row >= 0 and self._was_selected(row):
                self._pressed = None
                self._drag()
                return
            self._scroll.start()
        self._draw_band(point)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        drawn, plain = not self.band.isNull(), not event.modifiers()
        row = self.indexAt(event.position().toPoint()).row()
        self._end_band()
        if not drawn and plain and row >= 0:
            self._choose(row)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        row = self.indexAt(point).row()
        if event.button() == Qt.MouseButton.LeftButton and row >= 0:
            rect = self.visualRect(self.photos.index(row))
            if not heart_rect(rect).contains(point) and not tick_rect(rect).contains(point):
                self._end_band()
                self.opened.emit(row)

    def leaveEvent(self, event: QEvent) -> None:
        self.hover(-1)
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        # Not the item view's own, which makes the first photo the current one at once.
        QAbstractScrollArea.focusInEvent(self, event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.by_keyboard = True
            if self.currentIndex().row() < 0 and len(self.shown):
                self._set_current(self.in_sight()[0])
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    # Keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        row = self.currentIndex().row()
        alt = bool(modifiers & Qt.KeyboardModifier.AltModifier)
        if key in _MOVES and len(self.shown) and not alt:
            self._move(self.moveCursor(_MOVES[key], modifiers).row(), modifiers)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row >= 0:
            self.opened.emit(row)
        elif key == Qt.Key.Key_Space and row >= 0:
            self._toggle(row)
        elif key == Qt.Key.Key_F and not control:
            if not event.isAutoRepeat():
                self._favour(self._meant())
        elif key == Qt.Key.Key_A and control:
            self.select_ranges([(0, len(self.shown) - 1)] if len(self.shown) else [], Flag.Select)
        elif key == Qt.Key.Key_Escape and self.selectionModel().hasSelection():
            self.clearSelection()
        elif control and key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.set_zoom(self.zoom + 1)
        elif control and key == Qt.Key.Key_Minus:
            self.set_zoom(self.zoom - 1)
        else:
            event.ignore()

    def keyboardSearch(self, search: str) -> None:
        """Typing letters looks for nothing here: it would read a million captions."""

    def moveCursor(self, action: CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Where a move leads from the current photo; from none, to the first in sight."""
        row, last = self.currentIndex().row(), len(self.shown) - 1
        if last < 0:
            return QModelIndex()
        page = max(1, self.viewport().height() // (self.grid.side + self.grid.gap) - 1)
        lines = {
            CursorAction.MoveUp: -1,
            CursorAction.MoveDown: 1,
            CursorAction.MovePageUp: -page,
            CursorAction.MovePageDown: page,
        }
        if action == CursorAction.MoveHome:
            row = 0
        elif action == CursorAction.MoveEnd:
            row = last
        elif row < 0:
            row = self.in_sight()[0]
        elif action in lines:
            row = self.grid.beside(row, lines[action])
        else:
            back = action in (CursorAction.MoveLeft, CursorAction.MovePrevious)
            row = min(max(row + (-1 if back else 1), 0), last)
        return self.photos.index(row)

    def _move(self, row: int, modifiers: Qt.KeyboardModifier) -> None:
        self.by_keyboard = True
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            self._extend(row)
        elif modifiers & Qt.KeyboardModifier.ControlModifier:
            self._set_current(row)
        else:
            self._choose(row)
        self.scrollTo(self.photos.index(row))

    # Selecting

    def _set_current(self, row: int) -> None:
        self.selectionModel().setCurrentIndex(self.photos.index(row), Flag.NoUpdate)

    def _choose(self, row: int) -> None:
        """This photo alone."""
        self._anchor_row = row
        self._set_current(row)
        self.select_ranges([(row, row)], Flag.ClearAndSelect)

    def _toggle(self, row: int) -> None:
        self._anchor_row = row
        self._set_current(row)
        self.select_ranges([(row, row)], Flag.Toggle)

    def _extend(self, row: int) -> None:
        """Everything from where the selection began to here."""
        if not 0 <= self._anchor_row < len(self.shown):
            self._anchor_row = max(0, self.currentIndex().row())
        self._set_current(row)
        first, last = sorted((self._anchor_row, row))
        self.select_ranges([(first, last)], Flag.ClearAndSelect)

    def _was_selected(self, row: int) -> bool:
        return any(first <= row <= last for first, last in self._before)

    def mean(self, row: int) -> list[int]:
        """The photos that are meant by pointing at a row: the selection if it is in it, else that
        photo, which is selected then; without a row (-1), what the keyboard is about."""
        if row >= 0 and not self.selectionModel().isSelected(self.photos.index(row)):
            self._choose(row)
        return self._meant()

    def _meant(self) -> list[int]:
        """What a key is about: the selected photos, else the one that has the keyboard."""
        chosen = self.selected_ids().tolist()
        row = self.currentIndex().row()
        return chosen or ([self.photos.photo_id(row)] if row >= 0 else [])

    # Rubber band

    def _draw_band(self, point: QPoint) -> None:
        assert self._pressed is not None
        end = point + QPoint(0, self.verticalOffset())
        self.band = QRect(self._pressed, end).normalized()
        inside = self.band.translated(-self.margin, 0)
        ranges = self.grid.within(inside.left(), inside.top(), inside.right(), inside.bottom())
        adding = QApplication.keyboardModifiers() & (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        )
        self.select_ranges([*(self._before if adding else []), *ranges], Flag.ClearAndSelect)
        self.viewport().update()

    def _scroll_with_band(self) -> None:
        """Near an edge, the grid moves along with the band."""
        point = self.viewport().mapFromGlobal(self.cursor().pos())
        over = point.y() - self.viewport().height() if point.y() > 0 else point.y()
        if point.y() < 0 or point.y() > self.viewport().height():
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + int(np.clip(over, -200, 200)) // 2)
            self._draw_band(point)

    def _end_band(self) -> None:
        self._pressed = None
        self._scroll.stop()
        self.band = QRect()
        self.viewport().update()

    # Marks, hearts, dragging

    def _press_on_mark(self, row: int, point: QPoint) -> bool:
        rect = self.visualRect(self.photos.index(row))
        if heart_rect(rect).contains(point):
            self._favour([self.photos.photo_id(row)])
            return True
        if tick_rect(rect).contains(point):
            self._toggle(row)
            return True
        return False

    def _favour(self, photo_ids: list[int]) -> None:
        """Favourites, unless all of them are already; then no longer."""
        if photo_ids:
            rows = self.shown.rows_of(photo_ids).tolist()
            tiles = [self.photos.tile(row) for row in rows]
            self.favoured.emit(photo_ids, not all(tile and tile.favourite for tile in tiles))

    def hover(self, row: int) -> None:
        """The pointer is on this photo, or on none (-1)."""
        if row != self.hovered:
            for one in (self.hovered, row):
                if 0 <= one < len(self.shown):
                    self.viewport().update(self.visualRect(self.photos.index(one)))
            self.hovered = row

    def _drag(self) -> None:
        ids = self.selected_ids().tolist()
        data = QMimeData()
        data.setData(MIME, ",".join(map(str, ids)).encode("ascii"))
        drag = QDrag(self)
        drag.setMimeData(data)
        pixmap = self.context.thumbnails.cache.get(self.picture(ids[0])) if ids else None
        if pixmap is not None:
            drag.setPixmap(pixmap.scaledToWidth(96, Qt.TransformationMode.SmoothTransformation))
        drag.exec(Qt.DropAction.CopyAction)
