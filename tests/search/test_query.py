"""What the search language understands."""

from __future__ import annotations

import pytest

from engine.search.dates import Period
from engine.search.query import Known, Query, parse

NAMES = [
    Known(1, "Ada", "woman"),
    Known(2, "Biscuit", "dog"),
    Known(3, "Tom", "man"),
    Known(4, "Momo", "cat"),
    Known(5, "Uncle Bob", "man"),
    Known(6, "Bob", "man"),
    Known(7, "José", "man"),
    Known(8, "James", "boy"),
    Known(9, "Anne-Marie O'Neil", "woman"),
]


def understood(text: str) -> Query:
    return parse(text, NAMES)


def wanted(text: str) -> list[list[set[int]]]:
    return [[set(one) for one in clause] for clause in understood(text).wanted]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Ada", 1),
        ("ada", 1),
        ("ADA's birthday", 1),
        ("Ada’s birthday", 1),
        ("jose in the garden", 7),
        ("JOSÉ in the garden", 7),
        ("James' bike", 8),
        ("James's bike", 8),
        ("uncle bob", 5),
        ("Bob", 6),
        ("anne-marie o'neil at home", 9),
        ("Anne-Marie O’Neil's dog", 9),
    ],
)
def test_a_name_matches_the_way_people_write_it(text: str, ids: int) -> None:
    assert wanted(text) == [[{ids}]]


def test_of_two_that_differ_by_an_accent_the_one_that_is_written_is_meant() -> None:
    names = [Known(1, "Zoë", "person"), Known(2, "Zoe", "person")]
    for text, one in (("Zoë", 1), ("zoe", 2), ("ZOË's hat", 1), ("Zoe's hat", 2)):
        assert parse(text, names).wanted == [[frozenset([one])]], text
    assert parse("zoe", names[:1]).wanted == [[frozenset([1])]]


@pytest.mark.parametrize(
    "text",
    ['William "Bill" Gates at home', "william “bill” gates at home", "William Bill Gates at home"],
)
def test_quotes_in_a_name_are_part_of_it(text: str) -> None:
    query = parse(text, [Known(1, 'William "Bill" Gates', "man")])
    assert (query.wanted, query.phrases) == ([[frozenset([1])]], [])
    assert query.meaning == "a man at home"


def test_names_are_whole_words() -> None:
    assert wanted("Adam and Tomas with biscuits") == []


def test_the_longest_name_wins() -> None:
    assert wanted("Uncle Bob fishing with Bob") == [[{5}], [{6}]]


def test_and_or_and_side_by_side() -> None:
    assert wanted("Ada and Biscuit at the beach") == [[{1, 2}]]
    assert wanted("Biscuit or Momo in the snow") == [[{2}, {4}]]
    assert wanted("Ada Biscuit") == [[{1}], [{2}]]
    assert wanted("Ada, Biscuit and Tom") == [[{1}], [{2, 3}]]
    assert wanted("Biscuit or Momo with Ada") == [[{2}, {4}], [{1}]]


@pytest.mark.parametrize(
    ("text", "with_ids", "without_ids"),
    [
        ("Ada without Tom", {1}, {3}),
        ("Ada and not Tom", {1}, {3}),
        ("Ada but not Tom", {1}, {3}),
        ("Ada no Tom", {1}, {3}),
        ("Ada -Tom", {1}, {3}),
        ("-Tom Ada", {1}, {3}),
        ("Ada without my Biscuit", {1}, {2}),
        ("Ada without Tom or Momo", {1}, {3, 4}),
        ("Ada without Tom, Momo", {1}, {3, 4}),
        ("not Tom", set(), {3}),
    ],
)
def test_without(text: str, with_ids: set[int], without_ids: set[int]) -> None:
    query = understood(text)
    assert {one for clause in query.wanted for group in clause for one in group} == with_ids
    assert query.unwanted == without_ids
    assert query.meaning == ""


