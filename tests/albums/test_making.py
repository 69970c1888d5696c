"""A library's trips, from its photos to their titles."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.albums.making import make_albums
from engine.library import Library
from engine.library.info import Info
from engine.library.spots import Spot
from engine.progress import Cancel, Cancelled
from tests.library.shelves import stock

OSLO, SKAGEN = (59.91, 10.75), (57.72, 10.58)
IN_SKAGEN = Spot("Skagen", "North Denmark", "Denmark", "DK")
CAPTION = "m"


@pytest.fixture
def library(home: Path) -> Iterator[Library]:
    with Library.open(home) as opened:
        yield opened


def take(
    library: Library, day: str, count: int, where: tuple[float, float] | None, first: int
) -> list[int]:
    """Photos of one day, a minute apart from noon on."""
    ids = stock(library, count, first)
    noon = datetime.datetime.fromisoformat(f"{day}T12:00:00")
    latitude, longitude = where or (None, None)
    library.info.put_many(
        {
            one: Info(
                4,
                3,
                (noon + datetime.timedelta(minutes=n)).isoformat(),
                latitude,
                longitude,
                None,
                "JPEG",
            )
            for n, one in enumerate(ids)
        }
    )
    return ids


def at_home(library: Library) -> None:
    for n in range(15):
        take(library, f"2023-05-{n + 1:02}", 2, OSLO, 1000 + 2 * n)


def describe(library: Library, ids: list[int], template: str) -> None:
    library.captions.put_many([(one, template, CAPTION, None) for one in ids])
    library.stages.finish_many("caption", CAPTION, ids)


def make(library: Library) -> list[tuple[str, int]]:
    make_albums(library, Cancel())
    return [(one.title, one.photos) for one in library.trips.all()]


def test_an_empty_library(library: Library) -> None:
    assert make(library) == []


def test_trips_and_days_with_titles_from_place_and_captions(library: Library) -> None:
    at_home(library)
    weekend = take(library, "2023-06-16", 5, SKAGEN, 0) + take(library, "2023-06-18", 5, SKAGEN, 5)
    library.spots.put_many(dict.fromkeys(weekend, IN_SKAGEN))
    beach = take(library, "2023-07-02", 20, OSLO, 100)
    describe(library, beach, "a dog runs on the beach")
    assert make(library) == [
        ("A day at the beach, July 2023", 20),
        ("Weekend in Skagen, June 2023", 10),
    ]
    latest, first = library.trips.all()
    assert library.trips.photos(first.id) == weekend
    assert latest.cover == beach[10]


def test_nothing_is_made_twice_and_what_is_new_is_seen(library: Library) -> None:
    beach = take(library, "2023-07-02", 20, None, 0)
    assert make_albums(library, Cancel())
    assert not make_albums(library, Cancel())
    (trip,) = library.trips.all()
    assert trip.title == "2 July 2023"
    describe(library, beach, "two girls in the sand")
    assert make(library) == [("A day at the beach, July 2023", 20)]
    later = take(library, "2023-07-02", 21, None, 0)
    assert make(library) == [("A day at the beach, July 2023", 21)]
    assert [one.id for one in library.trips.all()] == [trip.id]
    library.photos.set_favourite(later[3], True)
    make(library)
    assert library.trips.all()[0].cover == later[3]


def test_those_who_were_there_under_the_names_they_have_today(library: Library) -> None:
    ids = take(library, "2023-07-02", 20, None, 0)
    ada = library.concepts.add("Ada", "person").id
    library.sightings.put_scores(ada, "h", [(one, 0.9, "recognised", None) for one in ids[5:]])
    library.stages.finish_many("recognise", "r", ids)
    assert make(library) == [("A day with Ada, July 2023", 20)]
    assert library.trips.all()[0].cover in ids[5:]
    library.concepts.rename(ada, "Eve")
    assert library.trips.all()[0].title == "A day with Eve, July 2023"


def test_photos_without_a_date_of_their_own_are_in_no_trip(library: Library) -> None:
    stock(library, 40)  # files of one minute
    assert make(library) == []


def test_stopped_in_the_middle_nothing_has_changed(library: Library) -> None:
    take(library, "2023-07-02", 20, None, 0)
    make(library)
    before = library.trips.all()
    take(library, "2023-08-02", 20, None, 100)
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(Cancelled):
        make_albums(library, cancel)
    assert library.trips.all() == before
    assert len(make(library)) == 2
