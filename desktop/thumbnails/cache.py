"""Pixmaps kept by how much memory they take; those not used for longest go first."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtGui import QPixmap

from desktop.thumbnails.picture import Box, Picture

LIMIT = 96 << 20


class Cache:
    """At most `limit` bytes of pixmaps by picture."""

    def __init__(self, limit: int = LIMIT) -> None:
        self.limit = limit
        self.bytes = 0
        self._pixmaps: OrderedDict[Picture, QPixmap] = OrderedDict()
        self._newest: dict[tuple[int, Box | None, bool], Picture] = {}

    def get(self, picture: Picture) -> QPixmap | None:
        """The pixmap, now the last used; None if it is not here."""
        pixmap = self._pixmaps.get(picture)
        if pixmap is not None:
            self._pixmaps.move_to_end(picture)
        return pixmap

    def like(self, picture: Picture) -> QPixmap | None:
        """The same part of the same photo as it was last drawn, at whatever size."""
        newest = self._newest.get(_part(picture))
        return None if newest is None else self.get(newest)

    def put(self, picture: Picture, pixmap: QPixmap) -> None:
        """Keep a pixmap, and let others go until all fit."""
        older = self._pixmaps.pop(picture, None)
        if older is not None:
            self.bytes -= _bytes(older)
        self._pixmaps[picture] = pixmap
        self._newest[_part(picture)] = picture
        self.bytes += _bytes(pixmap)
        while self.bytes > self.limit and len(self._pixmaps) > 1:
            self._remove(next(iter(self._pixmaps)))

    def drop(self, photo_ids: frozenset[int]) -> None:
        """Forget the pictures of these photos."""
        gone = [one for one in self._pixmaps if one.photo_id in photo_ids]
        for picture in gone:
            self._remove(picture)

    def _remove(self, picture: Picture) -> None:
        self.bytes -= _bytes(self._pixmaps.pop(picture))
        if self._newest.get(_part(picture)) == picture:
            del self._newest[_part(picture)]


def _part(picture: Picture) -> tuple[int, Box | None, bool]:
    """What of which photo a picture shows."""
    return picture.photo_id, picture.box, picture.whole


def _bytes(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4
