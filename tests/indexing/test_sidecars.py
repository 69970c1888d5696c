"""What lies beside a photo: used where the photo says nothing, and read again when it changes."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Migrations

from engine.familiar import Familiar
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
