"""Watching: what happens in a folder is told once it is over, and nothing is missed for long."""

from __future__ import annotations

import errno
import math
import os
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.indexing.filesystems import file_system, is_network
from engine.indexing.gathering import Gathering, Pace
from engine.indexing.polling import Polled
from engine.indexing.scanner import Touched
from engine.indexing.signs import Sign, Signs
from engine.indexing.watching import Watcher
from engine.library import Library
from tests.tiny import paint

ROOT = Path(__file__).parents[2]
FAST = Pace(quiet=0.05, steady=0.1, longest=2.0, everything=1e6, poll=0.05, check=0.05)
LONG = 20.0
"""Seconds that a slow machine may take; a watcher that is right takes a fraction of one."""


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    paint(tmp_path / "photos" / "one.png", ["red"], 1)
    return tmp_path / "photos"


@pytest.fixture
def library(home: Path, photos: Path) -> Iterator[Library]:
    with Library.open(home) as library:
        library.folders.add(photos)
        yield library


class Watched:
    """A watcher and what it has told."""

    def __init__(self, library: Library, **options: object) -> None:
        self.told: queue.Queue[Touched] = queue.Queue()
        options.setdefault("pace", FAST)
        self.watcher = Watcher(library, self.told.put, **options)  # type: ignore[arg-type]

    def __enter__(self) -> Watched:
        self.watcher.start()
        assert self.told.get(timeout=LONG).everything, "it begins with a scan of everything"
        return self

    def __exit__(self, *_: object) -> None:
        self.watcher.stop()
        assert not [one for one in threading.enumerate() if one.name == "watcher"]

    def until(self, enough: Callable[[Touched], bool]) -> Touched:
        """All that is told until it is enough."""
        sum_ = Touched()
        while not enough(sum_):
            sum_ = sum_ | self.told.get(timeout=LONG)
        return sum_

    def until_touched(self, *folders: Path) -> Touched:
        return self.until(lambda told: told.folders.keys() >= set(folders))


def test_a_photo_that_is_saved(library: Library, photos: Path) -> None:
    with Watched(library) as watched:
        paint(photos / "two.png", ["red"], 2)
        told = watched.until_touched(photos)
        assert told == Touched({photos: False})


def test_what_else_happens_to_photos(library: Library, photos: Path) -> None:
    with Watched(library) as watched:
        (photos / "one.png").rename(photos / "uno.png")
        watched.until_touched(photos)
        (photos / "uno.png").unlink()
        watched.until_touched(photos)
        paint(photos / "sub" / "deep" / "three.png", ["red"], 3)
        told = watched.until(lambda told: told.folders.get(photos / "sub", False))
        (photos / "sub").rename(photos / "bus")
        told = watched.until_touched(photos / "sub", photos / "bus")
        assert told.folders[photos / "sub"]
        assert told.folders[photos / "bus"]
        paint(photos / "bus" / "deep" / "four.png", ["red"], 4)
        watched.until_touched(photos / "bus" / "deep")
        shutil.rmtree(photos / "bus")
        watched.until_touched(photos / "bus", photos)


def test_what_is_no_photo_says_nothing(home: Path, tmp_path: Path) -> None:
    """Nor what Familiar itself writes, should its home lie among the photos."""
    with Library.open(home) as library:
        library.folders.add(tmp_path)
        with Watched(library) as watched:
            (tmp_path / "notes.txt").write_text("no")
            paint(tmp_path / ".hidden.png", ["red"], 1)
            paint(tmp_path / "@eaDir" / "thumb.png", ["red"], 2)
            paint(home / "own.png", ["red"], 3)
            paint(tmp_path / "yes" / "one.png", ["red"], 4)
            told = watched.until_touched(tmp_path / "yes")
            assert set(told.folders) == {tmp_path, tmp_path / "yes"}


def test_a_folder_that_comes_later(library: Library, tmp_path: Path) -> None:
    """Added while it is watched, before it is even there."""
    later = tmp_path / "later"
    with Watched(library) as watched:
        library.folders.add(later)
        paint(later / "one.png", ["red"], 1)
        watched.until(lambda told: told.everything)
        paint(later / "two.png", ["red"], 2)
        watched.until_touched(later)


def test_a_folder_that_the_system_cannot_even_ask_for(
    library: Library, photos: Path, tmp_path: Path
) -> None:
    """As when a share's connection is lost: that is an error, and not only "there is none"."""
    library.folders.add(tmp_path / ("a" * 300))
    with Watched(library) as watched:
        paint(photos / "two.png", ["red"], 2)
        watched.until_touched(photos)


