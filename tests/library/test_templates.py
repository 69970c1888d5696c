"""Captions as templates."""

from __future__ import annotations

import pytest

from engine.library.templates import (
    concepts_in,
    escape,
    from_text,
    names_in,
    parse,
    render,
    slot,
)


def test_slots_show_todays_names() -> None:
    template = f"{slot(7)} throws a ball for {slot(12)}"
    assert template == "{c7} throws a ball for {c12}"
    assert render(template, {7: "Ada", 12: "Biscuit"}) == "Ada throws a ball for Biscuit"
    assert render(template, {7: "Eve", 12: "Biscuit"}) == "Eve throws a ball for Biscuit"


def test_a_concept_without_a_name_is_someone() -> None:
    assert render("{c7} sleeps", {}) == "someone sleeps"


def test_parts_in_order() -> None:
    assert parse("{c1}{c2} and {{x}} {c1}") == [1, 2, " and {x} ", 1]
    assert concepts_in("{c2} with {c1} and {c2}") == [2, 1]
    assert parse("") == []
    assert concepts_in("a {{c1}} on a wall") == []


@pytest.mark.parametrize(
    "text", ["plain", "{c7}", "{{", "}{", "a {b} c", "100 % {}", "{c7", "ü{🐶}", ""]
)
def test_escaped_text_is_shown_as_it_is(text: str) -> None:
    assert render(escape(text), {7: "Ada"}) == text
    assert concepts_in(escape(text)) == []


def test_a_name_is_never_read_as_a_template() -> None:
    assert render("{c1} sits", {1: "{c2} {0} {{"}) == "{c2} {0} {{ sits"


@pytest.mark.parametrize("template", ["{", "}", "{c}", "{0}", "{c7", "{ c7}", "{c-1}", "{cx}"])
def test_a_malformed_template_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match="a lone"):
        parse(template)


PEOPLE = {1: "Ada", 2: "Ada Lovelace", 3: "May", 4: "momo", 5: "美咲", 6: "Zoë"}


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("Ada and Biscuit", "{c1} and Biscuit"),
        ("Ada Lovelace's dog", "{c2}'s dog"),
        ("Ada  Lovelace, Ada", "{c2}, {c1}"),
        ("ADA LOVELACE", "{c2}"),
        ("Adam, Canada and Ada_1", "Adam, Canada and Ada_1"),
        ("it may rain on May in May", "it may rain on {c3} in {c3}"),
        ("Ada may go", "{c1} may go"),
        ("Momo, momo", "{c4}, {c4}"),
        ("美咲がいる", "{c5}がいる"),
        ("Zoe\u0308 and Zoë", "{c6} and {c6}"),
        ("{c1} and {}", "{{c1}} and {{}}"),
        ("nobody", "nobody"),
        ("", ""),
    ],
)
def test_names_in_a_text_become_slots(text: str, template: str) -> None:
    assert from_text(text, PEOPLE) == template


def test_the_longest_name_gives_way_where_it_is_only_part_of_a_word() -> None:
    assert from_text("Ada Lovelaces", PEOPLE) == "{c1} Lovelaces"


def test_a_text_without_names_around_is_only_a_text() -> None:
    assert from_text("Ada", {}) == "Ada"
    assert names_in("Ada", {7: " "}) == []


def test_what_is_rendered_is_read_back() -> None:
    template = "{c2} and {c1} {{play}} with {c4}, {c5}."
    assert from_text(render(template, PEOPLE), PEOPLE) == template


def test_where_names_stand() -> None:
    assert names_in("So Ada and Zoë", PEOPLE) == [(3, 6, 1), (11, 14, 6)]
