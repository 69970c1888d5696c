"""A large model that is opened at its first use; what is asked before that is known without it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.models import threads
from engine.models.protocols import Candidate, ConceptEmbedding, Look, Picture, Turn
from engine.models.vlm.specs import VLMSpec

if TYPE_CHECKING:
    from torch import Tensor

    from engine.models.vlm.frozen import FrozenVLM


class LazyVLM:
    """A model of kind `spec` in `folder`: personalisable, conversing, attentive, sparing."""

    has_slots = False
    reads_rows = False

    def __init__(self, spec: VLMSpec, folder: Path) -> None:
        self._spec = spec
        self._folder = folder
        self._vlm: FrozenVLM | None = None
        self._version: str | None = None
        self._loading = threading.Lock()

    @property
    def version(self) -> str:
        """Changes with the files and the number format; read from the files' edges alone."""
        if self._version is None:
            from engine.models.vlm.loading import version_of

            self._version = version_of(self._spec, self._folder, bits=self._bits())
        return self._version

    @property
    def max_concepts(self) -> int:
        """How many concepts one photo's caption can name."""
        return self._spec.max_concepts

    @property
    def attention_weight(self) -> float:
        """Lambda of the regulariser (MyVLM, section 4.2)."""
        return self._spec.attention_weight

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

    def answer(
        self,
        look: Look,
        concepts: Sequence[ConceptEmbedding],
        question: str,
        history: Sequence[Turn] = (),
    ) -> str:
        """See `ConversingVLM.answer`."""
        return self.loaded().answer(look, concepts, question, history)

    def attention(
        self, look: Look, concept: ConceptEmbedding, layer: int | None = None
    ) -> NDArray[np.float32]:
        """See `AttentiveVLM.attention`."""
        return self.loaded().attention(look, concept, layer)

    @property
    def can_spare(self) -> bool:
        """See `SparingVLM.can_spare`."""
        return self.loaded().can_spare

    def sparing(self) -> AbstractContextManager[None]:
        """See `SparingVLM.sparing`."""
        return self.loaded().sparing()

    def loaded(self) -> FrozenVLM:
        """The model itself; raises PackError when files or libraries are missing or damaged."""
        with self._loading:
            if self._vlm is None:
                threads.settle_torch()
                from engine.models.vlm.loading import load

                self._vlm = load(self._spec, self._folder, bits=self._bits())
            return self._vlm

    def _bits(self) -> int | None:
        from engine.models.vlm.devices import best_device, bits_for
        from engine.models.vlm.loading import parameters_in

        return bits_for(best_device(), parameters_in(self._folder))