def test_a_share_that_never_answers_does_not_keep_watching_from_its_end(library: Library) -> None:
    asked, answered = threading.Event(), threading.Event()

    def ask(_: Path) -> bool:
        asked.set()
        return answered.wait()

    watcher = Watcher(library, lambda _: None, pace=FAST, network=ask)
    watcher.start()
    assert asked.wait(LONG)
    assert not watcher.stop(0.05)
    answered.set()
    assert watcher.stop()


def test_a_folder_that_goes_and_comes_back(library: Library, photos: Path) -> None:
    with Watched(library) as watched:
        photos.rename(photos.with_name("away"))
        watched.until(lambda told: told.everything)
        photos.with_name("away").rename(photos)
        watched.until(lambda told: told.everything)
        paint(photos / "two.png", ["red"], 2)
        watched.until_touched(photos)


def test_everything_is_scanned_now_and_then(library: Library) -> None:
    with Watched(library, pace=replace(FAST, everything=0.1)) as watched:
        for _ in range(3):
            assert watched.told.get(timeout=LONG).everything


def test_everything_is_scanned_when_nothing_has_come_for_a_while(
    library: Library, photos: Path
) -> None:
    with Watched(library, pace=replace(FAST, after=0.2)) as watched:
        paint(photos / "two.png", ["red"], 2)
        told = watched.until(lambda told: told.everything)
        assert photos in told.folders, "what came was told before"


class Full(Signs):
    """A system with no watches left."""

    number = errno.ENOSPC

    def watch(self, folder: Path, probe: Path) -> None:
        raise OSError(self.number, os.strerror(self.number))


class Absent(Signs):
    """A system that allows no watcher at all."""

    def __init__(self, heard: Callable[[Sign], None]) -> None:
        raise OSError(errno.EMFILE, "too many")


@pytest.mark.parametrize("signs", [Full, Absent])
def test_without_watches_folders_are_polled(
    library: Library, photos: Path, signs: type[Signs]
) -> None:
    with Watched(library, signs=signs) as watched:
        assert "cannot watch" in watched.watcher.polled[photos]
        paint(photos / "two.png", ["red"], 2)
        watched.until_touched(photos)


def test_a_network_drive_is_polled(library: Library, photos: Path) -> None:
    with Watched(library, network=lambda folder: folder == photos) as watched:
        assert "network drive" in watched.watcher.polled[photos]
        paint(photos / "two.png", ["red"], 2)
        watched.until_touched(photos)


SCARCE = """
import queue, sys
from pathlib import Path
from engine.indexing.gathering import Pace
from engine.indexing.watching import Watcher
from engine.library import Library
from tests.tiny import paint

Path("/proc/sys/user/max_inotify_watches").write_text(sys.argv[2])
place = Path(sys.argv[1])
for number in range(20):
    paint(place / "photos" / str(number) / "one.png", ["red"], number)
told = queue.Queue()
with Library.open(place / "home") as library:
    library.folders.add(place / "photos")
    pace = Pace(quiet=0.05, steady=0.1, poll=0.05, check=0.05)
    with Watcher(library, told.put, pace=pace) as watcher:
        assert told.get(timeout=20).everything
        print([why for why in watcher.polled.values()])
        paint(place / "photos" / "19" / "two.png", ["red"], 99)
        while place / "photos" / "19" not in told.get(timeout=20).folders:
            pass
        print("seen")
"""


