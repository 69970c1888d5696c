"""What one more photo costs in a library of 1,000, 10,000 and 100,000, and what finding nothing new
costs; and whether a burst of files is indexed with none missed.

    python -m tests.benchmarks.scale [--counts 1000 10000 100000] [--new N] [--burst N]
                                     [--rounds N] [--place FOLDER] [--packs tiny starter]

The libraries are made by script: real files of one byte each, rows as the stages write them. With
the tests' tiny pack what is measured is Familiar's own work and not a model's; with the starter,
what a photo costs its owner, from its file to its caption, in the smallest and the largest library
(so made, their photos have one view and one visual row, which nothing reads again). Times are of
the processor, which other work on the machine does not lengthen as much as it does the clock's.
Photos come to all libraries in turns, in several rounds, so that what is compared was measured side
by side; every third has a face. The burst is written while the window's engine watches, with the
tiny pack, by two programs: one writes files in place, one moves them in when they are whole.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.familiar import Familiar
from engine.indexing import stages
from engine.indexing.scanner import Touched
from engine.library import Library
from engine.library.info import Info
from engine.library.photos import Found
from engine.models import packs
from engine.models.packs import LoadedPack
from engine.models.protocols import Encoding, Face
from tests.service.talk import Talk
from tests.tiny import COLOURS, TinyPack, paint

_FOLDER = 1000
_CAPTION = stages.versions(TinyPack()).caption
_TINY, _STARTER = "tiny", "starter"
PACKS: dict[str, Callable[[], LoadedPack]] = {_TINY: TinyPack, _STARTER: packs.load}
NAMES = list(COLOURS)
_STARTER_FACE = 128


def timed(work: Callable[[], Any]) -> tuple[float, float]:
    """Seconds of the processor and of the clock."""
    cpu, clock = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - clock


def files(photos: Path, count: int) -> Iterator[Path]:
    """Make `count` files of one byte, a thousand to a folder."""
    for number in range(count):
        path = photos / f"{number // _FOLDER:04}" / f"{number:07}.png"
        if number % _FOLDER == 0:
            path.parent.mkdir(parents=True)
        path.write_bytes(b"x")
        yield path


@dataclass(frozen=True)
class Made:
    """Results of a pack's stages, as large as its own, at random."""

    pack: LoadedPack
    random: np.random.Generator = field(default_factory=lambda: np.random.default_rng(0))

    @cached_property
    def _sizes(self) -> tuple[int, int, int, int, int]:
        blank = self.pack.encoder.encode_pictures([np.zeros((64, 64, 3), np.uint8)])[0]
        words = self.pack.encoder.encode_sentences(["a picture in red"])
        face = 16 if isinstance(self.pack, TinyPack) else _STARTER_FACE
        parts = (blank.embedding, blank.heads, blank.rows, words)
        embedding, heads, rows, caption = (part.shape[-1] for part in parts)
        return embedding, heads, rows, caption, face

    def encoding(self) -> Encoding:
        """Of one photo."""
        embedding, heads, rows, _, _ = self._sizes
        return Encoding(self._unit(embedding), self._unit(heads)[None], self._unit(rows)[None])

    def faces(self) -> list[Face]:
        """One face."""
        vector = self._unit(self._sizes[4]).astype(np.float32)
        return [Face((0.1, 0.1, 0.4, 0.4), 0.9, vector)]

    def caption(self) -> NDArray[np.float16]:
        """What a caption means."""
        return self._unit(self._sizes[3])

    def _unit(self, size: int) -> NDArray[np.float16]:
        vector = self.random.normal(size=size)
        unit: NDArray[np.float16] = (vector / np.linalg.norm(vector)).astype(np.float16)
        return unit


def fill(library: Library, pack: LoadedPack, photos: Path, count: int) -> None:
    """A library in which `count` photos have been through every stage."""
    made, versions = Made(pack), stages.versions(pack)
    folder = library.folders.add(photos)
    number = 0
    upcoming = files(photos, count)
    while some := list(islice(upcoming, 1000)):
        found = []
        for path in some:
            status = path.stat()
            name = hashlib.blake2b(path.name.encode(), digest_size=32).hexdigest()
            found.append(Found(path, name, status.st_size, status.st_mtime_ns, folder.id))
        ids = library.photos.record_many(found)
        with library.transaction():
            library.info.put_many(
                {
                    one: Info(64, 64, _taken(number + at), None, None, "Camera", "PNG")
                    for at, one in enumerate(ids)
                }
            )
            library.thumbnails.put_many(dict.fromkeys(ids, b"\xff\xd8" + bytes(1000) + b"\xff\xd9"))
            library.encodings.put_many(versions.encode, {one: made.encoding() for one in ids})
            library.faces.put_many(
                versions.faces,
                {one: made.faces() if at % 3 == 0 else [] for at, one in enumerate(ids)},
            )
            library.captions.put_many(
                [(one, "a picture in red", versions.caption, made.caption()) for one in ids]
            )
            for stage in stages.ALL:
                library.stages.finish_many(stage, versions.of(stage), ids)
        number += len(ids)


def _taken(number: int) -> str:
    return f"20{number % 25:02}-{number // 25 % 12 + 1:02}-{number // 300 % 28 + 1:02}T12:00:00"


def come(folder: Path, count: int, seed: int, whole: bool = False) -> None:
    """Photos that differ, every third with a face; whole: moved in when they are written."""
    work = folder.parent / f".{folder.name}.coming" if whole else folder
    for number in range(count):
        face = [(number * 7 % 256, number * 13 % 256, 200)] if number % 3 == 0 else []
        colours = [NAMES[number % 6], NAMES[number % 5]]
        made = paint(work / f"{number}.png", colours, seed + number, face)
        if whole:
            folder.mkdir(exist_ok=True)
            made.rename(folder / made.name)


