"""Tiny random models of the real classes, with real processors, made on the spot."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import torch

from engine.models.protocols import ConceptEmbedding, Picture
from engine.models.vlm.frozen import FrozenVLM
from engine.models.vlm.qformer import QFormerVLM
from engine.models.vlm.specs import Join, VLMSpec, spec_named
from engine.models.vlm.tokens import TokenVLM
from tests.models.vlm.newer import gemma3, internvl, qwen3vl, smolvlm
from tests.models.vlm.older import blip2, llava, llava_next
from tests.models.vlm.parts import SIDE as SIDE
from tests.models.vlm.parts import pictures as pictures

MAKERS: dict[str, Callable[[], tuple[Any, Any]]] = {
    "blip-2-opt": lambda: blip2("opt"),
    "blip-2-flan-t5": lambda: blip2("t5"),
    "llava-1.5": llava,
    "llava-1.6": llava_next,
    "qwen3-vl": qwen3vl,
    "smolvlm2": smolvlm,
    "internvl3": internvl,
    "gemma-3": gemma3,
}
"""A tiny model and its processor for every kind that Familiar knows."""

NAMES = list(MAKERS)
Q_FORMERS = NAMES[:2]
READERS = NAMES[2:]
"""Those that read a picture as tokens."""


def tiny_spec(name: str) -> VLMSpec:
    """The real entry, with short texts."""
    spec = spec_named(name)
    assert spec is not None
    return replace(spec, longest=6, longest_answer=6, candidates=3, beams=min(spec.beams, 2))


@cache
def tiny(name: str) -> Tiny:
    """The tiny model of that kind; one for all tests, which leave it as it is."""
    model, processor = MAKERS[name]()
    spec = tiny_spec(name)
    joined = QFormerVLM if spec.join is Join.QFORMER else TokenVLM
    return Tiny(model, processor, joined(spec, model, processor, "tiny-1"))


@dataclass(frozen=True)
class Tiny:
    """One transformers model, its processor, and the VLM that is made of them."""

    model: Any
    processor: Any
    vlm: FrozenVLM

    @property
    def writer(self) -> Any:
        """The part that writes."""
        return self.model.language_model if self.asks_plainly else self.model

    @property
    def asks_plainly(self) -> bool:
        return self.vlm.spec.join is Join.QFORMER

    def concept(self, word: str, seed: int = 0) -> ConceptEmbedding:
        random = np.random.default_rng(seed)
        vector = random.standard_normal(self.vlm.embedding_width).astype(np.float32)
        return ConceptEmbedding(vector, word)

    def asked(self, picture: Picture, prompt: str) -> Any:
        """What the processor, as its makers meant it, makes of one picture and a prompt."""
        if self.asks_plainly:
            return self.processor(images=[picture], text=[prompt], return_tensors="pt")
        content = [{"type": "image"}, {"type": "text", "text": prompt}]
        message = [{"role": "user", "content": content}]
        said = self.processor.apply_chat_template(message, add_generation_prompt=True)
        begun = said.startswith("<s>")
        return self.processor(
            images=[picture], text=[said], return_tensors="pt", add_special_tokens=not begun
        )

    def untouched(self, picture: Picture, prompt: str, **options: Any) -> list[int]:
        """New token numbers of the transformers model alone."""
        inputs = self.asked(picture, prompt)
        out = self.model.generate(**inputs, do_sample=False, max_new_tokens=6, **options)
        # BLIP-2 hands OPT the prompt as numbers too; T5 answers with its own words alone.
        encodes = self.asks_plainly and self.writer.config.is_encoder_decoder
        return list(out[0, 0 if encodes else inputs["input_ids"].shape[1] :].tolist())

    def digest(self) -> str:
        """A hash of every weight."""
        found = hashlib.sha256()
        for name, value in sorted(self.model.state_dict().items()):
            found.update(name.encode() + value.numpy().tobytes())
        return found.hexdigest()

    @contextmanager
    def inclined(self, token: int) -> Iterator[None]:
        """The model would write `token` wherever it may."""

        def favour(module: Any, args: Any, out: torch.Tensor) -> torch.Tensor:
            out = out.clone()
            out[..., token] += 1000
            return out

        handle = self.writer.get_output_embeddings().register_forward_hook(favour)
        try:
            yield
        finally:
            handle.remove()