@pytest.mark.parametrize(("watches", "polled"), [(5, True), (100, False)])
def test_a_system_with_too_few_watches(tmp_path: Path, watches: int, polled: bool) -> None:
    """Really too few: the folder itself could be watched, not all that is in it."""
    done = subprocess.run(
        ["unshare", "--map-root-user", sys.executable, "-c", SCARCE, str(tmp_path), str(watches)],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    if "unshare" in done.stderr or "max_inotify_watches" in done.stderr:
        pytest.skip(f"no such limit can be set here: {done.stderr.strip()}")
    first, second = done.stdout.splitlines()
    assert ("limit" in first) is polled, done.stderr
    assert second == "seen"


def sign(path: Path, folder: bool = False, gone: bool = False) -> Sign:
    return Sign(os.fsencode(path), folder, gone)


def test_gathering_waits_until_it_is_quiet(tmp_path: Path) -> None:
    gathering = Gathering(Pace(quiet=1, longest=10))
    assert gathering.ready(0) is None
    assert gathering.due(0) == math.inf
    gathering.hear(sign(tmp_path / "a.png", gone=True), 0)
    gathering.hear(sign(tmp_path / "b.png", gone=True), 0.5)
    assert gathering.ready(1.4) is None
    assert gathering.due(1.0) == pytest.approx(0.5)
    assert gathering.ready(1.5) == Touched({tmp_path: False})
    assert gathering.ready(9) is None, "said once"


def test_gathering_waits_for_a_file_to_be_whole(tmp_path: Path) -> None:
    path = tmp_path / "growing.png"
    gathering = Gathering(Pace(quiet=1, steady=2, longest=10))
    path.write_bytes(b"1")
    gathering.hear(sign(path), 0)
    for moment in (1, 2, 3, 4):
        path.write_bytes(bytes(moment + 1))
        assert gathering.ready(moment) is None, moment
    assert gathering.ready(5.9) is None
    assert gathering.ready(6) == Touched({tmp_path: False})


def test_gathering_does_not_wait_for_ever(tmp_path: Path) -> None:
    """The others in a folder need not wait for one that takes long; that one comes when done."""
    path = tmp_path / "growing.png"
    gathering = Gathering(Pace(quiet=1, steady=2, longest=3))
    path.write_bytes(b"1")
    gathering.hear(sign(path), 0)
    gathering.hear(sign(tmp_path / "other.png", gone=True), 0)
    assert gathering.ready(2) is None
    assert gathering.ready(3) == Touched({tmp_path: False}, frozenset({path}))
    assert gathering.ready(5) == Touched({tmp_path: False}), "now it is whole"
    path.unlink()
    gathering.hear(sign(path), 6)
    assert gathering.ready(7) == Touched({tmp_path: False}), "one that is gone again is no matter"


def test_so_many_hints_that_some_may_be_lost(tmp_path: Path) -> None:
    gathering = Gathering(Pace(quiet=1, longest=2), many=10)
    for number in range(9):
        gathering.hear(sign(tmp_path / f"{number}.png", gone=True), 0)
    told = gathering.ready(1)
    assert told is not None
    assert not told.everything
    # A burst that goes on for long counts as one, however often it is scanned meanwhile.
    for number in range(10):
        gathering.hear(sign(tmp_path / f"{number}.png", gone=True), 5 + number * 0.9)
        gathering.ready(5 + number * 0.9)
    told = gathering.ready(16)
    assert told is not None
    assert told.everything


def test_polling_sees_what_comes_and_goes(tmp_path: Path) -> None:
    top = tmp_path / "top"
    (top / "a" / "deep").mkdir(parents=True)
    (top / ".hidden").mkdir()
    polled = Polled(top)
    assert polled.changed() == {}

    def later(folder: Path) -> None:
        """As if it had happened a while after."""
        found = folder.stat()
        os.utime(folder, ns=(found.st_atime_ns, found.st_mtime_ns + 1_000_000_000))

    (top / "a" / "deep" / "one.png").write_bytes(b"1")
    later(top / "a" / "deep")
    assert polled.changed() == {top / "a" / "deep": False}
    (top / "b" / "new").mkdir(parents=True)
    later(top)
    assert polled.changed() == {top: False, top / "b": True}
    (top / "b" / "new" / "two.png").write_bytes(b"2")
    later(top / "b" / "new")
    assert polled.changed() == {top / "b" / "new": False}
    shutil.rmtree(top / "a")
    later(top)
    assert polled.changed() == {top: False, top / "a": True, top / "a" / "deep": True}
    top.rename(tmp_path / "away")
    assert polled.changed() == {}, "a drive that is away is no news"
    (tmp_path / "away").rename(top)
    assert polled.changed() == {}


MOUNTS = b"""\
21 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw
22 21 0:50 / %(place)s/on\\040a\\134share rw - nfs4 nas:/photos rw
23 21 0:51 / %(place)s/on\\040a\\134share/usb rw - vfat /dev/sdb1 rw
24 21 0:52 / %(place)s/nothing rw
"""


def test_which_file_system_a_folder_is_on(tmp_path: Path) -> None:
    share = tmp_path / "on a\\share"
    (share / "usb").mkdir(parents=True)
    (share / "2020").mkdir()
    (tmp_path / "nothing").mkdir()
    table = tmp_path / "mounts"
    table.write_bytes(MOUNTS % {b"place": os.fsencode(tmp_path)})
    assert file_system(share / "2020", table) == "nfs4"
    assert is_network(share, table)
    assert not is_network(share / "usb", table)
    assert file_system(tmp_path / "nothing", table) == "ext4"
    assert file_system(tmp_path / "missing", table) is None
    assert file_system(tmp_path, tmp_path / "no table") is None
    assert not is_network(tmp_path)
