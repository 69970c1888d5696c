"""What lies beside a photo: used where the photo says nothing, and read again when it changes."""

from __future__ import annotations

import contextlib
import queue
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Migrations

from engine.familiar import Familiar
from engine.indexing.gathering import Pace
from engine.indexing.scanner import Touched
from engine.indexing.watching import Watcher
from engine.library import Library, index_schema
from engine.library.hints import Hints
from engine.library.info import Info
from tests.library.shelves import stock
from tests.photos.packets import packet, words
from tests.photos.pictures import corners, encoded, exif
from tests.tiny import TinyPack

OSLO = 'exif:GPSLatitude="59,54.8N" exif:GPSLongitude="10,45.0E"'
THEN = 'photoshop:DateCreated="1987-06-05T04:03:02"'
DAY = 'photoshop:DateCreated="1987-06-05"'


@pytest.fixture
def familiar(home: Path) -> Iterator[Familiar]:
    with Familiar(Library.open(home), TinyPack()) as opened:
        yield opened


@pytest.fixture
def photos(tmp_path: Path, familiar: Familiar) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    familiar.add(folder)
    return folder


def id_of(familiar: Familiar, path: Path) -> int:
    photo = familiar.library.photos.by_path(path)
    assert photo is not None
    return photo.id


def info(familiar: Familiar, path: Path) -> Info:
    found = familiar.library.info.get(id_of(familiar, path))
    assert found is not None
    return found


def test_when_and_where_count_if_the_photo_does_not_say(familiar: Familiar, photos: Path) -> None:
    silent, told = photos / "silent.jpg", photos / "told.jpg"
    silent.write_bytes(encoded(corners()))
    place = {1: "S", 2: (33, 51, 0), 3: "E", 4: (151, 12, 0)}
    told.write_bytes(encoded(corners(64, 64), exif=exif(taken="2020:01:02 03:04:05", gps=place)))
    for path in (silent, told):
        path.with_suffix(".xmp").write_bytes(packet("", f"{OSLO} {THEN}"))
    day = photos / "day.png"
    day.write_bytes(encoded(corners(48, 64), "PNG"))
    (photos / "day.png.xmp").write_bytes(packet("", DAY))
    familiar.index(captions=False)
    one = info(familiar, silent)
    assert one.taken_at == "1987-06-05T04:03:02"
    assert (one.latitude, one.longitude) == pytest.approx((59.91333, 10.75))
    other = info(familiar, told)
    assert other.taken_at == "2020-01-02T03:04:05"
    assert (other.latitude, other.longitude) == pytest.approx((-33.85, 151.2))
    assert info(familiar, day).taken_at == "1987-06-05"
    timeline = familiar.library.timelines.read()
    order = [id_of(familiar, path) for path in (told, silent, day)]
    assert timeline.ids.tolist() == order
    assert [Path(one.card.path).name for one in familiar.search("1987")] == [
        "silent.jpg", "day.png",
    ]  # fmt: skip
    spot = familiar.library.spots.get(order[1])
    assert spot is not None
    assert spot.country == "Norway"
    answer = familiar.ask(day, "When was this taken?")
    assert answer.text == "It was taken on 1987-06-05."


