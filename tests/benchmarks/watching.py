"""How soon a photo saved into a watched folder is found and captioned.

    python -m tests.benchmarks.watching [--data FOLDER] [--library N] [--photos N]

FOLDER holds flickr8k/. A library of N of its pictures is indexed first; then, with `familiar index
--watch` and with the engine that a window starts, each in a process of its own with the starter
pack: a first photo, which finds no model loaded, others one after another, and twenty at once.

A photo counts as searchable when a search has it among its hits: the engine is asked for that over
its own wire, and beside `index --watch`, which answers nobody, another process opens the library
and searches. It counts as captioned when the library has its caption. Seconds are from the moment
the file is whole in the folder.
"""

from __future__ import annotations

import argparse
import os
import queue
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from engine.familiar import Familiar
from engine.library import Library
from tests.benchmarks.places import DATA, link
from tests.service.talk import ROOT, Talk
from tests.signals import hear_all

AT_ONCE = 20
PATIENCE = 120.0
_LOOK = 0.02

Found = Callable[[set[int]], bool]
"""Whether a search finds these photos, now."""


@contextmanager
def command(home: Path) -> Iterator[Found]:
    """`familiar index --watch`."""
    process = subprocess.Popen(
        [sys.executable, "-m", "engine", "--home", str(home), "index", "--watch"],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=hear_all,
    )  # fmt: skip
    with Familiar.open(home) as familiar:
        version = familiar.pack.encoder.version
        count = len(familiar.library.photos.ids())
        familiar.search("a photo of something", 1)  # what searching takes is loaded

        def found(ids: set[int]) -> bool:
            if not ids <= familiar.library.stages.done("encode", version, ids):
                return False
            familiar._changed()
            hits = familiar.search("a photo of something", count + 100)
            return ids <= {one.card.photo_id for one in hits}

        try:
            yield found
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


@contextmanager
def window(home: Path) -> Iterator[Found]:
    """The window's engine, told to watch as the window tells it."""
    talk = Talk(home, [sys.executable, "-m", "engine.service"])
    talk.ask("hello")
    talk.ask("watch")

    def found(ids: set[int]) -> bool:
        hits = talk.ask("search", query="a photo of something", limit=100_000)["hits"]
        return ids <= {int(one["photo_id"]) for one in hits}

    try:
        yield found
    finally:
        talk.end()


def settled(library: Library, patience: float = PATIENCE) -> None:
    """Wait until what was begun is done: no job runs, for half a second."""
    until, calm = time.monotonic() + patience, time.monotonic()
    while time.monotonic() < calm + 0.5:
        if library.jobs.running():
            calm = time.monotonic()
        if time.monotonic() > until:
            raise SystemExit("it never came to rest")
        time.sleep(_LOOK)


def save(files: Sequence[Path], folder: Path) -> list[Path]:
    """Copy as a program would save: the bytes written, then closed."""
    folder.mkdir(exist_ok=True)
    return [Path(shutil.copyfile(file, folder / file.name)) for file in files]


def wait(library: Library, photos: Sequence[Path], found: Found) -> tuple[float, float]:
    """Seconds until all of them are searchable, and captioned."""
    began = time.perf_counter()
    searchable: float | None = None
    while True:
        known = [library.photos.by_path(path) for path in photos]
        ids = {one.id for one in known if one is not None}
        if len(ids) == len(photos):
            if searchable is None and found(ids):
                searchable = time.perf_counter() - began
            if searchable is not None and ids <= set(library.captions.many(list(ids))):
                return searchable, time.perf_counter() - began
        if time.perf_counter() - began > PATIENCE:
            raise SystemExit(f"not done after {PATIENCE:.0f} s")
        time.sleep(_LOOK)


def measure(name: str, way: Callable[[Path], object], home: Path, files: list[Path]) -> None:
    """Print a line for each way in which photos come."""
    folder = home.parent / "photos"
    left = queue.SimpleQueue[Path]()
    for file in files:
        left.put(file)
    with Library.open(home) as library, way(home) as found:  # type: ignore[attr-defined]
        time.sleep(2.0)
        settled(library)
        first = wait(library, save([left.get()], folder), found)
        line(name, "the first photo", [first])
        others = []
        while left.qsize() > AT_ONCE:
            settled(library)
            others.append(wait(library, save([left.get()], folder), found))
        line(name, f"{len(others)} more, one after another", others)
        settled(library)
        many = save([left.get() for _ in range(AT_ONCE)], folder)
        line(name, f"{AT_ONCE} at once, until the last", [wait(library, many, found)])


def line(name: str, what: str, times: list[tuple[float, float]]) -> None:
    """The middle and the slowest of some photos."""
    said = []
    for seconds in zip(*times, strict=True):
        slowest = f" (at most {max(seconds):.2f})" if len(times) > 1 else ""
        said.append(f"{statistics.median(seconds):.2f} s{slowest}")
    print(f"  {name}: {what}: searchable after {said[0]}, captioned after {said[1]}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--library", type=int, default=200, help="photos that are there before")
    parser.add_argument("--photos", type=int, default=10, help="photos that come one by one")
    options = parser.parse_args()
    pictures = options.data / "flickr8k"
    if not pictures.exists():
        raise SystemExit(f"There is no {pictures}; give the folder with --data.")
    names = (pictures / "dev.txt").read_text().split()
    files = [pictures / "images" / name for name in names]
    new = 1 + options.photos + AT_ONCE
    with tempfile.TemporaryDirectory(prefix="familiar-bench-") as place:
        home = Path(place) / "home"
        link(files[: options.library], Path(place) / "photos" / "before")
        with Familiar.open(home) as familiar:
            familiar.add(Path(place) / "photos")
            familiar.index()
        print(f"a library of {options.library} photos, on {os.cpu_count()} processors", flush=True)
        for number, (name, way) in enumerate((("index --watch", command), ("window", window))):
            at = options.library + number * new
            measure(name, way, home, files[at : at + new])
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
