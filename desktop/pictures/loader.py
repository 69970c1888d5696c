"""Photos for whoever shows them large: the one that is looked at first, then those beside it.

What is wanted is said as a whole, again and again; whatever is not in the last list is let go of,
so that memory holds a few photos and never more. Two are decoded at a time, so that one that is no
longer wanted does not keep the next one waiting.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from desktop.pictures.decoding import load
from desktop.pictures.loaded import WHOLE, Loaded, Missing, Wanted
from desktop.reading.lanes import PATIENCE, Lane, ThreadLane
from desktop.reading.shelf import Shelf
from desktop.words import tr
from engine.errors import FamiliarError

log = logging.getLogger(__name__)

_AT_ONCE = 2


class Pictures(QObject):
    """Large pictures of one library's photos."""

    arrived = Signal(object)
    """The id of a photo that there are more pixels of now, or that turned out to be missing."""

    _made = Signal(object, object)

    def __init__(
        self,
        shelf: Shelf,
        make_lane: Callable[[str], Lane] = ThreadLane,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._shelf = shelf
        self._lanes = [make_lane(f"pictures {number}") for number in range(_AT_ONCE)]
        self._idle = list(self._lanes)
        self._lock = threading.Lock()
        self._waiting: list[Wanted] = []
        self._asked: list[Wanted] = []
        self._decoding: set[Wanted] = set()
        self._loaded: dict[Wanted, Loaded] = {}
        self._missing: dict[int, Missing] = {}
        self._closed = False
        self._made.connect(self._keep)

    @property
    def bytes(self) -> int:
        """How much memory the pictures take."""
        sizes = (one.pixmap.size() for one in self._loaded.values())
        return sum(size.width() * size.height() * 4 for size in sizes)

    def of(self, photo_id: int) -> list[Loaded]:
        """What there is of a photo, that with the fewest pixels first."""
        found = [one for one in self._loaded.values() if one.wanted.photo_id == photo_id]
        return sorted(found, key=lambda one: one.pixmap.width())

    def missing(self, photo_id: int) -> Missing | None:
        """Why a photo cannot be shown, as far as that was tried."""
        return self._missing.get(photo_id)

    def want(self, wanted: Sequence[Wanted]) -> None:
        """Have these, the first first, and nothing else any more; `arrived` tells of each."""
        self._asked = list(wanted)
        photos = {one.photo_id for one in wanted}
        whole = {one.photo_id for one in wanted if one.side == WHOLE}
        self._loaded = {
            key: one
            for key, one in self._loaded.items()
            if key.photo_id in photos and (key.side != WHOLE or key.photo_id in whole)
        }
        with self._lock:
            self._waiting = [
                one
                for one in wanted
                if one not in self._decoding
                and one.photo_id not in self._missing
                and not self._satisfied(one)
            ]
            starting = [] if self._closed else self._idle[: len(self._waiting)]
            self._idle = self._idle[len(starting) :]
        for lane in starting:
            lane.submit(lambda lane=lane: self._work(lane))  # type: ignore[misc]

    def forget(self, photo_id: int | None = None) -> None:
        """A photo (or any, if None) that was missing may be there now: try again when wanted."""
        if photo_id is None:
            self._missing.clear()
        else:
            self._missing.pop(photo_id, None)

    def close(self) -> None:
        """Let go of everything and end the threads."""
        with self._lock:
            self._closed = True
            self._waiting.clear()
        for lane in self._lanes:
            lane.close(PATIENCE)
        self._asked = []
        self._loaded.clear()

    def _satisfied(self, wanted: Wanted) -> bool:
        """Whether there are as many pixels as wanted, or all there are."""
        if wanted in self._loaded:
            return True
        return any(
            one.whole and one.wanted.photo_id == wanted.photo_id for one in self._loaded.values()
        )

    def _work(self, lane: Lane) -> None:
        while (wanted := self._next(lane)) is not None:
            try:
                found = load(self._shelf.library(), wanted)
            except FamiliarError as error:
                found = Missing(wanted.photo_id, False, str(error))
            except Exception as error:
                log.exception("a picture could not be loaded")
                sentence = tr("Something in Familiar itself went wrong ({}).")
                found = Missing(wanted.photo_id, False, sentence.format(type(error).__name__))
            self._made.emit(wanted, found)

    def _next(self, lane: Lane) -> Wanted | None:
        with self._lock:
            if not self._waiting:
                self._idle.append(lane)
                return None
            wanted = self._waiting.pop(0)
            self._decoding.add(wanted)
            return wanted

    def _keep(self, wanted: Wanted, found: tuple[QImage, int, int] | Missing) -> None:
        with self._lock:
            self._decoding.discard(wanted)
        if wanted not in self._asked:
            return
        if isinstance(found, Missing):
            self._missing[wanted.photo_id] = found
        else:
            image, width, height = found
            for key in [key for key in self._loaded if key.photo_id == wanted.photo_id]:
                if key.side != WHOLE and wanted.side != WHOLE:
                    del self._loaded[key]
            self._loaded[wanted] = Loaded(wanted, QPixmap.fromImage(image), width, height)
        self.arrived.emit(wanted.photo_id)
