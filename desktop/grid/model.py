"""The photos of a grid as a Qt model: ids at once, what else is known as rows come into view."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from desktop import words
from desktop.context import Context
from desktop.process.messages import Change
from desktop.reading.reader import Reading
from desktop.reading.shown import NOTHING, Shown
from desktop.reading.tiles import Tile, read_tiles

PHOTO_ID = Qt.ItemDataRole.UserRole

_TOLD = {"photos", "favourites", "captions", "sightings", "concepts"}
"""What a tile tells of."""
_KEPT = 20_000
_TOGETHER = 200

Index = QModelIndex | QPersistentModelIndex


class PhotoModel(QAbstractListModel):
    """Rows of a `Shown`. `data` answers from memory; `need` has the rest read."""

    forgot = Signal()
    """What is in sight is to be asked for again."""

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.shown: Shown = NOTHING
        self._tiles: OrderedDict[int, Tile] = OrderedDict()
        self._needed: Sequence[int] = ()
        self._reading: Reading | None = None
        context.drives.changed.connect(lambda: self.forget(None))

    def show(self, shown: Shown) -> None:
        """Show these photos from now on."""
        self.beginResetModel()
        self.shown = shown
        self.endResetModel()

    def tile(self, row: int) -> Tile | None:
        """What is known of a row, None while it is not read."""
        return self._tiles.get(int(self.shown.ids[row]))

    def photo_id(self, row: int) -> int:
        """The photo of a row."""
        return int(self.shown.ids[row])

    def need(self, photo_ids: Sequence[int]) -> None:
        """These come into view: have read what is missing of them, in this order, some at a time.

        What was needed before and is being read arrives too; the rest of it is not wanted now.
        """
        self._needed = photo_ids
        if self._reading is None or self._reading.over:
            self._read()

    def text(self, row: int) -> str:
        """Why the photo is shown, where there is a reason; else its caption, else its name."""
        tile = self.tile(row)
        why = self.shown.why(self.photo_id(row), tile)
        if why:
            return why
        if tile is None:
            return ""
        away = self.tr("not there right now") if tile.away else ""
        return words.together(tile.caption or words.about(tile.name, tile.problem), away)

    def change(self, change: Change) -> None:
        """Something is different: read again what may be."""
        if change.what & _TOLD:
            self.forget(None if "concepts" in change.what else change.photo_ids)

    def forget(self, photo_ids: frozenset[int] | None) -> None:
        """What is known of these photos (of all, if None) may be wrong now."""
        if photo_ids is None:
            self._tiles.clear()
        else:
            for one in photo_ids:
                self._tiles.pop(one, None)
        if self._reading is not None:
            self._reading.cancel()
        self.forgot.emit()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (as Qt declares it)
        return 0 if parent.isValid() else len(self.shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.shown):
            return None
        row = index.row()
        if role == PHOTO_ID:
            return self.photo_id(row)
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.text(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(row)
        return None

    def _spoken(self, row: int) -> str:
        tile = self.tile(row)
        if tile is None:
            return self.tr("Photo")
        return ", ".join(
            part
            for part in (
                self.text(row),
                words.moment(tile.taken_at) if tile.taken_at else "",
                self.tr("favourite") if tile.favourite else "",
            )
            if part
        )

    def _read(self) -> None:
        missing = [one for one in self._needed if one not in self._tiles]
        # Each is asked for once: of one that left the library nothing is known.
        some, self._needed = missing[:_TOGETHER], missing[_TOGETHER:]
        if some:
            away = self._context.drives.away
            self._reading = self._context.reader.read(
                self, lambda library: read_tiles(library, some, away), self._keep
            )

    def _keep(self, tiles: dict[int, Tile]) -> None:
        self._tiles.update(tiles)
        while len(self._tiles) > _KEPT:
            self._tiles.popitem(last=False)
        self._changed(list(tiles))
        self._read()

    def _changed(self, photo_ids: Sequence[int]) -> None:
        rows = self.shown.rows_of(photo_ids)
        if len(rows):
            self.dataChanged.emit(self.index(int(rows[0])), self.index(int(rows[-1])))
