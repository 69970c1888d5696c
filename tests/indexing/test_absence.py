"""Unplugged, unmounted, deleted: nothing leaves the library by accident, or comes back as work."""

from __future__ import annotations

import datetime
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.familiar import Familiar
from engine.indexing import missing
from engine.indexing.pipeline import Indexed
from engine.indexing.scanner import Touched
from engine.library import Library
from engine.library.trash import DAYS
from tests.tiny import COLOURS, TinyPack, paint

NAMES = list(COLOURS)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    for number in range(20):
        paint(folder / f"{number // 10}" / f"{number:02}.png", [NAMES[number % 6]], number)
    return folder


@pytest.fixture
def familiar(home: Path, photos: Path) -> Iterator[Familiar]:
    with Familiar(Library.open(home), TinyPack()) as familiar:
        familiar.add(photos)
        familiar.index()
        yield familiar


def without_models(familiar: Familiar) -> Indexed:
    """Index, and expect that nothing had to be looked at."""
    pack = familiar.pack
    assert isinstance(pack, TinyPack)
    before = (pack.encoder.pictures, pack.faces.pictures, pack.vlm.captions)
    result = familiar.index()
    assert (pack.encoder.pictures, pack.faces.pictures, pack.vlm.captions) == before
    return result


def kept_and_found(familiar: Familiar, count: int = 20) -> None:
    """The whole library is there and can be searched."""
    assert familiar.library.photos.count() == count
    assert len(list(familiar.export())) == count
    assert len(familiar.search("a red picture", 100)) == count


def test_a_folder_that_vanishes_is_offline(familiar: Familiar, photos: Path) -> None:
    library = familiar.library
    away = photos.rename(photos.with_name("unplugged"))
    for _ in range(3):
        result = without_models(familiar)
        assert (result.away, result.trashed) == (20, 0)
        (offline,) = library.folders.offline()
        assert (offline.path, offline.known) == (photos, 20)
        assert "not there right now" in offline.reason
        assert library.absence.away() == set(library.photos.ids())
        kept_and_found(familiar)
    away.rename(photos)
    result = without_models(familiar)
    assert (result.files, result.added, result.away, result.troubles) == (20, 0, 0, [])
    assert library.folders.offline() == []
    assert library.absence.away() == set()
    assert library.problems.all() == []


def test_an_empty_mount_point_is_offline(familiar: Familiar, photos: Path) -> None:
    away = photos.rename(photos.with_name("unmounted"))
    photos.mkdir()
    for _ in range(3):
        result = without_models(familiar)
        assert result.trashed == 0
        (offline,) = familiar.library.folders.offline()
        assert offline.reason == missing.EMPTY
        kept_and_found(familiar)
    photos.rmdir()
    away.rename(photos)
    result = without_models(familiar)
    assert (result.added, familiar.library.folders.offline()) == (0, [])


@pytest.mark.parametrize(("gone", "offline"), [(1, False), (4, False), (5, True), (19, True)])
def test_more_than_a_fifth_at_once_is_offline(
    familiar: Familiar, photos: Path, tmp_path: Path, gone: int, offline: bool
) -> None:
    paths = sorted(photos.rglob("*.png"))[:gone]
    for path in paths:
        shutil.move(path, tmp_path / path.name)
    first, second = without_models(familiar), without_models(familiar)
    assert first.trashed == 0
    assert second.trashed == (0 if offline else gone)
    assert bool(familiar.library.folders.offline()) is offline
    kept_and_found(familiar, 20 if offline else 20 - gone)
    if offline:
        assert len(familiar.library.absence.away()) == gone
        assert any(f"{gone} of its 20 photos" in reason for _, reason in first.troubles)
    for path in paths:
        shutil.move(tmp_path / path.name, path)
    result = without_models(familiar)
    assert result.troubles == []
    assert familiar.library.folders.offline() == []
    assert familiar.library.trash.all() == []
    kept_and_found(familiar)


def test_an_offline_folder_is_not_forgotten_because_others_photos_come(
    familiar: Familiar, photos: Path
) -> None:
    """Five of twenty are gone; five of sixty would not be many."""
    for path in sorted(photos.rglob("*.png"))[:5]:
        path.unlink()
    familiar.index()
    for number in range(40):
        paint(photos / "more" / f"{number}.png", [NAMES[number % 6]], 500 + number)
    familiar.index()
    assert familiar.index().trashed == 0
    kept_and_found(familiar, 60)