class Shelf:
    """A library of so many photos, and what was measured on it."""

    def __init__(self, place: Path, pack: LoadedPack, count: int) -> None:
        self.count = count
        self._photos = place / "photos"
        self._seed = 10**6
        with Library.open(place / "home") as library:
            fill(library, pack, self._photos, count)
        self.familiar = Familiar(Library.open(place / "home"), pack)
        self.familiar.index()  # groups of faces and trips, once
        self._come(20)
        self.familiar.index()  # what is loaded at its first use is loaded
        self.watched: list[float] = []
        self.scanned: list[float] = []

    def add(self, new: int) -> None:
        """Photos that come: milliseconds for each when watched, and beyond what nothing new costs
        in a scan of everything."""
        touched = Touched({self._come(new): True})
        self.watched.append(timed(partial(self.familiar.index, touched=touched))[0] / new * 1000)
        nothing = timed(self.familiar.index)[0]
        self._come(new)
        whole = timed(self.familiar.index)[0]
        self.scanned.append((whole - nothing) / new * 1000)

    def report(self) -> None:
        """Print a line about it."""
        familiar = self.familiar
        nothing = min(timed(familiar.index) for _ in range(3))
        scan = timed(partial(familiar.index, touched=Touched({self._photos: False})))[0]
        photo = familiar.library.photos.ids()[0]
        person = familiar.library.concepts.add("Ada", "person")
        familiar.library.tags.add(person.id, photo)
        familiar.learn({person.id: [photo]})
        decisions = familiar.library.photos.ids()[3:60:3]
        start = time.process_time()
        for one in decisions:
            familiar.library.decisions.decide(person.id, one, "rejected")
            familiar.learn({person.id: [one]})
        decided = (time.process_time() - start) / len(decisions)
        status = timed(familiar.status)
        print(
            f"{self.count:>9,} photos: nothing new {nothing[0]:.2f} s ({nothing[1]:.2f} by the "
            f"clock), one folder with nothing new {scan:.3f} s; a new photo "
            f"{statistics.median(self.watched):.2f} ms when watched, "
            f"{statistics.median(self.scanned):.2f} ms in a scan of everything; a decision "
            f"{decided * 1000:.0f} ms; status {status[0] * 1000:.0f} ms",
            flush=True,
        )

    def _come(self, new: int) -> Path:
        folder = self._photos / f"new{self._seed}"
        come(folder, new, self._seed)
        self._seed += new
        return folder


def compare(small: Shelf, large: Shelf) -> None:
    """Print what a photo costs more in a large library; of rounds, since each has its own noise."""
    for name, ones, others in (
        ("when watched", small.watched, large.watched),
        ("in a scan of everything", small.scanned, large.scanned),
    ):
        ratios = [other / one - 1 for one, other in zip(ones, others, strict=True)]
        print(
            f"a new photo {name}: {statistics.median(ratios):+.0%} with {large.count:,} photos "
            f"against {small.count:,} (rounds: {', '.join(f'{ratio:+.0%}' for ratio in ratios)})",
            flush=True,
        )


def burst(place: Path, count: int) -> None:
    """Write many files at once below folders that are watched, and wait for the last of them."""
    photos, home = place / "burst", place / "burst-home"
    photos.mkdir()
    with Library.open(home) as library:
        library.folders.add(photos)
        talk = Talk(home)
        talk.ask("watch")
        began = time.perf_counter()
        half = count // 2
        writers = [
            multiprocessing.Process(target=come, args=(photos / name, half, seed, whole))
            for name, seed, whole in (("written", 0, False), ("moved", half, True))
        ]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        written = time.perf_counter() - began
        until = time.monotonic() + 600
        while len(done := library.stages.done("caption", _CAPTION)) < 2 * half:
            if time.monotonic() > until:
                break
            time.sleep(0.2)
        seconds = time.perf_counter() - began
        missed = 2 * half - len(done & set(library.photos.ids()))
        talk.end()
    print(
        f"a burst of {2 * half:,} files, written in {written:.1f} s: all done after "
        f"{seconds:.1f} s, {missed} missed",
        flush=True,
    )


def measure(place: Path, name: str, counts: Sequence[int], new: int, rounds: int) -> None:
    """With one pack's models, whose own time is long enough for fewer photos to say it."""
    if name != _TINY:
        counts, new, rounds = sorted({min(counts), max(counts)}), max(new // 8, 1), min(rounds, 3)
    print(f"with the {name} pack's models:", flush=True)
    shelves = [Shelf(place / str(count), PACKS[name](), count) for count in counts]
    for _ in range(rounds):
        for shelf in shelves:
            shelf.add(new)
    if name == _TINY:
        for shelf in shelves:
            shelf.report()
    compare(shelves[0], shelves[-1])
    for shelf in shelves:
        shelf.familiar.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="not needed here")
    parser.add_argument("--counts", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--new", type=int, default=500, help="photos that come in a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--burst", type=int, default=10_000)
    parser.add_argument("--packs", choices=PACKS, nargs="+", default=list(PACKS))
    parser.add_argument(
        "--place", type=Path, help="where to make them (default: a temporary folder)"
    )
    options = parser.parse_args()
    for name in options.packs:
        with tempfile.TemporaryDirectory(prefix="familiar-scale-", dir=options.place) as place:
            measure(Path(place), name, options.counts, options.new, options.rounds)
    if options.burst:
        with tempfile.TemporaryDirectory(prefix="familiar-burst-", dir=options.place) as folder:
            burst(Path(folder), options.burst)
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
