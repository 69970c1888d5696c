"""How fast photos are indexed, step by step and as a whole, beside a plain loop.

    python -m tests.benchmarks.indexing [--data FOLDER] [--large N] [--small N] [--rounds N]
                                        [--captions] [--place FOLDER]

FOLDER holds flickr8k/. The small photos are its dev pictures; the large ones are made of them:
enlarged to 6000 x 4000, with noise as a sensor has it, JPEG of quality 90. Loading models is not
counted, everything else is.

Of everything it says the photos a second, the most memory, and the milliseconds of a processor that
a photo takes. Decode + thumbnail, encode and faces run in N processes, each on its share of the
photos with one thread. The whole is `familiar index --no-captions` as it is: one process that may
use N processors and reads with N threads (with those that there are, where they are fewer), with
finding, hashing and writing to a library on disk.

The plain loop is one process with the same models and the same two processors, which torch uses:
for each photo Pillow decodes it in full, turns it upright, shrinks it to what the models ask for
(its own `thumbnail`, at its default settings) and makes the same JPEG thumbnail; it is encoded and
looked at for faces, and nothing is kept on disk. The starter's encoder always computes four at a
time, so beside calling it photo by photo there is a loop that is spared that: it encodes after
every fourth photo. Each loop runs right before a whole run; what counts is the ratio of neighbours,
the middle one of the rounds.
"""

from __future__ import annotations

import argparse
import functools
import io
import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from engine.familiar import Familiar
from engine.indexing.looking import BATCH
from engine.models import packs, threads
from engine.photos import decode_file, read_file, thumbnails
from tests.benchmarks.places import DATA, link

SIDE = 640
"""The largest picture that one of the starter's models asks for."""

_LARGE = (6000, 4000)
_AT_ONCE = (1, 2, 4)


@dataclass(frozen=True)
class Measured:
    """Photos, the seconds they took, the most memory that was in use, in MB, and the seconds of
    processors, which other work on the machine does not lengthen."""

    photos: int
    seconds: float
    memory: float
    processor: float

    @property
    def rate(self) -> float:
        return self.photos / self.seconds

    def __str__(self) -> str:
        each = self.processor / self.photos * 1000
        return f"{self.rate:6.1f}/s {self.memory:5.0f} MB {each:4.0f} ms"


Work = Callable[[], object]
Prepare = Callable[[Sequence[Path]], Work]
"""Loads what is needed; what it returns is timed."""


def reading(files: Sequence[Path]) -> Work:
    """Decode at the models' size and make a thumbnail, as indexing does."""

    def work() -> None:
        for file in files:
            thumbnails.make(decode_file(read_file(file), SIDE).picture)

    return work


def encoding(files: Sequence[Path]) -> Work:
    encoder, pictures = packs.load("starter").encoder, decoded(files)
    encoder.encode_pictures(pictures[:1])
    return lambda: [
        encoder.encode_pictures(pictures[at : at + BATCH]) for at in range(0, len(pictures), BATCH)
    ]


def faces(files: Sequence[Path]) -> Work:
    analyser, pictures = packs.load("starter").faces, decoded(files)
    analyser.analyse(pictures[0])
    return lambda: [analyser.analyse(picture) for picture in pictures]


def whole(files: Sequence[Path], captions: bool = False) -> Work:
    """A new library of these photos."""
    place = tempfile.TemporaryDirectory(prefix="familiar-bench-", dir=files[0].parent)
    link(files, Path(place.name) / "photos")
    familiar = Familiar.open(Path(place.name) / "home")
    familiar.add(Path(place.name) / "photos")
    familiar.get_ready()

    def work() -> None:
        done = familiar.index(captions=captions)
        assert done.looked == len(files), done
        place.cleanup()

    return work


def plain(files: Sequence[Path], together: int = 1) -> Work:
    """The plain loop, encoding so many photos at a time."""
    pack = packs.load("starter")
    blank = np.zeros((SIDE, SIDE, 3), np.uint8)
    pack.encoder.encode_pictures([blank])
    pack.faces.analyse(blank)

    def work() -> list[object]:
        kept: list[object] = []
        waiting: list[NDArray[np.uint8]] = []
        for number, file in enumerate(files, 1):
            with Image.open(file) as image:
                picture = ImageOps.exif_transpose(image.convert("RGB"))
            picture.thumbnail((SIDE, SIDE))
            small = picture.copy()
            small.thumbnail((thumbnails.SIDE, thumbnails.SIDE))
            written = io.BytesIO()
            small.save(written, "JPEG", quality=85)
            waiting.append(np.asarray(picture))
            kept += [written.getvalue(), pack.faces.analyse(waiting[-1])]
            if len(waiting) == together or number == len(files):
                kept += pack.encoder.encode_pictures(waiting)
                waiting = []
        return kept

    return work


def decoded(files: Sequence[Path]) -> list[NDArray[np.uint8]]:
    return [decode_file(read_file(file), SIDE).picture for file in files]


