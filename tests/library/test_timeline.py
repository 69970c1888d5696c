"""All photos in order of time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
import pytest

from engine.library import Library
from engine.library.info import Info
from engine.library.timeline import Month
from tests.library.shelves import FOLDER, hash_of, stock


def info(taken_at: str | None) -> Info:
    return Info(4, 3, taken_at, None, None, None, "JPEG")


@pytest.fixture(autouse=True)
def in_oslo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Oslo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def test_an_empty_library(library: Library) -> None:
    timeline = library.timelines.read()
    assert len(timeline) == 0
    assert timeline.months() == []


def test_newest_first_by_the_cameras_clock_or_the_files_time(library: Library) -> None:
    ids = stock(library, 6)  # files of 1970-01-01T00:00:00Z and the seconds after it
    library.info.put_many(
        {
            ids[0]: info("2024-06-30T23:59:59-07:00"),
            ids[1]: info("2024-07-01T00:00:01"),
            ids[2]: info("1969-12-31T23:00:00"),
            ids[3]: info("0000-00-00T00:00:00"),
            ids[4]: info(None),
        }
    )
    library.photos.set_favourites([ids[1], ids[4]], True)
    timeline = library.timelines.read()
    assert timeline.ids.tolist() == [ids[1], ids[0], ids[5], ids[4], ids[3], ids[2]]
    assert timeline.favourites.tolist() == [True, False, False, True, False, False]
    # A file's time is shown by the clock on the wall here, an hour before UTC's in winter.
    assert timeline.moments.tolist() == [
        seconds("2024-07-01T00:00:01"),
        seconds("2024-06-30T23:59:59"),
        3605,
        3604,
        3603,
        -3600,
    ]
    assert [timeline.ids.dtype, timeline.moments.dtype] == [np.int64, np.int64]
    assert timeline.months() == [
        Month(2024, 7, 0, 1),
        Month(2024, 6, 1, 1),
        Month(1970, 1, 2, 3),
        Month(1969, 12, 5, 1),
    ]


def test_a_photo_is_there_once_with_its_newest_file_and_only_while_it_lies_somewhere(
    library: Library,
) -> None:
    ids = stock(library, 4)
    folder = library.folders.add(FOLDER)
    library.photos.record(f"{FOLDER}/copy.jpg", hash_of(1), 1, 9 * 10**9, folder.id)
    library.photos.forget_place(f"{FOLDER}/000002.jpg")
    library.info.put_many({ids[2]: info("2024-01-01T00:00:00")})
    library.photos.set_favourites([ids[2]], True)
    timeline = library.timelines.read()
    assert timeline.ids.tolist() == [ids[1], ids[3], ids[0]]
    assert (timeline.moments - 3600).tolist() == [9, 3, 0]
    assert not timeline.favourites.any()


def test_a_photo_whose_date_is_read_again_moves(library: Library) -> None:
    ids = stock(library, 2)
    library.info.put_many({one: info("2020-01-01T00:00:00") for one in ids})
    library.info.put_many({ids[0]: info("2021-01-01T00:00:00")})
    assert library.timelines.read().ids.tolist() == ids
    library.info.put_many({ids[0]: info("2019-01-01T00:00:00")})
    assert library.timelines.read().ids.tolist() == ids[::-1]


def test_it_says_the_same_as_reading_everything(library: Library) -> None:
    ids = stock(library, 3000)
    random = np.random.default_rng(0)
    dates = {
        one: datetime.fromtimestamp(int(random.integers(0, 1_700_000_000)), UTC).isoformat()[:19]
        for one in ids[::2]
    }
    library.info.put_many({one: info(date) for one, date in dates.items()})
    timeline = library.timelines.read()
    modified = {one: at // 10**9 + 3600 for one, at in library.photos.modified()}
    moments = modified | {one: seconds(date) for one, date in dates.items()}
    expected = sorted(moments, key=lambda one: (moments[one], one), reverse=True)
    assert timeline.ids.tolist() == expected
    assert timeline.moments.tolist() == [moments[one] for one in expected]
    months = timeline.months()
    assert sum(month.count for month in months) == 3000
    assert [month.start for month in months] == np.cumsum(
        [0, *(month.count for month in months[:-1])]
    ).tolist()
