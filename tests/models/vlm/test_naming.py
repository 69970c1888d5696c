"""Identifier words and placeholders."""

from __future__ import annotations

import pytest

from engine.errors import UsageError
from engine.models.vlm.naming import check_words, listed, slotted, spoken


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Sks is running", ["sks"], "{0} is running"),
        ("the ball of SKS's friend", ["sks"], "the ball of {0}'s friend"),
        ("skis and sksy and desks", ["sks"], "skis and sksy and desks"),
        ("ada and bob, ada", ["bob", "ada"], "{1} and {0}, {1}"),
        ("bo the dog and bo", ["bo", "bo the dog"], "{1} and {0}"),
        ("a {0} on {it}", ["ada"], "a (0) on (it)"),
        ("zoë’s hat", ["Zoë"], "{0}’s hat"),
        ("what. a day", ["a."], "what. a day"),
        ("a dog", [], "a dog"),
    ],
)
def test_words_become_placeholders(text: str, words: list[str], expected: str) -> None:
    assert slotted(text, words) == expected


def test_placeholders_become_words() -> None:
    assert spoken("is {1} near {0}? {x} {}", ["ada", "bob"]) == "is bob near ada? {x} {}"
    with pytest.raises(UsageError, match="concept 2"):
        spoken("{2}", ["ada", "bob"])


def test_words_are_listed_as_one_phrase() -> None:
    assert listed(["ada"]) == "ada"
    assert listed(["ada", "bob"]) == "ada and bob"
    assert listed(["ada", "bob", "biscuit"]) == "ada, bob and biscuit"


def test_each_concept_needs_a_word_of_its_own() -> None:
    check_words([])
    check_words(["ada", "bob"])
    with pytest.raises(UsageError, match="different words, not ada and Ada"):
        check_words(["ada", "Ada"])
    with pytest.raises(UsageError, match="needs a word"):
        check_words(["ada", " "])
