"""Questions and answers to learn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.concepts.embedding import train_embedding
from engine.concepts.questions import QUESTIONS, named, question_pairs
from engine.concepts.recipes import FAMILIAR
from engine.models.protocols import ConceptEmbedding, Look, Turn
from tests.models.vlm.tinies import pictures, tiny
from tests.tiny import TinyVLM


class Asked(TinyVLM):
    """Answers with the noun it was asked about, and notes what it is to learn."""

    def __init__(self) -> None:
        super().__init__()
        self.answered: list[str] = []
        self.learned: list[tuple[str | None, str]] = []

    def answer(
        self,
        look: Look,
        concepts: Sequence[ConceptEmbedding],
        question: str,
        history: Sequence[Turn] = (),
    ) -> str:
        assert not concepts, "the frozen model knows nobody yet"
        self.answered.append(question)
        return "" if "Describe" in question else "The dog is on a dog's bed {sic}"

    def loss(
        self,
        looks: Sequence[Look],
        embeddings: torch.Tensor,
        words: Sequence[Sequence[str]],
        targets: Sequence[str],
        attention_weight: float,
        questions: Sequence[str] | None = None,
    ) -> torch.Tensor:
        asked: list[str | None] = list(questions) if questions else [None] * len(targets)
        self.learned += zip(asked, targets, strict=True)
        return super().loss(looks, embeddings, words, targets, attention_weight, questions)


@pytest.mark.parametrize("kind", ["person", "pet", "thing"])
def test_ten_questions_for_each_kind(kind: str) -> None:
    assert len(set(QUESTIONS[kind])) == 10
    assert all("{one}" in question for question in QUESTIONS[kind])


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("The dog is on a dog's bed.", "{0} is on {0}'s bed."),
        ("A hot dog", "A hot {0}"),
        ("dogs", "dogs"),
        ("This puppy {", "{0} ("),
        ("On the grass", "On the grass"),
    ],
)
def test_the_noun_becomes_the_identifier(answer: str, expected: str) -> None:
    assert named(answer, ("dog", "puppy")) == expected


def test_pairs_ask_about_the_noun_and_name_the_concept() -> None:
    vlm = Asked()
    pairs = question_pairs(vlm, None, "pet", "dog")
    assert vlm.answered[0] == "What is the dog doing?"
    assert pairs[0].question == "What is {0} doing?"
    assert pairs[0].answer == "{0} is on {0}'s bed (sic)"
    assert len(pairs) == 9, "the empty answer is left out"


def test_a_model_that_converses_learns_answers_too() -> None:
    looks: list[list[Look]] = [[np.zeros((4, 8), np.float16)] * 3] * 2
    vlm = Asked()
    train_embedding(vlm, looks, "pet", "dog")
    asked = [question for question, _ in vlm.learned if question is not None]
    assert 0.2 < len(asked) / len(vlm.learned) < 0.8
    assert len(vlm.answered) == 2 * 10, "once a photo, not for every altered view"
    plain = Asked()
    train_embedding(plain, looks, "pet", "dog", recipe=replace(FAMILIAR, questions=0.0))
    assert {question for question, _ in plain.learned} == {None}


@pytest.mark.parametrize("name", ["blip-2-flan-t5", "llava-1.5", "gemma-3"])
def test_answers_are_learned_by_the_real_classes(name: str) -> None:
    one = tiny(name)
    looks = [one.vlm.look(pictures(2))]
    before = one.digest()
    recipe = replace(FAMILIAR, steps=4, questions=1.0)
    learned = train_embedding(one.vlm, looks, "pet", "dog", "Zovua", recipe)
    assert np.isfinite(learned.vector).all()
    assert learned.word == "Zovua"
    assert one.digest() == before
