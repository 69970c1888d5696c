"""Reading ahead: photos are decoded, made small and searched for faces while a model is busy."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import PackError, PhotoError
from engine.models.protocols import Face, FaceAnalyser, Picture
from engine.photos import (
    Hints,
    PhotoFile,
    PhotoInfo,
    PhotoVanished,
    decode_file,
    read_file,
    sidecars,
)
from engine.photos.thumbnails import SIDE
from engine.photos.thumbnails import make as make_thumbnail

if TYPE_CHECKING:
    from engine.models.packs import LoadedPack


def picture_side(pack: LoadedPack) -> int:
    """The longest side, in pixels, at which photos are decoded for a pack."""
    return max(pack.encoder.picture_size, pack.faces.picture_size, SIDE)


@dataclass(frozen=True)
class Task:
    """One photo to read, what its file may hold, where it may lie, and what to make of it."""

    photo_id: int
    contents: Collection[str]
    paths: Sequence[Path]
    thumbnail: bool
    picture: bool
    faces: bool


@dataclass
class Reading:
    """What came of one task: pictures and faces, or the reason why not.

    `frames`: of a video, a few more pictures from other moments.
    `bad_places`, `good_places`: where it cannot be read, and where nothing is known to be wrong.
    `away`: no place holds the photo right now, so that nothing is known against it.
    """

    photo_id: int
    error: str | None = None
    away: bool = False
    picture: Picture | None = None
    frames: tuple[Picture, ...] = ()
    width: int = 0
    height: int = 0
    info: PhotoInfo | None = None
    hints: Hints = field(default_factory=Hints)
    thumbnail: bytes | None = None
    faces: list[Face] | None = None
    face_error: str | None = None
    bad_places: list[tuple[Path, str]] = field(default_factory=list)
    good_places: list[Path] = field(default_factory=list)

    @property
    def moments(self) -> list[Picture]:
        """The picture that stands for the photo and, of a video, those from other moments."""
        return [] if self.picture is None else [self.picture, *self.frames]


class Reader:
    """Decodes photos on threads of its own, in order, never more than `ahead` before the caller."""

    def __init__(
        self,
        longest_side: int,
        analyser: FaceAnalyser,
        *,
        threads: int,
        ahead: int,
    ) -> None:
        self._longest_side = longest_side
        self._analyser = analyser
        self._one_at_a_time = threading.Lock()  # a face detector keeps the picture's size
        self._threads = threads
        self._ahead = ahead

    def batches(self, tasks: Iterable[Task], size: int, patience: float) -> Iterator[list[Reading]]:
        """Readings in the order of the tasks, `size` at a time.

        A smaller batch comes when the next photo takes so long that `patience` seconds have gone
        by since the last batch, so that a slow disk cannot hold back what is finished.
        """
        waiting: deque[Future[Reading]] = deque()
        upcoming = iter(tasks)
        pool = ThreadPoolExecutor(self._threads, thread_name_prefix="reader")
        try:
            batch: list[Reading] = []
            since = time.monotonic()
            while True:
                while len(waiting) < self._ahead:
                    task = next(upcoming, None)
                    if task is None:
                        break
                    waiting.append(pool.submit(self.read, task))
                if not waiting:
                    break
                left = patience - (time.monotonic() - since)
                if batch and not wait([waiting[0]], timeout=max(left, 0.0)).done:
                    yield batch
                    batch, since = [], time.monotonic()
                    continue
                batch.append(waiting.popleft().result())
                if len(batch) >= size:
                    yield batch
                    batch, since = [], time.monotonic()
            if batch:
                yield batch
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def read(self, task: Task) -> Reading:
        """One photo, from the first of its places that still holds it."""
        reading = Reading(task.photo_id, away=True)
        for path in task.paths:
            try:
                file = read_file(path)
            except PhotoVanished:
                continue
            except PhotoError as error:
                reading.bad_places.append((path, str(error)))
                continue
            if file.content_hash not in task.contents:
                continue  # another picture by now; the next scan will see that
            try:
                attempt = self._decode(task, file)
            except PhotoVanished:
                continue  # a video that is being changed while it is read
            if attempt.error is None:
                attempt.bad_places = reading.bad_places
                bad = {one for one, _ in reading.bad_places}
                attempt.good_places = [one for one in task.paths if one not in bad]
                return attempt
            # The bytes themselves are bad, so they are wherever else they lie.
            reading.away = False
            reading.error = attempt.error
            reading.bad_places += [(other, attempt.error) for other in task.paths]
            break
        return reading

    def _decode(self, task: Task, file: PhotoFile) -> Reading:
        reading = Reading(task.photo_id)
        try:
            places = dict.fromkeys((file.path, *task.paths))
            beside = [packet for place in places for packet in sidecars.read(place)]
            decoded = decode_file(file, self._longest_side, beside)
            reading.width, reading.height = decoded.width, decoded.height
            reading.info, reading.hints = decoded.info, decoded.hints
            if task.thumbnail:
                reading.thumbnail = make_thumbnail(decoded.picture)
            if task.picture:
                reading.picture, reading.frames = decoded.picture, decoded.frames
        except PhotoVanished:
            raise
        except PhotoError as error:
            reading.error = str(error)
            return reading
        except Exception as error:  # a decoder's own bug may concern this file alone
            reading.error = f"It cannot be read ({type(error).__name__})."
            return reading
        if task.faces:
            try:
                with self._one_at_a_time:
                    reading.faces = self._analyser.analyse(decoded.picture)
            except PackError:
                raise  # no photo's fault
            except Exception as error:  # likewise: one odd picture must not stop the library
                reading.face_error = f"Faces could not be looked for ({type(error).__name__})."
        return reading