def test_deleted_while_the_drive_was_away(familiar: Familiar, photos: Path) -> None:
    """What is gone when the drive is back was deleted."""
    away = photos.rename(photos.with_name("unplugged"))
    familiar.index()
    (away / "0" / "03.png").unlink()
    away.rename(photos)
    assert without_models(familiar).trashed == 0, "this is the first time that it is looked for"
    assert without_models(familiar).trashed == 1
    assert familiar.library.folders.offline() == []


def test_a_deleted_photo_leaves_when_a_second_scan_confirms_it(
    familiar: Familiar, photos: Path
) -> None:
    library, path = familiar.library, photos / "0" / "03.png"
    photo = library.photos.by_path(path)
    assert photo is not None
    library.photos.set_favourite(photo.id, True)
    path.unlink()
    assert familiar.index().trashed == 0
    assert library.absence.away() == {photo.id}
    kept_and_found(familiar)
    # Scans of some folders notice, but only one of everything decides.
    for _ in range(3):
        touched = Touched({photos / "0": False, photos: True})
        assert familiar.index(touched=touched).trashed == 0
    assert familiar.index().trashed == 1
    kept_and_found(familiar, 19)
    (trashed,) = library.trash.all()
    assert (trashed.photo_id, trashed.path) == (photo.id, path)
    assert not path.exists(), "files are never touched, not even to bring one back"


def test_a_deleted_photo_can_be_had_back(familiar: Familiar, photos: Path) -> None:
    library, path = familiar.library, photos / "0" / "03.png"
    photo = library.photos.by_path(path)
    assert photo is not None
    caption = familiar.show(path).caption
    path.unlink()
    familiar.index()
    familiar.index()
    assert library.trash.restore([photo.id]) == 1
    assert library.trash.all() == []
    for _ in range(3):
        assert without_models(familiar).trashed == 0
        assert familiar.show(photo.id).caption == caption
        assert library.absence.away() == {photo.id}
    paint(path, [NAMES[3]], 3)  # the very same picture
    without_models(familiar)
    assert library.absence.away() == set()
    path.unlink()
    familiar.index()
    assert familiar.index().trashed == 1, "found and deleted again, it may leave again"
    assert library.trash.restore([photo.id, 12345]) == 1
    assert library.trash.restore([photo.id]) == 0


def test_a_file_taken_back_out_of_the_systems_trash(familiar: Familiar, photos: Path) -> None:
    path, other = photos / "0" / "03.png", photos / "0" / "04.png"
    data = path.read_bytes()
    path.unlink()
    other.unlink()
    familiar.index()
    familiar.index()
    assert len(familiar.library.trash.all()) == 2
    (photos / "elsewhere.png").write_bytes(data)
    without_models(familiar)
    assert [one.path for one in familiar.library.trash.all()] == [other]
    kept_and_found(familiar, 19)


def test_trash_is_emptied_after_thirty_days(familiar: Familiar, photos: Path) -> None:
    library, path = familiar.library, photos / "0" / "03.png"
    data = path.read_bytes()
    photo = library.photos.by_path(path)
    assert photo is not None
    concept = library.concepts.add("Ada", "person")
    library.decisions.decide(concept.id, photo.id, "confirmed")
    path.unlink()
    familiar.index()
    familiar.index()
    today = datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    assert library.trash.expire(today - 1000 * day) == 0, "a clock that was set back"
    assert library.trash.expire(today + (DAYS - 1) * day) == 0
    assert library.trash.expire(today + (DAYS + 1) * day) == 1
    path.write_bytes(data)
    familiar.index()
    assert library.decisions.of_photo(photo.id) == {concept.id: "confirmed"}


def test_a_place_that_another_picture_has_taken(familiar: Familiar, photos: Path) -> None:
    library, path = familiar.library, photos / "0" / "03.png"
    photo = library.photos.by_path(path)
    assert photo is not None
    path.unlink()
    familiar.index()
    familiar.index()
    paint(path, ["white"], 333)
    familiar.index()
    assert library.trash.all() == [], "its name is another's now"
    assert library.trash.restore([photo.id]) == 0
    kept_and_found(familiar)


def test_copies_on_a_drive_that_is_away(familiar: Familiar, photos: Path, tmp_path: Path) -> None:
    """Its photos lie elsewhere too; even so it is not read again when it is back."""
    shutil.copytree(photos, tmp_path / "drive")
    familiar.add(tmp_path / "drive")
    without_models(familiar)
    (tmp_path / "drive").rename(tmp_path / "unplugged")
    (tmp_path / "drive").mkdir()
    without_models(familiar)
    without_models(familiar)
    assert [one.path for one in familiar.library.folders.offline()] == [tmp_path / "drive"]
    assert familiar.library.absence.away() == set(), "they can be opened, from the other place"
    (tmp_path / "drive").rmdir()
    (tmp_path / "unplugged").rename(tmp_path / "drive")
    assert without_models(familiar).added == 0
    assert all(len(card.paths) == 2 for card in familiar.export())


