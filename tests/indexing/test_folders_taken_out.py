"""Folders taken out of the library: left alone by scans and watching, and back without any work."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.familiar import Familiar
from engine.indexing.gathering import Pace
from engine.indexing.scanner import Scanner, Touched
from engine.indexing.watching import Watcher
from engine.library import Library
from engine.library.folders import Folder
from engine.progress import Cancel, Progress
from engine.service.searching import Finder
from tests.tiny import COLOURS, TinyPack, paint

NAMES = list(COLOURS)
FAST = Pace(quiet=0.05, steady=0.1, longest=2.0, everything=1e6, poll=0.05, check=0.05)


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    for number in range(12):
        face = [(90, 60 + number, 40)] if number % 3 == 0 else []
        name = "kept" if number < 6 else "other"
        paint(tmp_path / name / f"{number:02}.png", [NAMES[number % 6]], number, face)
    return tmp_path / "kept", tmp_path / "other"


@pytest.fixture
def familiar(home: Path, folders: tuple[Path, Path]) -> Iterator[Familiar]:
    with Familiar(Library.open(home), TinyPack()) as familiar:
        familiar.add(*folders)
        familiar.index()
        yield familiar


@pytest.fixture
def window(familiar: Familiar) -> Iterator[Library]:
    """The same library, as another program has it."""
    with Library.open(familiar.library.home) as library:
        yield library


def work(familiar: Familiar) -> tuple[int, int, int]:
    """What the models have done so far."""
    pack = familiar.pack
    assert isinstance(pack, TinyPack)
    return pack.encoder.pictures, pack.faces.pictures, pack.vlm.captions


def unheard(_: Progress) -> None:
    """Nobody waits for it."""


def other(familiar: Familiar) -> Folder:
    return familiar.library.folders.all()[1]


def found(finder: Finder, query: str) -> set[int]:
    return {int(hit["photo_id"]) for hit in finder.search(query, 100)["hits"]}


@pytest.mark.parametrize("way", ["restore", "add"])
def test_out_and_back_without_any_work(
    familiar: Familiar, window: Library, folders: tuple[Path, Path], way: str
) -> None:
    library, before = familiar.library, list(familiar.export())
    trips, done = library.trips.all(), work(familiar)
    everyone = {card.photo_id for card in before}
    stay = {card.photo_id for card in before if card.path.parent == folders[0]}
    finder = Finder(familiar)
    assert found(finder, "red") == found(finder, "is:photo") == everyone
    folder = other(familiar)
    window.folders.remove(folder.id)
    assert found(finder, "red") == stay, "at once, and not when the work has settled"
    assert found(finder, "type:png") == stay
    paint(folders[1] / "new.png", ["red"], 99)
    result = familiar.index()
    assert (result.files, result.added, result.trashed) == (6, 0, 0)
    assert {card.photo_id for card in familiar.export()} == stay
    assert library.problems.all() == []
    status = familiar.status()
    assert (status.photos, status.captions, status.stages["encode"]) == (6, 6, (6, 0))
    (folders[1] / "new.png").unlink()
    if way == "restore":
        window.folders.restore(folder.id)
    else:
        window.folders.add(folders[1])
    assert found(finder, "type:png") == everyone
    result = familiar.index()
    assert (result.files, result.added, result.looked, result.captioned) == (12, 0, 0, 0)
    finder.settle()
    assert found(finder, "red") == everyone
    assert list(familiar.export()) == before
    assert work(familiar) == done
    assert library.trips.all() == trips


def test_while_its_photos_are_looked_at(home: Path, folders: tuple[Path, Path]) -> None:
    """What was not looked at yet is looked at when it is back."""
    with Familiar(Library.open(home), TinyPack()) as familiar:
        familiar.add(*folders)
        library, done = familiar.library, work(familiar)
        scanner = Scanner(library, unheard, Cancel())
        scanner.survey(library.folders.all())
        folder = other(familiar)
        library.folders.remove(folder.id)
        while scanner.take(4) is not None:
            pass
        assert library.photos.count() == 6
        assert familiar.index().looked == 6
        library.folders.restore(folder.id)
        result = familiar.index()
        assert (result.added, result.looked, result.captioned) == (0, 6, 6)
        assert next(now - then for now, then in zip(work(familiar), done, strict=True)) == 12


def test_what_happens_in_it_is_not_looked_at(
    familiar: Familiar, folders: tuple[Path, Path]
) -> None:
    library, told = familiar.library, queue.Queue[Touched]()
    folder = other(familiar)
    with Watcher(library, told.put, pace=FAST):
        assert told.get(timeout=20).everything
        library.folders.remove(folder.id)
        paint(folders[1] / "new.png", ["red"], 98)
        paint(folders[0] / "new.png", ["red"], 99)
        touched = Touched()
        while folders[0] not in touched.folders:
            touched = touched | told.get(timeout=20)
        result = familiar.index(touched=touched | Touched({folders[1]: True}))
        assert result.added == 1
        assert library.photos.count() == 7
        library.folders.restore(folder.id)
        while not told.get(timeout=20).everything:  # it is noticed, as a folder that is added is
            pass
    assert familiar.index().added == 1
    assert library.photos.count() == 14
