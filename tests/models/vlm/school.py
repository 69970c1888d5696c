"""A small model learns to caption drawings, and to call something by the name that a row says.

A language model that has never read of an unknown name cannot be steered to say one. So some of its
lessons have a row joined, as the product joins e*, that is made of a name's own input embedding,
that of the noun it is of, and noise; the sentence then says the name. Rows without a name's
embedding, and the untouched prompt, go with the plain sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from engine.concepts.views import altered_views
from engine.models.protocols import Picture
from engine.models.vlm.freezing import freeze
from engine.models.vlm.frozen import Request
from engine.models.vlm.sight import Sight
from engine.models.vlm.specs import spec_named
from engine.models.vlm.tokens import TokenVLM
from tests.models.vlm.drawing import SIDE, drawn, scene
from tests.models.vlm.pupils import IDENTIFIERS, PUPILS

STEPS = 500
RATE = 1e-3
BATCH = 32
COUNTS = (0, 1, 2, 2)
"""Rows joined in one step's lessons, step by step."""
POOL = 2048
"""Drawings that a model learns from."""
NOISE = 1.0
"""The most noise in a row, as a share of the norm of what it says."""
NAMED, HALF_SAID = 0.7, 0.85
"""The share of rows that say a name and a noun, and of those that say at least the noun."""
UNREAD = np.zeros((0, 0), np.float32)


@cache
def schooled(name: str) -> TokenVLM:
    """A model of that kind after all its lessons, frozen; one for all tests, which leave it so."""
    model, processor = PUPILS[name]()
    spec = spec_named(name)
    assert spec is not None
    vlm = TokenVLM(replace(spec, longest=12), model, processor, "pupil-1")
    School(vlm, model, processor).teach(STEPS)
    freeze(model)
    return vlm


@dataclass(frozen=True)
class Lesson:
    """One scene, the words of the prompt, what each row says, and the sentence to learn."""

    shown: int
    words: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    sentence: str


class School:
    """Drawings, and the lessons made of them."""

    def __init__(self, vlm: TokenVLM, model: Any, processor: Any) -> None:
        self._vlm, self._model, self._processor = vlm, model, processor
        self._random = np.random.default_rng(0)
        self._pictures = self._pool()
        self._prompts: dict[tuple[str, ...], tuple[int, ...]] = {}

    def teach(self, steps: int) -> None:
        """Every weight learns."""
        torch.manual_seed(0)
        self._model.requires_grad_(True)
        optimiser = torch.optim.AdamW(
            self._model.parameters(), lr=RATE, weight_decay=0.01, fused=True
        )
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, steps, pct_start=0.1)
        for step in range(steps):
            loss = self._loss([self._lesson(step) for _ in range(BATCH)])
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self._model.parameters(), 1.0)
            optimiser.step()
            schedule.step()

    def _pool(self) -> list[Picture]:
        """The drawings, some of them as altered views."""
        self._scenes = [scene(self._random) for _ in range(POOL)]
        plain = [drawn(one, self._random).picture for one in self._scenes]
        return [_resized(altered_views(one, 2, n)[n % 3 // 2]) for n, one in enumerate(plain)]

    def _asked(self, words: Sequence[str]) -> str:
        """The prompt about concepts of these words."""
        return self._vlm._caption_prompt(words)

    def _lesson(self, step: int) -> Lesson:
        random, count = self._random, COUNTS[step % 4]
        at = int(random.integers(POOL))
        while len(self._scenes[at].nouns) < count:
            at = int(random.integers(POOL))
        shown = self._scenes[at]
        nouns = random.permutation(shown.nouns)[:count].tolist()
        words = random.choice(IDENTIFIERS, size=count, replace=False).tolist()
        rows: list[tuple[str, ...]] = []
        names: dict[str, str] = {}
        for noun, word in zip(nouns, words, strict=True):
            heard = random.random()
            rows.append((noun, word) if heard < NAMED else (noun,) if heard < HALF_SAID else ())
            if heard < NAMED:
                names[noun] = word
        return Lesson(at, tuple(words), tuple(rows), shown.said(names))

    def _loss(self, lessons: Sequence[Lesson]) -> Tensor:
        sights = self._sights([one.shown for one in lessons])
        requests = [
            Request(sight, UNREAD, self._prompt(sight, one.words))
            for sight, one in zip(sights, lessons, strict=True)
        ]
        targets = [self._vlm._target_ids(one.sentence) for one in lessons]
        entropy, _ = self._vlm._score(requests, self._rows(lessons), targets)
        return entropy.mean()

    def _rows(self, lessons: Sequence[Lesson]) -> Tensor:
        """[batch, concepts, w]; a row that says nothing is noise alone."""
        table = self._model.get_input_embeddings().weight.detach()
        numbers = self._vlm._tokenizer.convert_tokens_to_ids
        said = torch.zeros(len(lessons), len(lessons[0].rows), table.shape[1])
        for n, one in enumerate(lessons):
            for place, parts in enumerate(one.rows):
                loud = 0.5 + torch.rand(len(parts), 1)
                said[n, place] = (loud * table[[numbers(part) for part in parts]]).sum(dim=0)
        noise = F.normalize(torch.randn_like(said), dim=-1)
        norm = said.norm(dim=-1, keepdim=True)
        return said + noise * torch.where(norm > 0, norm * torch.rand_like(norm) * NOISE, 1.0)

    def _prompt(self, sight: Sight, words: tuple[str, ...]) -> tuple[int, ...]:
        if words not in self._prompts:
            self._prompts[words] = self._vlm._prompt_ids(sight, self._asked(words), ())
        return self._prompts[words]

    def _sights(self, places: Sequence[int]) -> list[Sight]:
        """As the product looks, but many at once, and with gradients."""
        pixels = self._pixels[places]
        first = self._first
        inputs: dict[str, Any] = {"pixel_values": pixels}
        if "image_grid_thw" in first.extras:
            inputs["pixel_values"] = pixels.flatten(0, 1)
            inputs["image_grid_thw"] = first.extras["image_grid_thw"].repeat(len(places), 1)
        out = self._model.get_image_features(**inputs, return_dict=True)
        layers = getattr(out, "deepstack_features", None) or ()
        return [
            replace(first, rows=rows, deeper=tuple(layer[n] for layer in layers))
            for n, rows in enumerate(out.pooler_output)
        ]

    @cached_property
    def _first(self) -> Sight:
        return self._vlm.look(self._pictures[:1])[0]

    @cached_property
    def _pixels(self) -> Tensor:
        """What the processor makes of the drawings [pool, ...]."""
        seen = self._processor.image_processor(self._pictures, return_tensors="pt")
        found: Tensor = seen["pixel_values"]
        return found.view(POOL, -1, found.shape[-1]) if found.ndim == 2 else found


def _resized(picture: Picture) -> Picture:
    """An altered view at the size of all drawings, so that they stack."""
    return np.asarray(Image.fromarray(picture).resize((SIDE, SIDE), Image.Resampling.BICUBIC))
