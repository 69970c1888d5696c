"""Questions and answers to train an embedding on, beside captions (MyVLM, section 4.3).

The frozen model is asked about the class noun ("What is the dog doing?") and the noun is exchanged
for the identifier afterwards, so nobody has to write an answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from engine.models.protocols import ConversingVLM, Look

QUESTIONS: dict[str, tuple[str, ...]] = {
    "person": (
        "What is {one} wearing?",
        "What is {one} doing?",
        "Where is {one}?",
        "Is {one} standing or sitting?",
        "What does the face of {one} say?",
        "Who or what is next to {one}?",
        "What is {one} holding?",
        "What colour is the hair of {one}?",
        "Is {one} inside or outside?",
        "Describe {one}.",
    ),
    "pet": (
        "What is {one} doing?",
        "Where is {one}?",
        "What colour is {one}?",
        "Is {one} lying, sitting or standing?",
        "What is next to {one}?",
        "Where is {one} looking?",
        "What is behind {one}?",
        "Is {one} inside or outside?",
        "What is {one} lying or standing on?",
        "Describe {one}.",
    ),
    "thing": (
        "Where is {one}?",
        "What colour is {one}?",
        "What is {one} made of?",
        "What is next to {one}?",
        "What is behind {one}?",
        "How large is {one}?",
        "What shape is {one}?",
        "Is anybody holding {one}?",
        "What is {one} standing or lying on?",
        "Describe {one}.",
    ),
}
"""Ten for each kind, which any photo can answer."""


@dataclass(frozen=True)
class Pair:
    """A question and its answer; the concept is `{0}`."""

    question: str
    answer: str


def question_pairs(
    vlm: ConversingVLM, look: Look, kind: str, noun: str, spoken: Sequence[str] = ()
) -> list[Pair]:
    """What the frozen model answers about the noun in one photo; empty answers are left out.

    spoken: other words for the concept, such as "woman" beside "person".
    """
    pairs = []
    for asked in QUESTIONS[kind]:
        answer = vlm.answer(look, [], asked.format(one=f"the {noun}")).strip()
        if answer:
            pairs.append(Pair(asked.format(one="{0}"), named(answer, (noun, *spoken))))
    return pairs


def named(answer: str, nouns: Sequence[str]) -> str:
    """An answer in which every mention of the noun is `{0}`: "The dog is asleep", "a dog's bed"."""
    plain = answer.translate({ord("{"): "(", ord("}"): ")"})
    words = "|".join(re.escape(noun) for noun in nouns)
    return re.sub(rf"\b(?:(?:the|a|an|this) )?(?:{words})\b", "{0}", plain, flags=re.IGNORECASE)
