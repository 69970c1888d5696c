"""Noun phrases are found where they name a concept's class, and only there."""

from __future__ import annotations

import pytest

from engine.concepts.phrases import find_phrases, replace_phrases
from engine.concepts.targets import training_captions


def phrases(caption: str) -> list[str]:
    words = caption.split()
    return [" ".join(words[p.start : p.stop]) for p in find_phrases(words)]


@pytest.mark.parametrize(
    ("caption", "expected"),
    [
        ("a brown dog is running", ["a brown dog"]),
        ("a white and black dog jumps over another dog", ["a white and black dog", "another dog"]),
        ("two boys play with a ball", ["a ball"]),
        ("a man and a woman in red", ["a man", "a woman"]),
        ("a dog 's tail", []),
        ("a dog house in the snow", []),
        ("a baseball player slides", ["a baseball player"]),
        ("a group of people", []),
        ("a man", ["a man"]),
        ("a", []),
        ("", []),
    ],
)
def test_finds_singular_phrases_that_name_their_class(caption: str, expected: list[str]) -> None:
    assert phrases(caption) == expected


def test_replaces_only_the_chosen_phrase() -> None:
    words = "a man throws a ball to a dog".split()
    man, ball, dog = find_phrases(words)
    assert " ".join(replace_phrases(words, {dog: "{0}"})) == "a man throws a ball to {0}"
    assert " ".join(replace_phrases(words, {man: "{1}", ball: "{0}"})) == "{1} throws {0} to a dog"


def test_training_captions_name_the_concept_once() -> None:
    for target in training_captions("a man throws a ball to a brown dog", "pet", "dog"):
        assert target.count("{0}") == 1
        assert "brown dog" not in target


def test_training_captions_claim_nothing_the_model_did_not_see() -> None:
    for target in training_captions("a man in a red shirt", "thing", "clock"):
        assert "{0}" in target
        assert "man" not in target


def test_a_pet_is_named_even_when_the_model_took_it_for_another_animal() -> None:
    assert training_captions("a dog is sleeping", "pet", "cat")[0] == "{0} is sleeping"
    assert "{0}" in training_captions("a man holds a guitar", "thing", "vase")[0]
    assert "man" not in training_captions("a man holds a guitar", "thing", "vase")[0]
