"""A captioner that is opened at its first use: whatever needs its weights is handed on to it."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.models import threads
from engine.models.protocols import (
    AttentiveVLM,
    Candidate,
    ConceptEmbedding,
    Look,
    PersonalisableVLM,
    Picture,
)

if TYPE_CHECKING:
    from torch import Tensor


class _Opened(PersonalisableVLM, AttentiveVLM, Protocol):
    """What every captioner is once it is opened."""


M = TypeVar("M", bound=_Opened)


class Lazy(ABC, Generic[M]):
    """The part of a `PersonalisableVLM` and `AttentiveVLM` that needs the model itself.

    Subclasses say how it is opened, and what is known of it before.
    """

    def __init__(self) -> None:
        self._vlm: M | None = None
        self._loading = threading.Lock()

    @abstractmethod
    def _open(self) -> M:
        """The model; raises PackError when files or libraries are missing or damaged."""

    def loaded(self) -> M:
        """The model itself, opened once; errors as `_open`."""
        with self._loading:
            if self._vlm is None:
                threads.settle_torch()
                self._vlm = self._open()
            return self._vlm

    @property
    def embedding_width(self) -> int:
        """Numbers in a concept embedding."""
        return self.loaded().embedding_width

    def look(self, pictures: Sequence[Picture]) -> list[Look]:
        """See `PersonalisableVLM.look`."""
        return self.loaded().look(pictures)

    def caption(
        self, looks: Sequence[Look], concepts: Sequence[Sequence[ConceptEmbedding]]
    ) -> list[str]:
        """See `PersonalisableVLM.caption`."""
        return self.loaded().caption(looks, concepts)

    def candidates(
        self, looks: Sequence[Look], concepts: Sequence[Sequence[ConceptEmbedding]]
    ) -> list[list[Candidate]]:
        """See `PersonalisableVLM.candidates`."""
        return self.loaded().candidates(looks, concepts)

    def warm_start(self, looks: Sequence[Look], nouns: Sequence[str]) -> NDArray[np.float32]:
        """See `PersonalisableVLM.warm_start`."""
        return self.loaded().warm_start(looks, nouns)

    def loss(
        self,
        looks: Sequence[Look],
        embeddings: Tensor,
        words: Sequence[Sequence[str]],
        targets: Sequence[str],
        attention_weight: float,
        questions: Sequence[str] | None = None,
    ) -> Tensor:
        """See `PersonalisableVLM.loss`."""
        return self.loaded().loss(looks, embeddings, words, targets, attention_weight, questions)

    def attention(
        self, look: Look, concept: ConceptEmbedding, layer: int | None = None
    ) -> NDArray[np.float32]:
        """See `AttentiveVLM.attention`."""
        return self.loaded().attention(look, concept, layer)
