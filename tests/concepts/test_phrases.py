"""Noun phrases are found where they name a concept's class, and only there."""

from __future__ import annotations

import pytest

from engine.concepts.embedding import training_captions
from engine.concepts.phrases import class_noun, find_phrases, replace_phrases


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


def test_class_noun_is_the_commonest_of_its_kind() -> None:
    captions = ["a dog runs", "a puppy sits", "a black dog and a man", "the man sits"]
    assert class_noun("pet", captions) == "dog"
    assert class_noun("person", captions) == "man"
    assert class_noun("thing", captions) == "toy"


def test_training_captions_name_the_concept_once() -> None:
    for target in training_captions("a man throws a ball to a brown dog", "pet", "dog"):
        assert target.count("{0}") == 1
        assert "brown dog" not in target


def test_training_captions_claim_nothing_the_model_did_not_see() -> None:
    for target in training_captions("a man in a red shirt", "thing", "clock"):
        assert "{0}" in target
        assert "man" not in target
