"""Captions as templates."""

from __future__ import annotations

import pytest

from engine.library.templates import concepts_in, escape, parse, render, slot


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
