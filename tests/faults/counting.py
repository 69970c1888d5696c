"""Every step of indexing, noted in a file before it is taken, and a bomb that may go off at one.

The notes outlive the process that makes them: each is appended with one write. They are made by
the process that indexes and by the one that it starts to try photos alone.
"""

from __future__ import annotations

import functools
import os
import signal
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.models.protocols import Candidate, ConceptEmbedding, Encoding, Face, Look, Picture
from tests.tiny import TinyEncoder, TinyFaces, TinyPack, TinyVLM

SCAN, THUMBNAIL, ENCODE, FACES = "scan", "thumbnail", "encode", "faces"
RECOGNISE, CAPTION = "recognise", "caption"

STAGES = (SCAN, THUMBNAIL, ENCODE, FACES, RECOGNISE, CAPTION)
"""Steps noted with the photo they are taken for."""

SAID, ERROR, MENDED, FAULT = "said", "error", "mended", "fault"

READ = "read"
"""A file is about to be read for being decoded, some time after it was scanned."""


@dataclass(frozen=True)
class Bomb:
    """Kills at the `number`-th time that a step is begun, or `delay` seconds after that.

    group: with the process that tries photos, as when the power fails; else only the main one.
    """

    step: str
    number: int
    delay: float = 0.0
    group: bool = False


class Notes:
    """Appends notes of one run; the bomb, if any, goes off at `main`, the indexing process."""

    def __init__(self, path: Path, run: int, main: int, bomb: Bomb | None = None) -> None:
        self._handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
        self._run = run
        self._main = main
        self._bomb = bomb
        self.on_step: Callable[[str, int, Sequence[str]], None] | None = None
        self._met: dict[str, int] = {}
        self._lock = threading.Lock()

    def put(self, step: str, keys: Iterable[object] = ()) -> None:
        """Note that a step begins for each of these, and let happen what is to happen there."""
        names = [str(key) for key in keys]
        lines = "".join(f"{self._run}\t{step}\t{name}\n" for name in names)
        if lines:
            os.write(self._handle, os.fsencode(lines))
        with self._lock:
            number = self._met[step] = self._met.get(step, 0) + 1
        if self.on_step is not None:
            self.on_step(step, number, names)
        bomb = self._bomb
        if bomb is not None and (bomb.step, bomb.number) == (step, number):
            if bomb.delay:
                threading.Thread(target=self._blow, daemon=True).start()
            else:
                self._blow()

    def _blow(self) -> None:
        assert self._bomb is not None
        time.sleep(self._bomb.delay)
        if os.getpid() != self._main and os.getppid() != self._main:
            return  # it is gone already
        if self._bomb.group:
            os.killpg(0, signal.SIGKILL)
        os.kill(self._main, signal.SIGKILL)


def key_of(array: NDArray[Any]) -> str:
    """A short name for a picture, or for what is seen of one."""
    return f"{zlib.crc32(np.ascontiguousarray(array).tobytes()):08x}"


class _Encoder(TinyEncoder):
    notes: Notes

    def encode_pictures(self, pictures: Sequence[Picture]) -> list[Encoding]:
        self.notes.put(ENCODE, map(key_of, pictures))
        return super().encode_pictures(pictures)


class _Faces(TinyFaces):
    notes: Notes

    def analyse(self, picture: Picture) -> list[Face]:
        self.notes.put(FACES, [key_of(picture)])
        return super().analyse(picture)


class _VLM(TinyVLM):
    notes: Notes

    def candidates(
        self, looks: Sequence[Look], concepts: Sequence[Sequence[ConceptEmbedding]]
    ) -> list[list[Candidate]]:
        self.notes.put(CAPTION, map(key_of, looks))
        return super().candidates(looks, concepts)

    def loss(self, *arguments: Any, **named: Any) -> Any:
        self.notes.put("learn")
        return super().loss(*arguments, **named)


def counted_pack(notes: Notes, source: Callable[[], TinyPack] | None = None) -> TinyPack:
    """A tiny pack that notes what it does; source: opens another in a process of its own."""
    pack = TinyPack()
    pack.encoder, pack.faces, pack.vlm = _Encoder(), _Faces(), _VLM()
    for part in (pack.encoder, pack.faces, pack.vlm):
        part.notes = notes
    pack.source = source
    return pack


def open_pack(path: Path, run: int, main: int, bomb: Bomb | None) -> TinyPack:
    """The pack in the process that tries photos alone: it notes and kills as the main one does."""
    notes = Notes(path, run, main, bomb)
    count_steps(notes)
    return counted_pack(notes)


def source(path: Path, run: int, main: int, bomb: Bomb | None) -> Callable[[], TinyPack]:
    """`open_pack` as something that can be sent to another process."""
    return functools.partial(open_pack, path, run, main, bomb)


def count_steps(notes: Notes) -> None:
    """Have every step outside the pack noted too, in this process from now on."""
    from engine.concepts.faces import FaceHead
    from engine.concepts.heads import LinearHead
    from engine.indexing import reading, scanner
    from engine.library import backups
    from engine.library.groups import Groups
    from engine.library.sightings import Sightings
    from engine.library.store import Store
    from engine.library.trips import Trips

    _before(reading, "read_file", lambda path: notes.put(READ, [path]))
    _before(scanner, "read_file", lambda path: notes.put(SCAN, [path]))
    _before(reading, "make_thumbnail", lambda picture: notes.put(THUMBNAIL, [key_of(picture)]))
    _before(Sightings, "put_for_photos", lambda _, ids, *__: notes.put(RECOGNISE, ids))
    _before(LinearHead, "train", lambda *_: notes.put("head"))
    _before(FaceHead, "train", lambda *_: notes.put("head"))
    _before(Groups, "put_many", lambda *_: notes.put("group"))
    _before(Trips, "replace", lambda *_: notes.put("albums"))
    _before(backups, "copy_to", lambda *_: notes.put("backup"))

    connect = Store._connect

    def traced(store: Store) -> Any:
        database = connect(store)
        database.conn.set_trace_callback(
            lambda sql: notes.put("commit") if sql == "COMMIT" else None
        )
        return database

    setattr(Store, connect.__name__, traced)


def _before(owner: Any, name: str, call: Callable[..., object]) -> None:
    """Have `call` made with the same arguments before a function or method of `owner`."""
    original = getattr(owner, name)

    @functools.wraps(original)
    def both(*arguments: Any, **named: Any) -> Any:
        call(*arguments)
        return original(*arguments, **named)

    is_class_method = isinstance(vars(owner).get(name), classmethod)
    setattr(owner, name, staticmethod(both) if is_class_method else both)