def test_a_drive_within_a_folder(familiar: Familiar, photos: Path, tmp_path: Path) -> None:
    """One added for itself, inside another: its loss is not that of the folder around it."""
    for number in range(3):
        paint(photos / "drive" / f"{number}.png", [NAMES[number]], 700 + number)
    familiar.add(photos / "drive")
    familiar.index()
    (photos / "drive").rename(tmp_path / "unplugged")
    (photos / "drive").mkdir()
    (photos / "0" / "03.png").unlink()
    familiar.index()
    assert familiar.index().trashed == 1
    assert [one.path for one in familiar.library.folders.offline()] == [photos / "drive"]
    kept_and_found(familiar, 22)


def test_the_last_photo_of_a_folder(familiar: Familiar, photos: Path) -> None:
    """A folder with none of its photos is offline, be it that there was only one."""
    paint(photos.with_name("one") / "one.png", ["red"], 900)
    familiar.add(photos.with_name("one"))
    familiar.index()
    (photos.with_name("one") / "one.png").unlink()
    familiar.index()
    familiar.index()
    kept_and_found(familiar, 21)


def test_photos_the_owner_says_are_gone(familiar: Familiar, photos: Path) -> None:
    for path in sorted(photos.rglob("*.png"))[:12]:
        path.unlink()
    familiar.index()
    familiar.index()
    assert familiar.let_go(photos) == 12
    kept_and_found(familiar, 8)
    assert familiar.library.folders.offline() == []
    assert len(familiar.library.trash.all()) == 12
    assert familiar.let_go(photos) == 0
    assert familiar.index().troubles == []


MOUNTED = """
import subprocess, sys
from pathlib import Path
from engine.familiar import Familiar
from engine.library import Library
from tests.tiny import TinyPack, paint

place = Path(sys.argv[1])
drive = place / "photos" / "drive"
for number in range(30):
    paint(place / "photos" / f"{number}.png", ["red"], number)
drive.mkdir()
subprocess.run(["mount", "-t", "tmpfs", "tmpfs", drive], check=True)
for number in range(3):
    paint(drive / f"{number}.png", ["blue"], 100 + number)
kept = {path.name: path.read_bytes() for path in drive.iterdir()}
times = {path.name: path.stat().st_mtime_ns for path in drive.iterdir()}
pack = TinyPack()
with Familiar(Library.open(place / "home"), pack) as familiar:
    familiar.add(place / "photos")
    familiar.index()
    subprocess.run(["umount", drive], check=True)
    for _ in range(3):
        assert familiar.index().trashed == 0
    print([one.path.name for one in familiar.library.folders.offline()])
    print(familiar.library.photos.count(), len(familiar.library.absence.away()))
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", drive], check=True)
    for name, data in kept.items():
        (drive / name).write_bytes(data)
    familiar.index()
    print(familiar.library.folders.offline(), len(familiar.library.absence.away()))
    print(pack.encoder.pictures)
"""


def test_a_drive_mounted_inside_a_folder(tmp_path: Path) -> None:
    """Three photos of thirty-three would be a deletion, were it not for the drive they were on."""
    done = subprocess.run(
        ["unshare", "--map-root-user", "--mount", sys.executable, "-c", MOUNTED, str(tmp_path)],
        capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    if "unshare" in done.stderr or "mount:" in done.stderr:
        pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
    assert done.stdout.splitlines() == ["['drive']", "33 3", "[] 0", "33"], done.stderr


def test_a_folder_that_may_not_be_looked_into_hides_its_photos(
    familiar: Familiar, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scandir = os.scandir

    def guarded(path: bytes) -> object:
        if os.fspath(path) == os.fsencode(photos / "1"):
            raise PermissionError(13, "no")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    for _ in range(2):
        assert without_models(familiar).trashed == 0
    assert [one.path for one in familiar.library.folders.offline()] == [photos / "1"]
    assert len(familiar.library.absence.away()) == 10
    kept_and_found(familiar)
    monkeypatch.undo()
    without_models(familiar)
    assert familiar.library.folders.offline() == []
    assert familiar.library.absence.away() == set()
