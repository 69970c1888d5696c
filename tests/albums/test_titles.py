"""What trips and days are called."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

import pytest

from engine.albums.titles import Facts, title
from engine.library.spots import Spot
from engine.library.templates import render

SKAGEN = Spot("Skagen", "North Denmark", "Denmark", "DK")
AALBORG = Spot("Aalborg", "North Denmark", "Denmark", "DK")
ODENSE = Spot("Odense", "South Denmark", "Denmark", "DK")
OSLO = Spot("Oslo", "Oslo", "Norway", "NO")
ALPS = Spot("", "Tyrol", "Austria", "AT")
FRIDAY = datetime.date(2023, 6, 16)


def named(
    days: int = 1,
    spots: Sequence[Spot] = (),
    captions: Sequence[str] = (),
    people: Mapping[int, int] | None = None,
    *,
    away: bool = False,
    first: datetime.date = FRIDAY,
    photos: int = 10,
) -> str:
    last = first + datetime.timedelta(days - 1)
    facts = Facts(first, last, photos, spots, captions, people or {}, away)
    return render(title(facts), {1: "Ada", 2: "Biscuit", 3: "Tom"})


@pytest.mark.parametrize(
    ("days", "first", "expected"),
    [
        (1, FRIDAY, "A day in Skagen, June 2023"),
        (3, FRIDAY, "Weekend in Skagen, June 2023"),
        (2, datetime.date(2023, 6, 17), "Weekend in Skagen, June 2023"),
        (2, datetime.date(2023, 6, 13), "Two days in Skagen, June 2023"),
        (5, datetime.date(2023, 6, 29), "Five days in Skagen, July 2023"),
        (7, FRIDAY, "A week in Skagen, June 2023"),
        (10, FRIDAY, "10 days in Skagen, June 2023"),
        (14, FRIDAY, "Two weeks in Skagen, June 2023"),
    ],
)
def test_how_long(days: int, first: datetime.date, expected: str) -> None:
    assert named(days, [SKAGEN] * 9, first=first, away=True) == expected


@pytest.mark.parametrize(
    ("spots", "expected"),
    [
        ([SKAGEN] * 6 + [AALBORG] * 4, "Skagen"),
        ([SKAGEN] * 4 + [AALBORG] * 4 + [OSLO] * 2, "North Denmark"),
        ([SKAGEN, AALBORG, ODENSE, ODENSE, OSLO], "Denmark"),
        ([OSLO, OSLO, SKAGEN, ALPS, ODENSE], "Norway and Denmark"),
        ([ALPS] * 5, "Tyrol"),
    ],
)
def test_the_smallest_place_that_most_photos_are_of(spots: list[Spot], expected: str) -> None:
    assert named(3, spots, away=True) == f"Weekend in {expected}, June 2023"


def test_too_few_photos_with_gps_say_nothing() -> None:
    assert named(1, [SKAGEN] * 2) == "16 June 2023"
    assert named(1, [SKAGEN] * 9, photos=40) == "16 June 2023"


def test_a_scene_the_captions_speak_of() -> None:
    captions = ["a dog runs on the beach", "two girls play in the sand", "{c1} at the beach"]
    assert named(1, [], captions * 3) == "A day at the beach, June 2023"
    assert named(1, [], [*captions, *["a red car"] * 9]) == "16 June 2023"
    # At home the scene says more than the town; away the place does.
    assert named(1, [OSLO] * 9, captions) == "A day at the beach, June 2023"
    assert named(3, [SKAGEN] * 9, captions, away=True) == "Weekend in Skagen, June 2023"


def test_who_was_there_under_todays_name() -> None:
    assert named(2, [], [], {1: 9, 2: 6, 3: 5}) == "Two days with Ada and Biscuit, June 2023"
    assert named(1, [], [], {3: 4}) == "16 June 2023"


@pytest.mark.parametrize(
    ("days", "first", "expected"),
    [
        (1, FRIDAY, "16 June 2023"),
        (4, FRIDAY, "16–19 June 2023"),
        (4, datetime.date(2023, 6, 29), "29 June – 2 July 2023"),
        (4, datetime.date(2023, 12, 30), "30 December 2023 – 2 January 2024"),
    ],
)
def test_when_is_better_than_nothing(days: int, first: datetime.date, expected: str) -> None:
    assert named(days, first=first) == expected


def test_braces_in_the_name_of_a_place_are_only_braces() -> None:
    odd = Spot("{c1} City", "", "Nowhere", "XX")
    assert named(1, [odd] * 9, away=True) == "A day in {c1} City, June 2023"
