"""A grid with its scrubber, that opens photos, makes favourites, and says when it is empty."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedLayout, QWidget

from desktop import navigation
from desktop.context import Context
from desktop.decisions.photos import favourite
from desktop.grid.actions import PhotoAction
from desktop.grid.grid import PhotoGrid
from desktop.grid.scrubber import Scrubber
from desktop.grid.selection_bar import SelectionBar
from desktop.reading.shown import Shown
from desktop.widgets.empty_state import EmptyState

_ZOOM = "grid/zoom"
_MEANS_MORE = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


class GridPanel(QWidget):
    """What a page puts into its column to show photos.

    `grid` is the view itself; `empty` is shown instead while there is no photo, and says what the
    page has it say.
    """

    def __init__(
        self,
        context: Context,
        empty: EmptyState,
        actions: Sequence[PhotoAction] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self.empty = empty
        photos = QWidget(self)
        self.grid = PhotoGrid(context, photos)
        self.scrubber = Scrubber(self.grid, photos)
        self._actions = actions
        SelectionBar(context, self.grid, actions)
        row = QHBoxLayout(photos)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.grid, 1)
        row.addWidget(self.scrubber)
        self._photos = photos
        self._stack = QStackedLayout(self)
        self._stack.addWidget(photos)
        self._stack.addWidget(empty)
        self.setFocusProxy(self.grid)
        self.grid.set_zoom(context.preferences.number(_ZOOM, self.grid.zoom))
        self.grid.zoomed.connect(lambda zoom: context.preferences.put(_ZOOM, zoom))
        self.grid.opened.connect(self._open)
        self.grid.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.grid.customContextMenuRequested.connect(self._offer)
        self.grid.favoured.connect(lambda ids, on: context.history.decide(favourite(ids, on)))

    def show_photos(self, shown: Shown, *, from_top: bool = False) -> None:
        """Show these photos; see `GridView.show_photos`."""
        self.grid.show_photos(shown, from_top=from_top)
        self._stack.setCurrentWidget(self._photos if len(shown) else self.empty)

    def say(self, drawing: str, title: str, text: str = "") -> None:
        """Show this in place of photos, whatever there was."""
        self.empty.say(title, text, drawing)
        self._stack.setCurrentWidget(self.empty)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The letters of the actions; one that is held does it once."""
        shown = self._stack.currentWidget() is self._photos
        if shown and not event.isAutoRepeat() and not event.modifiers() & _MEANS_MORE:
            for action in self._actions:
                ids = self.grid.mean(-1)
                if ids and action.key and action.key == QKeySequence(event.key()).toString():
                    action.run(self._context, ids)
                    return
        super().keyPressEvent(event)

    def _offer(self, point: QPoint) -> None:
        """The menu of the photos under the pointer, or of those that have the keyboard."""
        row = self.grid.indexAt(point).row()
        ids = self.grid.mean(row)
        if not ids:
            return
        menu = QMenu(self)
        menu.addAction(self.tr("Open"), lambda: self._open(self.grid.currentIndex().row()))
        for action in self._actions:
            text = f"{action.text}\t{action.key}" if action.key else action.text
            menu.addAction(text, partial(action.run, self._context, ids))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.grid.viewport().mapToGlobal(point))

    def _open(self, row: int) -> None:
        shown = self.grid.shown
        self._context.navigation.go(
            navigation.PHOTO, photo_id=self.grid.photos.photo_id(row), among=shown.ids
        )
