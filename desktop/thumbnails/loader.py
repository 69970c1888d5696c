"""Thumbnails for whoever shows them: from memory at once, otherwise as soon as they are drawn.

Each asker says what it wants to see now, most wanted first. That replaces what the same asker
wanted before, so what has scrolled out of sight is not drawn at all; who asked last is served
first. Reading SQLite and decoding happen on one thread of their own.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from desktop.process.messages import Change
from desktop.reading.lanes import Lane, ThreadLane
from desktop.reading.shelf import Shelf
from desktop.thumbnails.cache import Cache
from desktop.thumbnails.drawing import draw
from desktop.thumbnails.picture import Picture
from engine.errors import FamiliarError

log = logging.getLogger(__name__)

_TOGETHER = 8
"""Pictures drawn before looking again at what is wanted most."""

Drawn = list[tuple[Picture, QImage | None]]


class Thumbnails(QObject):
    """Small pictures of one library."""

    arrived = Signal(object)
    """A frozenset of `Picture`s that `pixmap` has now, or knows to have none."""

    _made = Signal(object)

    def __init__(
        self,
        shelf: Shelf,
        make_lane: Callable[[str], Lane] = ThreadLane,
        cache: Cache | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._shelf = shelf
        self._lane = make_lane("thumbnails")
        self.cache = cache or Cache()
        self._missing: set[Picture] = set()
        self._lock = threading.Lock()
        self._wanted: dict[int, dict[Picture, None]] = {}
        self._owners: set[int] = set()
        self._busy = False
        self._closed = False
        self._made.connect(self._keep)

    @property
    def busy(self) -> bool:
        """Whether pictures are being drawn."""
        return self._busy

    def pixmap(self, picture: Picture) -> QPixmap | None:
        """The picture if it is in memory. Quick enough for painting."""
        return self.cache.get(picture)

    def want(self, owner: QObject, pictures: Iterable[Picture]) -> None:
        """Have these drawn, the first first, instead of what `owner` wanted before.

        Those in memory, and those known to be missing, are passed over. `arrived` tells the rest.
        """
        wanted = {
            one: None
            for one in pictures
            if one not in self._missing and self.cache.get(one) is None
        }
        key = id(owner)
        with self._lock:
            self._wanted.pop(key, None)
            if not wanted:
                return
            if key not in self._owners:
                self._owners.add(key)
                owner.destroyed.connect(lambda *_: self._forget(key))
            self._wanted[key] = wanted
            if self._busy or self._closed:
                return
            self._busy = True
        self._lane.submit(self._work)

    def hear(self, change: Change) -> None:
        """There are other thumbnails now: those that were missing are worth another look, and
        those that are said to be different are forgotten. A photo's picture never changes by
        itself, so where it may be any of them, what is in memory stays."""
        if "thumbnails" in change.what:
            self._missing.clear()
            if change.photo_ids is not None:
                self.cache.drop(change.photo_ids)

    def close(self) -> None:
        """Let go what is not drawn yet and end the thread."""
        self._closed = True
        with self._lock:
            self._wanted.clear()
        self._lane.close()

    def _forget(self, owner: int) -> None:
        with self._lock:
            self._owners.discard(owner)
            self._wanted.pop(owner, None)

    def _work(self) -> None:
        while pictures := self._next():
            self._made.emit(self._draw(pictures))

    def _next(self) -> list[Picture]:
        """What is wanted most, taken from the list of who asked last."""
        with self._lock:
            for owner in reversed(list(self._wanted)):
                wanted = self._wanted[owner]
                taken = list(wanted)[:_TOGETHER]
                for picture in taken:
                    del wanted[picture]
                if not wanted:
                    del self._wanted[owner]
                if taken:
                    return taken
            self._busy = False
            return []

    def _draw(self, pictures: Sequence[Picture]) -> Drawn:
        jpegs: dict[int, bytes] = {}
        try:
            jpegs = self._shelf.library().thumbnails.many([one.photo_id for one in pictures])
        except FamiliarError as error:
            log.warning("thumbnails cannot be read: %s", error)
        except Exception:  # the thread must live, or there would be no pictures any more
            log.exception("thumbnails could not be read")
        drawn: Drawn = []
        for picture in pictures:
            image = None
            if picture.photo_id in jpegs:
                with contextlib.suppress(MemoryError):
                    image = draw(jpegs[picture.photo_id], picture)
            drawn.append((picture, None if image is None or image.isNull() else image))
        return drawn

    def _keep(self, drawn: Drawn) -> None:
        for picture, image in drawn:
            if image is None:
                self._missing.add(picture)
            else:
                self.cache.put(picture, QPixmap.fromImage(image))
        self.arrived.emit(frozenset(picture for picture, _ in drawn))
