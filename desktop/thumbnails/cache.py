"""Pixmaps kept by how much memory they take; those not used for longest go first."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtGui import QPixmap

from desktop.thumbnails.picture import Picture

LIMIT = 96 << 20


class Cache:
    """At most `limit` bytes of pixmaps by picture."""

    def __init__(self, limit: int = LIMIT) -> None:
        self.limit = limit
        self.bytes = 0
        self._pixmaps: OrderedDict[Picture, QPixmap] = OrderedDict()

    def get(self, picture: Picture) -> QPixmap | None:
        """The pixmap, now the last used; None if it is not here."""
        pixmap = self._pixmaps.get(picture)
        if pixmap is not None:
            self._pixmaps.move_to_end(picture)
        return pixmap

    def put(self, picture: Picture, pixmap: QPixmap) -> None:
        """Keep a pixmap, and let others go until all fit."""
        older = self._pixmaps.pop(picture, None)
        if older is not None:
            self.bytes -= _bytes(older)
        self._pixmaps[picture] = pixmap
        self.bytes += _bytes(pixmap)
        while self.bytes > self.limit and len(self._pixmaps) > 1:
            _, gone = self._pixmaps.popitem(last=False)
            self.bytes -= _bytes(gone)

    def drop(self, photo_ids: frozenset[int] | None) -> None:
        """Forget the pictures of these photos, or of all."""
        gone = [one for one in self._pixmaps if photo_ids is None or one.photo_id in photo_ids]
        for picture in gone:
            self.bytes -= _bytes(self._pixmaps.pop(picture))


def _bytes(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4
