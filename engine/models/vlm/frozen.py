"""What every personalised VLM does alike: group photos, put the prompt, read names in the text."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.nn import functional as F
from transformers import PreTrainedModel

from engine.errors import UsageError
from engine.models.protocols import Box, Candidate, ConceptEmbedding, Look, Picture, Turn
from engine.models.vlm.batching import BatchSize, alike
from engine.models.vlm.freezing import freeze
from engine.models.vlm.grounding import box_in
from engine.models.vlm.naming import check_words, listed, slotted, spoken
from engine.models.vlm.recomputing import layers_of
from engine.models.vlm.specs import VLMSpec
from engine.models.vlm.writing import Manner, Written, pad_token, stop_token

IGNORED = -100
"""The label of a token that is no part of a target."""
_UNREAD = np.zeros((0, 0), np.float32)


@dataclass(frozen=True)
class Request:
    """One photo and what is asked of it.

    vectors: its e* [concepts, w]; unread in training, where tensors with gradients stand for them.
    prompt: token numbers, without places for concepts.
    """

    look: Look
    vectors: NDArray[np.float32]
    prompt: tuple[int, ...]


class FrozenVLM(ABC):
    """A frozen transformers model that concept embeddings can join (MyVLM, section 4).

    Implements `ConversingVLM`, `AttentiveVLM`, `GroundingVLM` and `SparingVLM`. Whatever the
    model's number format, embeddings come in float32 and the loss leaves in float32: norms,
    cross-entropy and regulariser are computed in it. Looks are kept in the machine's own memory,
    not the device's, in the model's number format.
    """

    has_slots = False
    reads_rows = False

    def __init__(
        self,
        spec: VLMSpec,
        model: PreTrainedModel,
        writer: PreTrainedModel,
        tokenizer: Any,
        version: str,
    ) -> None:
        """writer: the part of `model` whose `generate` writes; version: see `version`."""
        self.spec = spec
        self.version = version
        self._model = freeze(model)
        self._tokenizer = tokenizer
        self._stop = stop_token(writer, tokenizer, spec.stop)
        self._pad = pad_token(tokenizer, self._stop)
        self._batch = BatchSize(spec.batch)
        self._recomputes = bool(layers_of(model))

    @property
    def attention_weight(self) -> float:
        """Lambda of the regulariser (MyVLM, section 4.2)."""
        return self.spec.attention_weight

    @property
    def max_concepts(self) -> int:
        """How many concepts one photo's caption can name; further ones are left out."""
        return self.spec.max_concepts

    @property
    def picture_size(self) -> int:
        """Longest side, in pixels, worth decoding for this model."""
        return self.spec.picture_size

    @property
    @abstractmethod
    def embedding_width(self) -> int:
        """Length w of a concept embedding."""

    @property
    def can_spare(self) -> bool:
        """Whether this class has layers that `sparing` can compute twice."""
        return self._recomputes

    @abstractmethod
    def sparing(self) -> AbstractContextManager[None]:
        """Gradients need less memory and more time (see `SparingVLM.sparing`)."""

    @abstractmethod
    def look(self, pictures: Sequence[Picture]) -> list[Look]:
        """One pass of the frozen vision encoder over each picture; all else reads its outcome."""

    @abstractmethod
    def warm_start(self, looks: Sequence[Look], nouns: Sequence[str]) -> NDArray[np.float32]:
        """A first e* [w], better than chance, from the tagged photos and the class nouns."""

    @abstractmethod
    def attention(
        self, look: Look, concept: ConceptEmbedding, layer: int | None = None
    ) -> NDArray[np.float32]:
        """[rows, columns] over the whole picture, sums to 1; one layer, or the mean of all.

        Raises IndexError for a layer that the model does not have.
        """

    @abstractmethod
    def _prompt_ids(self, look: Look, prompt: str, history: Sequence[Turn]) -> tuple[int, ...]:
        """The whole prompt's token numbers, without places for concepts."""

    @abstractmethod
    def _shape(self, look: Look) -> Hashable:
        """Photos of equal shape may stand in one batch."""

    @abstractmethod
    def _write(self, batch: Sequence[Request], manner: Manner) -> list[Written]:
        """Texts for requests of one shape, with as many concepts and prompt tokens each."""

    @abstractmethod
    def _score(
        self, batch: Sequence[Request], embeddings: Tensor, targets: Sequence[Sequence[int]]
    ) -> tuple[Tensor, Tensor]:
        """Cross-entropy [batch] of the targets' tokens and the regulariser [batch]."""

    def caption(
        self, looks: Sequence[Look], concepts: Sequence[Sequence[ConceptEmbedding]]
    ) -> list[str]:
        """One caption per photo, the likeliest; `concepts[n]` are those of photo n, maybe none.

        A photo without concepts gets exactly the frozen model's caption, with no placeholder.
        Raises UsageError where concepts of one photo lack words of their own.
        """
        manner = Manner(self.spec.beams, 1, self.spec.longest)
        return [texts[0] for texts, _ in self._texts(looks, self._trimmed(concepts), manner)]

    def candidates(
        self, looks: Sequence[Look], concepts: Sequence[Sequence[ConceptEmbedding]]
    ) -> list[list[Candidate]]:
        """A few captions per photo by beam search, likeliest first, errors as `caption`."""
        manner = Manner(self.spec.candidates, self.spec.candidates, self.spec.longest)
        return [
            [Candidate(text, score) for text, score in zip(texts, scores, strict=True)]
            for texts, scores in self._texts(looks, self._trimmed(concepts), manner)
        ]

    def answer(
        self,
        look: Look,
        concepts: Sequence[ConceptEmbedding],
        question: str,
        history: Sequence[Turn] = (),
    ) -> str:
        """The answer; question, history and answer name the i-th concept as `{i}`.

        Raises UsageError where the question names a concept that the photo does not have.
        """
        present = self._trimmed([concepts])[0]
        words = [concept.word for concept in present]
        earlier = [Turn(spoken(t.question, words), spoken(t.answer, words)) for t in history]
        asked = self.spec.question.format(q=spoken(question, words))
        request = self._request(look, present, asked, earlier)
        manner = Manner(1, 1, self.spec.longest_answer)
        return self._read(self._write([request], manner)[0], present)[0]

    @property
    def grounds(self) -> bool:
        """Whether it can be asked where something is."""
        return self.spec.grounding is not None

    def ground(self, look: Look, concept: ConceptEmbedding, noun: str) -> Box | None:
        """Where it says the concept is (see `GroundingVLM.ground`)."""
        how = self.spec.grounding
        if how is None:
            return None
        return box_in(self.answer(look, [concept], how.prompt.format(c="{0}", n=noun)), how)

    def loss(
        self,
        looks: Sequence[Look],
        embeddings: Tensor,
        words: Sequence[Sequence[str]],
        targets: Sequence[str],
        attention_weight: float,
        questions: Sequence[str] | None = None,
    ) -> Tensor:
        """Mean over photos of cross-entropy plus the weighted regulariser (MyVLM, section 4.2).

        embeddings: [batch, concepts, w], gradients reach them alone. words: per photo, the
        identifier of each concept. targets: what to write, naming concepts as `{0}`, `{1}`...
        questions: what each target answers, naming them alike; a caption where left out.
        """
        requests, written = [], []
        for n, (look, own, target) in enumerate(zip(looks, words, targets, strict=True)):
            if questions is None:
                prompt = self._caption_prompt(own)
            else:
                prompt = self.spec.question.format(q=spoken(questions[n], own))
            requests.append(Request(look, _UNREAD, self._prompt_ids(look, prompt, ())))
            written.append(self._target_ids(spoken(target, own)))
        losses: list[Tensor] = []
        for places in alike([self._shape(look) for look in looks]):
            entropy, penalty = self._score(
                [requests[n] for n in places], embeddings[places], [written[n] for n in places]
            )
            losses.append(entropy + attention_weight * penalty)
        return torch.cat(losses).mean()

    def _texts(
        self,
        looks: Sequence[Look],
        concepts: Sequence[Sequence[ConceptEmbedding]],
        manner: Manner,
    ) -> list[tuple[list[str], list[float]]]:
        """Every photo's texts. A batch holds photos of one shape with as many concepts and prompt
        tokens each: nothing is padded, so those without concepts pass the untouched model."""
        requests = []
        for look, present in zip(looks, concepts, strict=True):
            prompt = self._caption_prompt([concept.word for concept in present])
            requests.append(self._request(look, present, prompt, ()))
        keys = [(self._shape(r.look), len(r.vectors), len(r.prompt)) for r in requests]
        found: list[tuple[list[str], list[float]]] = [([], [])] * len(requests)
        for places in alike(keys):
            same = [requests[n] for n in places]
            written = self._batch.run(same, lambda part: self._write(part, manner))
            for n, one in zip(places, written, strict=True):
                found[n] = (self._read(one, concepts[n]), one.scores)
        return found

    def _request(
        self,
        look: Look,
        present: Sequence[ConceptEmbedding],
        prompt: str,
        history: Sequence[Turn],
    ) -> Request:
        check_words([concept.word for concept in present])
        vectors = np.zeros((len(present), self.embedding_width), np.float32)
        for n, concept in enumerate(present):
            if concept.vector.shape != (self.embedding_width,):
                raise UsageError(
                    f"What was learnt about “{concept.word}” belongs to another captioner."
                )
            vectors[n] = concept.vector
        return Request(look, vectors, self._prompt_ids(look, prompt, history))

    def _caption_prompt(self, words: Sequence[str]) -> str:
        return self.spec.concept_prompt.format(c=listed(words)) if words else self.spec.prompt

    def _target_ids(self, target: str) -> list[int]:
        text = self.spec.lead + target
        return [*self._tokenizer(text, add_special_tokens=False)["input_ids"], self._stop]

    def _trimmed(
        self, concepts: Sequence[Sequence[ConceptEmbedding]]
    ) -> list[Sequence[ConceptEmbedding]]:
        return [present[: self.max_concepts] for present in concepts]

    def _read(self, written: Written, present: Sequence[ConceptEmbedding]) -> list[str]:
        texts = self._tokenizer.batch_decode(written.ids, skip_special_tokens=True)
        words = [concept.word for concept in present]
        return [slotted(text.strip(), words) for text in texts]


def padded(lines: Sequence[Sequence[int]], fill: int, device: torch.device) -> Tensor:
    """Lines of token numbers [lines, longest], filled up at their ends."""
    longest = max(map(len, lines))
    return torch.tensor([[*line, *[fill] * (longest - len(line))] for line in lines], device=device)


def entropy_of(logits: Tensor, labels: Tensor) -> Tensor:
    """Mean cross-entropy of each line's labels [batch]; logits [batch, length, words]."""
    losses = F.cross_entropy(
        logits.float().transpose(1, 2), labels, ignore_index=IGNORED, reduction="none"
    )
    return losses.sum(dim=1) / (labels != IGNORED).sum(dim=1)


def within(picture: Picture, longest: int) -> Image.Image:
    """The picture with no side longer than `longest` pixels."""
    image = Image.fromarray(picture)
    image.thumbnail((longest, longest), Image.Resampling.BICUBIC)
    return image
