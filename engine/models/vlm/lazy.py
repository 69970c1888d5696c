"""A large model that is opened at its first use; what is asked before that is known without it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from engine.models.lazy import Lazy
from engine.models.protocols import Box, ConceptEmbedding, Look, Turn
from engine.models.vlm.specs import VLMSpec

if TYPE_CHECKING:
    from engine.models.vlm.frozen import FrozenVLM


class LazyVLM(Lazy["FrozenVLM"]):
    """A model of kind `spec` in `folder`: personalisable, conversing, attentive, grounding and
    sparing."""

    has_slots = False
    reads_rows = False

    def __init__(self, spec: VLMSpec, folder: Path) -> None:
        super().__init__()
        self._spec = spec
        self._folder = folder

    @cached_property
    def version(self) -> str:
        """Changes with the files and the number format; read from the files' edges alone."""
        from engine.models.vlm.loading import version_of

        return version_of(self._spec, self._folder, bits=self._bits)

    @property
    def max_concepts(self) -> int:
        """How many concepts one photo's caption can name."""
        return self._spec.max_concepts

    @property
    def attention_weight(self) -> float:
        """Lambda of the regulariser (MyVLM, section 4.2)."""
        return self._spec.attention_weight

    @property
    def grounds(self) -> bool:
        """See `GroundingVLM.grounds`."""
        return self._spec.grounding is not None

    def answer(
        self,
        look: Look,
        concepts: Sequence[ConceptEmbedding],
        question: str,
        history: Sequence[Turn] = (),
    ) -> str:
        """See `ConversingVLM.answer`."""
        return self.loaded().answer(look, concepts, question, history)

    def ground(self, look: Look, concept: ConceptEmbedding, noun: str) -> Box | None:
        """See `GroundingVLM.ground`."""
        return self.loaded().ground(look, concept, noun)

    @property
    def can_spare(self) -> bool:
        """See `SparingVLM.can_spare`."""
        return self.loaded().can_spare

    def sparing(self) -> AbstractContextManager[None]:
        """See `SparingVLM.sparing`."""
        return self.loaded().sparing()

    def _open(self) -> FrozenVLM:
        from engine.models.vlm.loading import load

        return load(self._spec, self._folder, bits=self._bits)

    @cached_property
    def _bits(self) -> int | None:
        from engine.models.devices import best_device, bits_for
        from engine.models.vlm.loading import parameters_in

        return bits_for(best_device(), lambda: parameters_in(self._folder))
