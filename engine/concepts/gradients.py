"""The gradient of a training step, within the memory and the number format there are."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext

import torch
from torch import Tensor

from engine.concepts.targets import Line
from engine.errors import FamiliarError
from engine.models.protocols import Look, PersonalisableVLM, SparingVLM
from engine.models.vlm.batching import BatchSize, ran_out_of_memory, release_memory

_log = logging.getLogger(__name__)
_LARGEST_SCALE = 2.0**16
"""What losses are multiplied by before the gradient is taken, as in torch's own mixed precision."""
_SMALLEST_SCALE = 2.0**-14


class Gradients:
    """The loss of e* over views of photos, and its gradient; both float32 whatever the model is.

    Where memory runs out the step is divided: halves of halves, down to one photo, whose gradients
    add up to the whole step's; and where one photo is too much, the model computes its layers twice
    (`SparingVLM`). Either stays so. Only when one photo does not fit even then does the error pass.

    Gradients inside a float16 model vanish below 6e-8 and overflow above 65,504. So the loss is
    multiplied first, the gradient divided afterwards in float32, and the factor is halved whenever
    something overflowed. It is a power of two, so in other formats it changes nothing.
    """

    def __init__(
        self, vlm: PersonalisableVLM, looks: Sequence[Look], word: str, attention_weight: float
    ) -> None:
        self._vlm, self._looks, self._word = vlm, looks, word
        self._attention_weight = attention_weight
        self._batch = BatchSize(max(1, len(looks)))
        self._room: Callable[[], AbstractContextManager[None]] = nullcontext
        self._scale = _LARGEST_SCALE

    def of(self, vector: Tensor, lines: Sequence[Line]) -> Tensor:
        """The gradient [w] at e* `vector` [w] of the mean loss over the lines.

        Raises FamiliarError where the model's number format is too coarse for the photos, and what
        torch raises where one photo alone does not fit into memory.
        """
        parts = self._batch.parts(lines, lambda part: self._of_part(vector, part, len(lines)))
        return torch.stack(parts).sum(dim=0)

    def loss(self, vector: Tensor, lines: Sequence[Line]) -> float:
        """The mean loss over the lines alone, errors as `of`."""

        def work(part: Sequence[Line]) -> float:
            with _as_if_never_tried():
                return self._loss(vector, part).item() * (len(part) / len(lines))

        with torch.no_grad():
            return sum(self._batch.parts(lines, work))

    def _of_part(self, vector: Tensor, part: Sequence[Line], whole: int) -> Tensor:
        try:
            with _as_if_never_tried():
                return self._finite(vector, part, whole)
        except (RuntimeError, MemoryError) as error:
            if len(part) > 1 or not ran_out_of_memory(error) or not self._begin_to_spare():
                raise
        release_memory()
        return self._finite(vector, part, whole)

    def _begin_to_spare(self) -> bool:
        """Whether the model needs less memory from now on than it did before."""
        if self._room is not nullcontext:
            return False
        if not isinstance(self._vlm, SparingVLM) or not self._vlm.can_spare:
            _log.warning("Memory is short, and this model cannot compute its layers twice.")
            return False
        _log.info("Memory is short: the model's layers are computed twice from now on.")
        self._room = self._vlm.sparing
        return True

    def _finite(self, vector: Tensor, part: Sequence[Line], whole: int) -> Tensor:
        drawn = torch.get_rng_state()
        while True:
            with self._room():
                loss = self._loss(vector, part) * (len(part) / whole)
                (gradient,) = torch.autograd.grad(loss * self._scale, vector)
            sound = bool(loss.isfinite())
            if sound and bool(gradient.isfinite().all()):
                return gradient / self._scale
            if not sound or self._scale <= _SMALLEST_SCALE:
                raise FamiliarError(
                    "The captioner's numbers are too coarse to learn from these photos; "
                    "another pack may do better."
                )
            self._scale /= 2
            torch.set_rng_state(drawn)

    def _loss(self, vector: Tensor, part: Sequence[Line]) -> Tensor:
        questions = [line.question for line in part if line.question is not None]
        return self._vlm.loss(
            [self._looks[line.view] for line in part],
            vector.expand(len(part), 1, -1),
            [[self._word]] * len(part),
            [line.target for line in part],
            self._attention_weight,
            questions or None,
        )


@contextmanager
def _as_if_never_tried() -> Iterator[None]:
    """After an attempt that failed the next one draws the same random numbers."""
    drawn = torch.get_rng_state()
    try:
        yield
    except (RuntimeError, MemoryError):
        torch.set_rng_state(drawn)
        raise
