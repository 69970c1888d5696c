"""A training that is not finished, as it is kept: from here it goes on as if it had never ended."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.concepts.embeddings import header_of
from engine.concepts.questions import Pair
from engine.errors import UsageError

_DIGEST = 32


@dataclass(frozen=True)
class Steps:
    """Where an optimisation stands after some steps.

    vector: e* [w]. mean, square: AdamW's moments [w]. best: the e* [w] that was best on the views
    kept apart, least: its loss there. waited: checks since. torch_random: the state of torch's
    generator, uint8 [n]; random: that of the run's own, as numpy describes it.
    """

    step: int
    vector: NDArray[np.float32]
    mean: NDArray[np.float32]
    square: NDArray[np.float32]
    best: NDArray[np.float32]
    least: float
    waited: int
    torch_random: NDArray[np.uint8]
    random: dict[str, Any]


@dataclass(frozen=True)
class Draft:
    """captions: of the first so many views. pairs: of the first so many photos. steps: None before
    both are complete."""

    captions: list[str]
    pairs: list[list[Pair]]
    steps: Steps | None = None

    def to_bytes(self) -> bytes:
        """A digest, and safetensors."""
        from safetensors.numpy import save

        parts = {} if self.steps is None else {n: getattr(self.steps, n) for n in _names()}
        arrays = {name: value for name, value in parts.items() if isinstance(value, np.ndarray)}
        about = {
            "captions": self.captions,
            "pairs": [[asdict(pair) for pair in own] for own in self.pairs],
            "steps": {name: value for name, value in parts.items() if name not in arrays},
        }
        data = save(arrays, metadata={"about": json.dumps(about)})
        return hashlib.sha256(data).digest() + data

    @classmethod
    def from_bytes(cls, data: bytes) -> Draft:
        """What `to_bytes` wrote; raises UsageError when it is damaged."""
        from safetensors.numpy import load

        digest, rest = data[:_DIGEST], data[_DIGEST:]
        if hashlib.sha256(rest).digest() != digest:
            raise UsageError("The training that was begun is damaged.")
        about, arrays = json.loads(header_of(rest)["about"]), load(rest)
        pairs = [[Pair(**pair) for pair in own] for own in about["pairs"]]
        parts: dict[str, Any] = {**arrays, **about["steps"]}
        return cls(about["captions"], pairs, Steps(**parts) if parts else None)


def _names() -> list[str]:
    return [field.name for field in fields(Steps)]