def test_conditions_on_what_a_photo_shows() -> None:
    assert understood("Ada and Biscuit").accepts([1, 2, 3])
    assert not understood("Ada and Biscuit").accepts([1])
    assert understood("Biscuit or Momo").accepts([4])
    assert not understood("Biscuit or Momo without Tom").accepts([4, 3])


def test_operators_away_from_names_are_words() -> None:
    query = understood("a man without a shirt and not a hat or shoes .")
    assert not query.conditions
    assert query.meaning == "a man without a shirt and not a hat or shoes ."


def test_marks_stay_with_their_words() -> None:
    assert (
        understood("Ada without Tom, in front of a house").meaning == "a woman, in front of a house"
    )


def test_meaning_reads_nouns_for_names() -> None:
    assert understood("photos where Ada is laughing").meaning == "a woman is laughing"
    assert understood("Ada and Biscuit at the beach").meaning == "a woman and a dog at the beach"
    assert understood("Biscuit or Momo in the snow").meaning == "a dog in the snow"
    assert understood("my Biscuit's red ball").meaning == "my dog's red ball"
    assert understood("snow, Ada without Tom").meaning == "snow, a woman"


@pytest.mark.parametrize("text", ["photos of Ada", "where is Ada?", "show me my pictures of Ada"])
def test_a_name_alone_has_no_meaning_left(text: str) -> None:
    assert wanted(text) == [[{1}]]
    assert understood(text).meaning == ""


def test_exact_words() -> None:
    query = understood('Ada "red  ball" in the park')
    assert query.phrases == ["red  ball"]
    assert query.meaning == "a woman in the park red  ball"
    assert understood("“so happy”").phrases == ["so happy"]
    assert understood('a "quote left open').phrases == []


@pytest.mark.parametrize(
    ("text", "day", "holds"),
    [
        ("before:2020", "2019-12-31T23:59:59", True),
        ("before:2020", "2020-01-01T00:00:00", False),
        ("after:2020", "2020-12-31T23:59:59", False),
        ("after:2020", "2021-01-01T00:00:00", True),
        ("after:2021-05", "2021-06-01T00:00:00", True),
        ("after:2021-05-03", "2021-05-03T23:59:59", False),
        ("after:2021-05-03", "2021-05-04T00:00:00", True),
        ("before:2021-05-03", "2021-05-02T10:00:00", True),
        ("snow 2023", "2023-07-01T10:00:00", True),
        ("in 2023", "2024-01-01T10:00:00", False),
        ("2022 or 2023", "2022-03-01T10:00:00", True),
        ("in June", "1999-06-30T10:00:00", True),
        ("in June", "1999-07-01T10:00:00", False),
        ("June 2023", "2023-06-30T10:00:00", True),
        ("December 2023", "2023-12-31T10:00:00", True),
        ("Ada before 2020", "2019-06-01T10:00:00", True),
        ("Ada before 2020", "2020-06-01T10:00:00", False),
    ],
)
def test_dates(text: str, day: str, holds: bool) -> None:
    dates = understood(text).dates
    assert dates
    assert dates.holds(day) is holds
    assert not dates.holds(None)


def test_a_date_is_not_meaning_unless_asked_to_be() -> None:
    assert understood("snow in 2023").meaning == "snow"
    assert understood("Ada before 2020").meaning == ""
    words = parse("snow in 2023", NAMES, guess_dates=False)
    assert (words.meaning, bool(words.dates)) == ("snow in 2023", False)


def test_months_that_are_words() -> None:
    assert not understood("a dog may run in a march").dates
    assert understood("in May").dates.months == [5]
    assert understood("May 2021").dates.periods == [Period("2021-05-01", "2021-06-01")]


def test_a_name_that_is_a_month_is_a_name() -> None:
    query = parse("June at the beach", [Known(1, "June", "girl")])
    assert query.wanted == [[frozenset({1})]]
    assert not query.dates


