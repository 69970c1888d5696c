"""Trips as they are shown: found by the machine, named by the owner."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

import pytest

from engine.errors import UsageError
from engine.library import Library
from engine.library.info import Info
from engine.library.trips import FoundTrip
from tests.library.shelves import stock

DAY = 86_400
JUNE = 19_524 * DAY  # 2023-06-16


def dated(library: Library, count: int, first: int = 0) -> list[int]:
    """Photos of one day after the other, from the 16th of June 2023 on."""
    ids = stock(library, count, first)
    begin = datetime.datetime(2023, 6, 16, 12)  # noqa: DTZ001
    library.info.put_many(
        {
            one: Info(
                4,
                3,
                (begin + datetime.timedelta(first + n)).isoformat(),
                None,
                None,
                None,
                "JPEG",
            )
            for n, one in enumerate(ids)
        }
    )
    return ids


def trip(ids: Sequence[int], title: str, first: int = 0) -> FoundTrip:
    return FoundTrip(
        ids, JUNE + first * DAY, JUNE + (first + len(ids) - 1) * DAY, title, ids[len(ids) // 2]
    )


def titles(library: Library) -> dict[int, str]:
    return {one.id: one.title for one in library.trips.all()}


def test_trips_latest_first_with_todays_names(library: Library) -> None:
    ids = dated(library, 6)
    ada = library.concepts.add("Ada", "person").id
    assert library.trips.stamp() is None
    library.trips.replace(
        [trip(ids[:3], f"Weekend with {{c{ada}}}"), trip(ids[3:], "A day in town", 3)], "s1"
    )
    assert library.trips.stamp() == "s1"
    later, earlier = library.trips.all()
    assert (earlier.title, earlier.photos, earlier.cover) == ("Weekend with Ada", 3, ids[1])
    assert (earlier.first, earlier.last) == (
        datetime.date(2023, 6, 16),
        datetime.date(2023, 6, 18),
    )
    assert later.title == "A day in town"
    library.concepts.rename(ada, "Eve")
    assert library.trips.get(earlier.id) == library.trips.all()[1]
    assert library.trips.all()[1].title == "Weekend with Eve"
    assert library.trips.photos(earlier.id) == ids[:3]
    assert library.trips.of_photo(ids[4]) == later.id
    assert library.trips.of_photo(7) is None
    assert library.trips.count() == 2


def test_a_trip_that_grows_or_shrinks_is_the_same_trip(library: Library) -> None:
    ids = dated(library, 12)
    library.trips.replace([trip(ids[:4], "one"), trip(ids[6:10], "two", 6)], "s1")
    before = {title: number for number, title in titles(library).items()}
    # A third in between, the first with more photos, the second with fewer.
    library.trips.replace(
        [trip(ids[:5], "one!"), trip(ids[5:7], "new", 5), trip(ids[7:10], "two!", 7)], "s2"
    )
    after = {title: number for number, title in titles(library).items()}
    assert after["one!"] == before["one"]
    assert after["two!"] == before["two"]
    assert after["new"] not in before.values()
    # Both become one: it is the one that more of it was.
    library.trips.replace([trip(ids[:10], "all")], "s3")
    assert list(titles(library)) == [before["one"]]
    # A number that is gone does not come back as another trip.
    library.trips.replace([trip(ids[10:], "other", 10)], "s4")
    assert not set(titles(library)) & {*before.values(), *after.values()}


def test_what_the_owner_calls_it_stays(library: Library, home: Path) -> None:
    ids = dated(library, 8)
    library.trips.replace([trip(ids[:4], "A day"), trip(ids[4:], "Other", 4)], "s1")
    number = library.trips.of_photo(ids[0])
    assert number is not None
    library.trips.rename(number, "  Midsummer {in} Skagen ")
    library.trips.set_cover(number, ids[3])
    named = library.trips.get(number)
    assert named is not None
    assert (named.title, named.cover, named.edited) == ("Midsummer {in} Skagen", ids[3], True)
    library.trips.replace([trip(ids[:5], "Two days"), trip(ids[5:], "Other", 5)], "s2")
    assert titles(library)[number] == "Midsummer {in} Skagen"
    library.close()
    (home / "index.db").unlink()
    with Library.open(home) as later:
        dated(later, 8)
        assert later.trips.all() == []
        # An earlier photo has come to light meanwhile: the title is held by one of them.
        early = dated(later, 1, first=-1)
        later.trips.replace([trip([*early, *ids[:5]], "Three days", -1)], "s3")
        (found,) = later.trips.all()
        assert (found.title, found.cover) == ("Midsummer {in} Skagen", ids[3])
        later.trips.rename(found.id, "Midsummer")
        assert titles(later) == {found.id: "Midsummer"}
        later.trips.rename(found.id, None)
        later.trips.set_cover(found.id, None)
        (found,) = later.trips.all()
        assert (found.title, found.edited, found.cover) == ("Three days", False, ids[2])


def test_trips_are_taken_away_and_brought_back(library: Library) -> None:
    ids = dated(library, 4)
    library.trips.replace([trip(ids, "A day")], "s1")
    (number,) = titles(library)
    library.trips.remove(number)
    assert library.trips.all() == []
    assert library.trips.count() == 0
    assert library.trips.get(number) is None
    assert [one.id for one in library.trips.hidden()] == [number]
    library.trips.replace([trip(ids, "A day")], "s2")
    assert library.trips.all() == []
    library.trips.restore(number)
    assert list(titles(library)) == [number]
    assert library.trips.hidden() == []


def test_what_makes_no_sense(library: Library) -> None:
    ids = dated(library, 2)
    library.trips.replace([trip(ids, "A day")], "s1")
    (number,) = titles(library)
    for name in (" ", "x" * 201):
        with pytest.raises(UsageError, match="album"):
            library.trips.rename(number, name)
    with pytest.raises(UsageError, match="no such photo"):
        library.trips.set_cover(number, 7)
    for call in (library.trips.remove, library.trips.restore):
        with pytest.raises(UsageError, match="no such album"):
            call(99)
    assert titles(library) == {number: "A day"}
