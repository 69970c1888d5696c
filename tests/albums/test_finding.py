"""Which photos belong together in time and place."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable

import numpy as np

from engine.albums.finding import BUSY, TRIP, Run, find_runs

OSLO, SKAGEN, BERGEN = (59.91, 10.75), (57.72, 10.58), (60.39, 5.32)
Shot = tuple[int, "tuple[float, float] | None"]


def shots(
    day: str, count: int, where: tuple[float, float] | None = None, hour: float = 12
) -> list[Shot]:
    """So many photos of a day, a minute apart from the hour on."""
    begin = datetime.datetime.fromisoformat(day).replace(tzinfo=datetime.UTC).timestamp()
    return [(int(begin + hour * 3600 + 60 * n), where) for n in range(count)]


def days(first: str, count: int, each: int, where: tuple[float, float] | None) -> list[Shot]:
    """A run of days with so many photos each."""
    begin = datetime.date.fromisoformat(first)
    several = [(begin + datetime.timedelta(n)).isoformat() for n in range(count)]
    return list(itertools.chain.from_iterable(shots(day, each, where) for day in several))


def found(photos: Iterable[Shot]) -> list[tuple[Run, str, str]]:
    """The runs, with the days of their first and last photo."""
    ordered = sorted(photos, key=lambda one: one[0])
    moments = np.array([one[0] for one in ordered], np.int64)
    places = np.array([one[1] or (np.nan, np.nan) for one in ordered], np.float64).reshape(-1, 2)
    runs = find_runs(moments, places[:, 0], places[:, 1])
    at = [datetime.datetime.fromtimestamp(one[0], datetime.UTC).date() for one in ordered]
    return [(run, at[run.start].isoformat(), at[run.end - 1].isoformat()) for run in runs]


def when(photos: Iterable[Shot]) -> list[tuple[str, str, bool]]:
    return [(first, last, run.away) for run, first, last in found(photos)]


AT_HOME = days("2023-03-01", 40, 2, OSLO)


def test_no_photos_no_trips() -> None:
    assert found([]) == []


def test_days_away_from_home_are_a_trip() -> None:
    photos = AT_HOME + days("2023-06-16", 3, 4, SKAGEN) + days("2023-06-19", 3, 2, OSLO)
    assert when(photos) == [("2023-06-16", "2023-06-18", True)]
    ((run, _, _),) = found(photos)
    assert run.end - run.start == 12


def test_home_on_both_sides_of_the_180th_meridian_is_one_place() -> None:
    west, east = (-16.8, 179.99), (-16.8, -179.99)
    both = [
        one
        for number in range(3)
        for place, hour in ((west, 9.0), (east, 15.0))
        for one in shots(f"2023-06-{16 + number}", 3, place, hour)
    ]
    assert when(days("2023-03-01", 40, 2, west) + both) == []


def test_a_trip_goes_on_over_a_day_without_photos_or_without_gps() -> None:
    trip = (
        shots("2023-06-16", 4, SKAGEN)
        + shots("2023-06-18", 4, None)
        + shots("2023-06-20", 4, SKAGEN)
    )
    assert when(AT_HOME + trip) == [("2023-06-16", "2023-06-20", True)]
    later = [*trip, *shots("2023-06-23", 9, SKAGEN)]
    assert when(AT_HOME + later) == [
        ("2023-06-16", "2023-06-20", True),
        ("2023-06-23", "2023-06-23", True),
    ]


def test_days_without_gps_after_the_last_one_away_are_not_of_the_trip() -> None:
    photos = AT_HOME + days("2023-06-16", 2, 5, BERGEN) + shots("2023-06-18", 3, None)
    assert when(photos) == [("2023-06-16", "2023-06-17", True)]


def test_a_few_photos_away_are_no_trip() -> None:
    assert when(AT_HOME + shots("2023-06-16", TRIP - 1, SKAGEN)) == []
    assert when(AT_HOME + shots("2023-06-16", TRIP, SKAGEN)) != []


def test_a_day_ends_in_the_small_hours() -> None:
    photos = AT_HOME + shots("2023-06-16", 5, SKAGEN, 22) + shots("2023-06-17", 5, SKAGEN, 2)
    ((run, _, _),) = found(photos)
    assert run.end - run.start == 10
    party = shots("2023-06-16", 10, OSLO, 22) + shots("2023-06-17", 10, OSLO, 2)
    assert when(AT_HOME + party) == [("2023-06-16", "2023-06-17", False)]


def test_where_home_is_changes_when_a_family_moves() -> None:
    before = days("2018-01-01", 40, 2, OSLO)
    after = days("2023-01-01", 40, 2, BERGEN)
    photos = before + after + shots("2023-07-01", 9, OSLO) + shots("2018-07-01", 9, BERGEN)
    assert when(photos) == [
        ("2018-07-01", "2018-07-01", True),
        ("2023-07-01", "2023-07-01", True),
    ]


def test_without_gps_busy_days_stand_out() -> None:
    usual = days("2023-03-01", 40, 2, None)
    busy = shots("2023-06-16", BUSY) + shots("2023-06-17", BUSY) + shots("2023-08-01", BUSY - 1)
    assert when(usual + busy) == [("2023-06-16", "2023-06-17", False)]
    # Who takes ten photos a day does not call thirty an event.
    often = days("2023-05-02", 45, 10, None) + days("2023-06-17", 45, 10, None)
    assert when(often + shots("2023-06-16", 29)) == []
    assert when(often + shots("2023-06-16", 30)) == [("2023-06-16", "2023-06-16", False)]
    # Who takes forty at a time now and then does.
    rarely = [*shots("2023-01-01", 40), *shots("2023-03-01", 40), *shots("2023-05-01", 40)]
    assert len(when(rarely)) == 3


def test_with_gps_on_too_few_days_nobody_knows_where_home_is() -> None:
    photos = days("2023-03-01", 5, 2, OSLO) + shots("2023-06-16", 9, SKAGEN)
    assert when(photos) == []


def test_busy_days_of_a_trip_are_only_the_trip() -> None:
    photos = AT_HOME + days("2023-06-16", 3, 40, SKAGEN) + shots("2023-12-24", 30, OSLO)
    assert when(photos) == [
        ("2023-06-16", "2023-06-18", True),
        ("2023-12-24", "2023-12-24", False),
    ]


def test_dates_before_1970_are_dates_too() -> None:
    photos = days("1931-03-01", 40, 2, None) + shots("1931-07-14", BUSY)
    assert when(photos) == [("1931-07-14", "1931-07-14", False)]