@pytest.mark.parametrize(
    "text",
    ["", "   ", '"', "::", "before:banana", "before:", "is:shiny", "in:Norway", "!?", "the", "-",
     "after:2020-13", "\x1b[31m", "a" * 5000, "and and or without", '""', "1999-99-99"],
)  # fmt: skip
def test_nothing_is_an_error(text: str) -> None:
    understood(text)


def test_unknown_keys_are_words() -> None:
    assert understood("before:banana").meaning == "before banana"
    assert understood("is:favourite dogs").favourite
    assert understood("is:favourite dogs").meaning == "dogs"


@pytest.mark.parametrize(
    ("text", "least", "chip"),
    [
        ("rating:4", 4, "4 stars or more"),
        ("rating:4+", 4, "4 stars or more"),
        ("Rating:★★★★★", 5, "5 stars"),
        ("rating:1", 1, "1 star or more"),
        ("rating:2 rating:3", 3, "3 stars or more"),
    ],
)
def test_stars(text: str, least: int, chip: str) -> None:
    query = understood(f"Ada {text} at sea")
    assert query.rating == least
    assert query.conditions
    assert ("rating", chip) in [(one.kind, one.text) for one in query.chips]
    assert query.meaning.endswith("at sea")


@pytest.mark.parametrize("text", ["rating:6", "rating:0", "rating:good", "rating:44", "rating: 4"])
def test_stars_that_there_are_not_are_words(text: str) -> None:
    query = understood(text)
    assert query.rating == 0
    assert query.meaning.startswith("rating")


def test_chips_show_what_was_understood() -> None:
    chips = [(chip.kind, chip.text) for chip in understood("Ada and Biscuit at sea 2023").chips]
    assert chips == [("date", "2023"), ("name", "Ada"), ("name", "Biscuit"), ("words", "at sea")]


def test_places_albums_and_types() -> None:
    query = understood('Ada in:Norway album:"Summer 2023" type:video on a boat in:“New York”')
    assert query.wanted == [[frozenset({1})]]
    assert (query.places, query.albums, query.types) == (
        ["Norway", "New York"],
        ["Summer 2023"],
        ["video"],
    )
    assert query.meaning == "a woman on a boat"
    assert not query.dates
    assert query.phrases == []
    assert query.conditions
    assert [(chip.kind, chip.text) for chip in query.chips] == [
        ("place", "Norway"),
        ("album", "Summer 2023"),
        ("type", "video"),
        ("place", "New York"),
        ("name", "Ada"),
        ("words", "on a boat"),
    ]
    assert understood("in:Norway").meaning == ""
    assert understood("Ada in norway").places == []


def test_what_there_is_none_of_is_meaning() -> None:
    query = parse(
        'dogs in:Norway album:"Best of" type:funny in:Oslo',
        NAMES,
        knows=lambda key, value: (key, value) == ("in", "Oslo"),
    )
    assert query.places == ["Oslo"]
    assert (query.albums, query.types, query.phrases) == ([], [], [])
    assert query.meaning == "dogs in Norway Best of type funny"


def test_exact_words_are_not_taken_for_a_place() -> None:
    assert understood('"made in Norway" "in the snow"').phrases == ["made in Norway", "in the snow"]
    assert understood('say "in:out" loud').phrases == ["in:out"]


def test_one_query_included_in_another() -> None:
    query = understood("Ada 2023 at the sea")
    query.include(understood('Biscuit without Tom in June is:favourite "wet dog" in:Oslo'))
    assert query.wanted == [[frozenset({1})], [frozenset({2})]]
    assert query.unwanted == {3}
    assert query.phrases == ["wet dog"]
    assert query.favourite
    assert query.places == ["Oslo"]
    assert query.dates.holds("2023-06-01T00:00:00")
    assert not query.dates.holds("2023-07-01T00:00:00")
    assert query.meaning == "a woman at the sea a dog wet dog"
