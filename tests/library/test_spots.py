"""Where photos were taken, in words."""

from __future__ import annotations

import pytest

from engine.library import Library
from engine.library.info import Info
from engine.library.spots import Spot
from tests.library.shelves import stock

OSLO = Spot("Oslo", "Oslo", "Norway", "NO")
TROMSO = Spot("Tromsø", "Troms", "Norway", "NO")
LONDON = Spot("London", "England", "United Kingdom", "GB")


def placed(latitude: float | None, longitude: float | None) -> Info:
    return Info(4, 3, None, latitude, longitude, None, "JPEG")


def test_photos_with_gps_wait_to_be_looked_up_once(library: Library) -> None:
    ids = stock(library, 5)
    library.info.put_many(
        {
            ids[0]: placed(59.9, 10.75),
            ids[1]: placed(None, None),
            ids[2]: placed(0.0, 0.0),
            ids[3]: placed(69.6, 18.9),
        }
    )
    waiting = library.spots.pending(10)
    assert {row[0]: row[1:] for row in waiting} == {
        ids[0]: (59.9, 10.75),
        ids[2]: (0.0, 0.0),
        ids[3]: (69.6, 18.9),
    }
    assert len(library.spots.pending(2)) == 2
    library.spots.put_many({ids[0]: OSLO, ids[2]: None, ids[3]: TROMSO})
    assert library.spots.pending(10) == []
    assert library.spots.count() == 3
    assert library.spots.many(ids) == {ids[0]: OSLO, ids[3]: TROMSO}
    assert library.spots.get(ids[0]) == OSLO
    assert library.spots.get(ids[2]) is None
    library.info.put_many({ids[0]: placed(69.6, 18.9)})
    assert [row[0] for row in library.spots.pending(10)] == [ids[0]]
    assert library.spots.get(ids[0]) is None
    library.spots.put_many({ids[0]: TROMSO})
    assert library.spots.get(ids[0]) == TROMSO


@pytest.mark.parametrize(
    ("name", "which"),
    [
        ("Norway", {0, 1}),
        ("norway", {0, 1}),
        ("NO", {0, 1}),
        ("oslo", {0}),
        ("tromso", {1}),
        ("TROMSØ", {1}),
        ("Troms", {1}),
        ("UK", {2}),
        ("england", {2}),
        ("united  kingdom", {2}),
        ("Nor", set()),
        ("", set()),
    ],
)
def test_places_by_any_of_their_names(library: Library, name: str, which: set[int]) -> None:
    ids = stock(library, 4)
    nowhere = Spot("", "", "Norway", "NO")
    spots = {ids[0]: OSLO, ids[1]: TROMSO, ids[2]: LONDON}
    library.spots.put_many(spots)
    assert library.spots.photos(name) == {ids[at] for at in which}
    library.spots.put_many({ids[3]: nowhere})
    assert (ids[3] in library.spots.photos(name)) == (0 in which and 1 in which)


def test_where_every_photo_was_taken_as_numbers(library: Library) -> None:
    assert [one.tolist() for one in library.spots.placed()] == [[], []]
    ids = sorted(stock(library, 4))
    library.spots.put_many({ids[0]: OSLO, ids[1]: None, ids[2]: LONDON, ids[3]: OSLO})
    photos, spots = library.spots.placed()
    known = library.spots.all()
    names = {
        one: known[spot].name for one, spot in zip(photos.tolist(), spots.tolist(), strict=True)
    }
    assert names == {ids[0]: "Oslo", ids[2]: "London", ids[3]: "Oslo"}
    assert Spot("", "Troms", "Norway", "NO").name == "Troms"