def test_what_an_older_version_read_counts_too(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = index_schema.index
    older = Migrations(whole.name)
    for migration in whole._migrations[:7]:
        older(name=migration.name)(migration.fn)
    with monkeypatch.context() as patch:
        patch.setattr(index_schema, "index", older)
        with Library.open(home) as library:
            silent, told = stock(library, 2)
            library.info.put_many(
                {
                    silent: Info(4, 3, None, None, None, None, "JPEG"),
                    told: Info(4, 3, "2020-01-02T03:04:05", -33.0, 151.0, None, "JPEG"),
                }
            )
            said = Hints(taken_at="1987-06-05T04:03:02", place=(59.9, 10.75))
            library.hints.put_many({silent: said, told: said})
    with contextlib.closing(sqlite3.connect(home / "index.db")) as connection, connection:
        connection.execute("INSERT INTO located VALUES (?, NULL), (?, NULL)", (silent, told))
    with Library.open(home) as library:
        one, other = (library.info.get(photo_id) for photo_id in (silent, told))
        assert one == Info(4, 3, "1987-06-05T04:03:02", 59.9, 10.75, None, "JPEG")
        assert other == Info(4, 3, "2020-01-02T03:04:05", -33.0, 151.0, None, "JPEG")
        assert library.timelines.read().ids.tolist() == [told, silent]
    with contextlib.closing(sqlite3.connect(home / "index.db")) as connection:
        assert connection.execute("SELECT photo_id FROM located").fetchall() == [(told,)]


# -- noticing ------------------------------------------------------------------------------------


class Counted:
    """How much the models have had to do since the last time."""

    def __init__(self, familiar: Familiar) -> None:
        pack = familiar.pack
        assert isinstance(pack, TinyPack)
        self._pack = pack
        self._before = self._now

    @property
    def _now(self) -> tuple[int, int]:
        return self._pack.encoder.pictures, self._pack.faces.pictures

    def nothing(self) -> bool:
        return self._now == self._before


def title(familiar: Familiar, path: Path) -> str | None:
    return familiar.library.hints.get(id_of(familiar, path)).title


def index(familiar: Familiar) -> int:
    """How many photos were looked at."""
    return familiar.index(captions=False).looked


def test_a_sidecar_that_comes_changes_and_goes_is_noticed(familiar: Familiar, photos: Path) -> None:
    photo, other = photos / "a.jpg", photos / "b.jpg"
    photo.write_bytes(encoded(corners()))
    other.write_bytes(encoded(corners(64, 64)))
    assert index(familiar) == 2
    counted = Counted(familiar)
    beside = photos / "a.jpg.xmp"
    beside.write_bytes(packet(words("First"), THEN))
    assert index(familiar) == 1
    assert title(familiar, photo) == "First"
    assert info(familiar, photo).taken_at == "1987-06-05T04:03:02"
    assert index(familiar) == 0
    beside.write_bytes(packet(words("Second one")))
    assert index(familiar) == 1
    assert title(familiar, photo) == "Second one"
    assert info(familiar, photo).taken_at is None
    (photos / "a.xmp").write_bytes(packet(words("Third"), 'xmp:Rating="5"'))
    assert index(familiar) == 1
    assert title(familiar, photo) == "Second one"
    assert familiar.library.hints.get(id_of(familiar, photo)).rating == 5
    beside.unlink()
    assert index(familiar) == 1
    assert title(familiar, photo) == "Third"
    (photos / "a.xmp").unlink()
    assert index(familiar) == 1
    assert familiar.library.hints.get(id_of(familiar, photo)) == Hints()
    assert index(familiar) == 0
    assert counted.nothing()


def test_only_the_folder_that_was_touched_is_looked_at(familiar: Familiar, photos: Path) -> None:
    inside = photos / "inside"
    inside.mkdir()
    for n, folder in enumerate((photos, inside)):
        (folder / "a.jpg").write_bytes(encoded(corners(96 + 8 * n)))
        (folder / "a.xmp").write_bytes(packet(words("First")))
    index(familiar)
    for folder in (photos, inside):
        (folder / "a.xmp").write_bytes(packet(words("Second one")))
    counted = Counted(familiar)
    touched = Touched({photos: False})
    assert familiar.index(captions=False, touched=touched).looked == 1
    assert [title(familiar, one / "a.jpg") for one in (photos, inside)] == ["Second one", "First"]
    assert familiar.index(captions=False, touched=touched).looked == 0
    assert familiar.index(captions=False, touched=Touched({photos: True})).looked == 1
    assert title(familiar, inside / "a.jpg") == "Second one"
    assert counted.nothing()


def test_what_a_moved_photo_leaves_behind_is_no_longer_its_own(
    familiar: Familiar, photos: Path
) -> None:
    before, after = photos / "a.jpg", photos / "moved" / "b.jpg"
    before.write_bytes(encoded(corners()))
    (photos / "a.xmp").write_bytes(packet(words("Here")))
    index(familiar)
    after.parent.mkdir()
    before.rename(after)
    counted = Counted(familiar)
    index(familiar)
    assert title(familiar, after) is None
    (photos / "a.xmp").rename(after.with_suffix(".xmp"))
    index(familiar)
    assert title(familiar, after) == "Here"
    back = photos / "a.jpg"
    after.rename(back)
    after.with_suffix(".xmp").rename(photos / "a.xmp")
    index(familiar)
    assert title(familiar, back) == "Here"
    assert index(familiar) == 0
    assert counted.nothing()


def test_a_sidecar_beside_a_copy_counts(familiar: Familiar, photos: Path) -> None:
    for name in ("a.jpg", "copy.jpg"):
        (photos / name).write_bytes(encoded(corners()))
    index(familiar)
    (photos / "copy.xmp").write_bytes(packet(words("A copy")))
    assert index(familiar) == 1
    assert title(familiar, photos / "a.jpg") == "A copy"


def test_a_sidecar_that_makes_no_sense_costs_nothing(familiar: Familiar, photos: Path) -> None:
    photo = photos / "a.jpg"
    photo.write_bytes(encoded(corners()))
    (photos / "a.xmp").write_bytes(packet(words("Fine")))
    index(familiar)
    (photos / "a.xmp").write_bytes(b"\0 nonsense")
    (photos / "lonely.xmp").write_bytes(packet(words("Nobody's")))
    (photos / "a.jpg.xmp").mkdir()
    done = familiar.index(captions=False)
    assert (done.looked, done.troubles, done.files) == (1, [], 1)
    assert familiar.library.hints.get(id_of(familiar, photo)) == Hints()
    assert index(familiar) == 0


def test_what_is_read_again_is_found_again(familiar: Familiar, photos: Path) -> None:
    (photos / "a.jpg").write_bytes(encoded(corners()))
    index(familiar)
    (photos / "a.xmp").write_bytes(packet(words("Midsummer at Leksand"), 'xmp:Rating="4"'))
    index(familiar)
    assert len(familiar.search('"at Leksand"')) == 1
    assert len(familiar.search("rating:4")) == 1


def test_the_watcher_hears_of_sidecars(familiar: Familiar, photos: Path) -> None:
    photo = photos / "a.jpg"
    photo.write_bytes(encoded(corners()))
    index(familiar)
    heard: queue.Queue[Touched] = queue.Queue()
    pace = Pace(quiet=0.05, steady=0.1, check=0.2)
    with Watcher(familiar.library, heard.put, pace=pace, network=lambda _: False):
        assert heard.get(timeout=20).everything
        (photos / "a.xmp").write_bytes(packet(words("Here")))
        touched = heard.get(timeout=20)
    assert touched.folders == {photos: False}
    familiar.index(captions=False, touched=touched)
    assert title(familiar, photo) == "Here"
