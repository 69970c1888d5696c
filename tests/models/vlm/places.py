"""A small model that captions drawings learns to say where something is, too.

In its lessons a row joined as e* says which of two things is asked for; neither the question nor
the drawing does. Answers are JSON as Qwen3-VL writes it, numbers from 0 to 1000.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
from transformers import AddedToken

from engine.models.protocols import Box, Picture
from engine.models.vlm.freezing import freeze
from engine.models.vlm.tokens import TokenVLM
from tests.models.vlm.drawing import NOUNS, SIDE, drawn, scene
from tests.models.vlm.pupils import IDENTIFIERS, PUPILS
from tests.models.vlm.school import POOL, Lesson, School, schooled

QUESTION = "where is {c} ?"
STEPS = 700
_AROUND = ('[{"bbox_2d": [', '], "label": "', '"}]')
_EDGES = [str(round(1000 * pixel / SIDE)) for pixel in range(SIDE + 1)]


def schooled_in_places() -> TokenVLM:
    """The Qwen3-VL that captions, after lessons in places, frozen."""
    before = schooled("qwen3-vl")
    model, processor = PUPILS["qwen3-vl"]()
    model.load_state_dict(before._model.state_dict())
    _give_words(model, processor)
    assert before.spec.grounding is not None
    asked = replace(before.spec.grounding, prompt=QUESTION)
    spec = replace(before.spec, longest_answer=16, grounding=asked)
    vlm = TokenVLM(spec, model, processor, "pupil-2")
    PlacesSchool(vlm, model, processor).teach(STEPS)
    freeze(model)
    return vlm


def answer(box: Box, word: str) -> str:
    """The JSON that says it."""
    edges = ", ".join(_EDGES[round(edge * SIDE)] for edge in box)
    return word.join([f"{_AROUND[0]}{edges}{_AROUND[1]}", _AROUND[2]])


class PlacesSchool(School):
    """Lessons about one of two things in a drawing."""

    def _pool(self) -> list[Picture]:
        pairs = [self._random.choice(NOUNS, 2, replace=False).tolist() for _ in range(POOL)]
        self._scenes = [scene(self._random, pair) for pair in pairs]
        drawings = [drawn(one, self._random) for one in self._scenes]
        self._boxes = [drawing.boxes for drawing in drawings]
        return [drawing.picture for drawing in drawings]

    def _asked(self, words: Any) -> str:
        return QUESTION.format(c=words[0])

    def _lesson(self, step: int) -> Lesson:
        at = int(self._random.integers(POOL))
        noun = str(self._random.choice(self._scenes[at].nouns))
        word = str(self._random.choice(IDENTIFIERS))
        return Lesson(at, (word,), ((noun, word),), answer(self._boxes[at][noun], word))


def _give_words(model: Any, processor: Any) -> None:
    """The words of answers; and places of patches loud enough to be read: captions never needed
    them, so they are still as faint as they began."""
    torch.manual_seed(0)
    processor.tokenizer.add_tokens([AddedToken(part) for part in _AROUND])
    words = ["where", *_EDGES]
    processor.tokenizer.add_tokens([AddedToken(word, single_word=True) for word in words])
    model.resize_token_embeddings(len(processor.tokenizer), mean_resizing=False)
    with torch.no_grad():
        places = model.model.visual.pos_embed.weight
        places.add_(torch.randn_like(places))