def run(prepare: Prepare, shares: Sequence[Sequence[Path]], processors: int) -> Measured:
    """Do each share in a process of its own, all at the same time, on so many processors."""
    allowed = sorted(os.sched_getaffinity(0))[:processors]
    context = multiprocessing.get_context("spawn")
    pipes, workers = [], []
    for share in shares:
        ours, theirs = context.Pipe()
        cores = max(1, len(allowed) // len(shares))
        worker = context.Process(target=_worker, args=(theirs, prepare, share, allowed, cores))
        worker.start()
        theirs.close()
        pipes.append(ours)
        workers.append(worker)
    for pipe in pipes:
        pipe.recv()  # ready
    began = time.perf_counter()
    for pipe in pipes:
        pipe.send("go")
    used = [pipe.recv() for pipe in pipes]
    seconds = time.perf_counter() - began
    for worker in workers:
        worker.join()
    memory, processor = (sum(parts) for parts in zip(*used, strict=True))
    return Measured(sum(map(len, shares)), seconds, memory, processor)


def _worker(
    connection: Connection, prepare: Prepare, files: Sequence[Path], allowed: list[int], cores: int
) -> None:
    os.sched_setaffinity(0, allowed)
    os.environ["OMP_NUM_THREADS"] = str(cores)
    threads.prepare()
    work = prepare(files)
    connection.send("ready")
    connection.recv()
    before = time.process_time()
    work()
    connection.send((_most_memory(), time.process_time() - before))


def _most_memory() -> float:
    """The most memory that this process has had, in MB; getrusage knows its parent's besides."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def enlarge(files: Sequence[Path], folder: Path) -> list[Path]:
    """24-megapixel photos made of small ones."""
    random = np.random.default_rng(0)
    noise = random.normal(0, 6, (1024, 1024, 1)).astype(np.int16)
    made = []
    for file in files:
        with Image.open(file) as image:
            size = _LARGE if image.width >= image.height else _LARGE[::-1]
            large = image.convert("RGB").resize(size, Image.Resampling.BICUBIC)
        own = np.roll(noise, random.integers(0, 1024, 2), (0, 1))
        times = (-(-size[1] // 1024), -(-size[0] // 1024), 1)
        pixels = np.asarray(large) + np.tile(own, times)[: size[1], : size[0]]
        made.append(folder / file.name)
        Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(made[-1], quality=90)
    return made


def table(title: str, files: Sequence[Path], rounds: int) -> None:
    """Print every step's figures, and the whole beside the plain loop."""
    megabytes = sum(file.stat().st_size for file in files) / 1e6 / len(files)
    print(f"{len(files)} {title}, {megabytes:.2f} MB each", flush=True)
    print(f"  {'':20}" + "".join(f"{f'on {number}':>26}" for number in _AT_ONCE))
    steps = {"decode + thumbnail": reading, "encode": encoding, "faces": faces}
    for name, prepare in steps.items():
        cells = [
            run(prepare, [files[at::number] for at in range(number)], number) for number in _AT_ONCE
        ]
        print(f"  {name:20}" + "".join(f"{cell!s:>26}" for cell in cells), flush=True)
    cells = [run(whole, [files], number) for number in _AT_ONCE]
    print(f"  {'whole':20}" + "".join(f"{cell!s:>26}" for cell in cells), flush=True)
    for together, name in ((1, "photo by photo"), (4, "encoding four at a time")):
        ratios = []
        for _ in range(rounds):
            loop = run(functools.partial(plain, together=together), [files], 2)
            ours = run(whole, [files], 2)
            ratios.append(ours.rate / loop.rate)
        print(
            f"  plain loop, {name}: {loop}; the whole beside it {ours}: "
            f"{statistics.median(ratios):.2f} times as fast "
            f"({', '.join(f'{ratio:.2f}' for ratio in ratios)})",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--large", type=int, default=60, help="photos of 24 megapixels")
    parser.add_argument("--small", type=int, default=300, help="photos as they are")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--captions", action="store_true", help="measure captions as well")
    parser.add_argument("--place", type=Path, help="where to work (default: a temporary folder)")
    options = parser.parse_args()
    pictures = options.data / "flickr8k"
    if not pictures.exists():
        raise SystemExit(f"There is no {pictures}; give the folder with --data.")
    files = [pictures / "images" / name for name in (pictures / "dev.txt").read_text().split()]
    with tempfile.TemporaryDirectory(prefix="familiar-bench-", dir=options.place) as place:
        print(f"{os.cpu_count()} processors; load {os.getloadavg()[0]:.1f}", flush=True)
        (Path(place) / "large").mkdir()
        if options.large:
            large = enlarge(files[: options.large], Path(place) / "large")
            table("JPEGs of 24 megapixels", large, options.rounds)
        if options.small:
            small = link(files[: options.small], Path(place) / "small")
            table("small JPEGs", small, options.rounds)
            if options.captions:
                both = run(functools.partial(whole, captions=True), [small], 2)
                print(f"  whole with captions: {both}")
        print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
