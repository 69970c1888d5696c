"""BLIP-2 with concept embeddings: e* is a last row of the picture, read by the Q-Former.

MyVLM, section 4.1: e* joins the output of the vision encoder, after its final layer norm; in every
cross-attention of the Q-Former its key and value have the mean norm of the picture's.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import Blip2ForConditionalGeneration

from engine.models.joining import QFormerJoin, attention_penalty
from engine.models.protocols import ConceptEmbedding, Picture, Turn
from engine.models.vlm.batching import BatchSize
from engine.models.vlm.freezing import eager, scaled_to
from engine.models.vlm.frozen import (
    IGNORED,
    FrozenVLM,
    Request,
    entropy_of,
    padded,
    within,
)
from engine.models.vlm.recomputing import recomputed
from engine.models.vlm.specs import VLMSpec
from engine.models.vlm.writing import Manner, Written, write


class QFormerVLM(FrozenVLM):
    """BLIP-2 over OPT or Flan-T5. A look is the vision encoder's rows [1 + side * side, w]."""

    def __init__(
        self, spec: VLMSpec, model: Blip2ForConditionalGeneration, processor: Any, version: str
    ) -> None:
        super().__init__(spec, model, model.language_model, processor.tokenizer, version)
        self._image_processor = processor.image_processor
        self._join = QFormerJoin(model.qformer)
        self._looking = BatchSize(spec.batch)

    @property
    def embedding_width(self) -> int:
        return int(self._model.config.vision_config.hidden_size)

    @contextmanager
    def sparing(self) -> Iterator[None]:
        """The Q-Former's and the language model's layers are computed twice."""
        with eager(self._model.qformer), recomputed(self._model, self._join.as_now):
            yield

    def look(self, pictures: Sequence[Picture]) -> list[Tensor]:
        """The vision encoder's rows of each picture (see `FrozenVLM.look`)."""
        return self._looking.run(pictures, self._look)

    def warm_start(self, looks: Sequence[Tensor], nouns: Sequence[str]) -> NDArray[np.float32]:
        """The mean row of the tagged photos, where nouns have no direction of their own."""
        mean = torch.stack([look.float().mean(dim=0) for look in looks]).mean(dim=0)
        return mean.numpy()

    def attention(
        self, look: Tensor, concept: ConceptEmbedding, layer: int | None = None
    ) -> NDArray[np.float32]:
        """Where the queries look that look at e*: [side, side], sums to 1.

        Each query's attention to the picture's places, weighted by its attention to e*, over heads.
        layer: which of the cross-attentions, counted from the first.
        """
        vector = torch.from_numpy(concept.vector)[None, None].to(self._model.device)
        with torch.inference_mode(), self._captured() as attentions:
            self._prefix([look], vector)
        chosen = attentions if layer is None else [attentions[layer]]
        places = len(look)
        heat = torch.stack(
            [(a[0, :, :, 1:places] * a[0, :, :, places:]).sum((0, 1)) for a in chosen]
        ).mean(dim=0)
        side = round(len(heat) ** 0.5)
        return (heat / heat.sum()).view(side, side).float().cpu().numpy()

    def _look(self, pictures: Sequence[Picture]) -> list[Tensor]:
        images = [within(picture, self.picture_size) for picture in pictures]
        pixels = self._image_processor(images, return_tensors="pt")["pixel_values"]
        with torch.no_grad():
            rows = self._model.vision_model(
                pixels.to(self._model.device, self._model.vision_model.dtype)
            ).last_hidden_state
        # Each a copy of its own: a slice would keep the whole batch in memory.
        return [one.clone() for one in rows.cpu()]

    def _prompt_ids(self, look: Tensor, prompt: str, history: Sequence[Turn]) -> tuple[int, ...]:
        earlier = [
            f"{self.spec.question.format(q=turn.question)} {turn.answer}." for turn in history
        ]
        return tuple(self._tokenizer(" ".join([*earlier, prompt]))["input_ids"])

    def _shape(self, look: Tensor) -> Hashable:
        return look.shape

    def _write(self, batch: Sequence[Request], manner: Manner) -> list[Written]:
        vectors = torch.from_numpy(np.stack([r.vectors for r in batch])).to(self._model.device)
        prompts = padded([r.prompt for r in batch], self._pad, self._model.device)
        with torch.inference_mode():
            prefix = self._prefix([r.look for r in batch], vectors)
            embedded = torch.cat([prefix, self._embed(prompts)], dim=1)
        inputs = {"inputs_embeds": embedded, "attention_mask": _seen(embedded)}
        return write(self._model.language_model, inputs, manner, self._pad)

    def _score(
        self, batch: Sequence[Request], embeddings: Tensor, targets: Sequence[Sequence[int]]
    ) -> tuple[Tensor, Tensor]:
        looks = [r.look for r in batch]
        with self._captured() as attentions:
            prefix = self._prefix(looks, embeddings.to(self._model.device))
        penalty = attention_penalty(attentions, len(looks[0])).expand(len(batch))
        speak = (
            self._continued if self._model.config.use_decoder_only_language_model else self._said
        )
        return speak(prefix, [r.prompt for r in batch], targets), penalty

    def _continued(
        self, prefix: Tensor, prompts: Sequence[Sequence[int]], targets: Sequence[Sequence[int]]
    ) -> Tensor:
        """Entropy [batch] of targets that continue their prompts, for decoders alone (OPT)."""
        device = prefix.device
        lines = [[*p, *t] for p, t in zip(prompts, targets, strict=True)]
        labels = [[*[IGNORED] * len(p), *t] for p, t in zip(prompts, targets, strict=True)]
        tokens = padded(lines, self._pad, device)
        embedded = torch.cat([prefix, self._embed(tokens)], dim=1)
        count = prefix.shape[1]
        # Padding stands after every target, so it is seen by nothing that counts.
        out = self._model.language_model(
            inputs_embeds=embedded, attention_mask=_seen(embedded), use_cache=False
        )
        return entropy_of(out.logits[:, count - 1 : -1], padded(labels, IGNORED, device))

    def _said(
        self, prefix: Tensor, prompts: Sequence[Sequence[int]], targets: Sequence[Sequence[int]]
    ) -> Tensor:
        """Entropy [batch] of targets that answer their prompts, for encoder and decoder (T5)."""
        device = prefix.device
        embedded = torch.cat([prefix, self._embed(padded(prompts, self._pad, device))], dim=1)
        seen = _seen(embedded)
        for row, prompt in enumerate(prompts):
            seen[row, prefix.shape[1] + len(prompt) :] = 0
        labels = padded(targets, IGNORED, device)
        out = self._model.language_model(
            inputs_embeds=embedded, attention_mask=seen, labels=labels, use_cache=False
        )
        return entropy_of(out.logits, labels)

    def _prefix(self, looks: Sequence[Tensor], embeddings: Tensor) -> Tensor:
        """What the language model reads of the pictures [batch, queries, width].

        embeddings: [batch, concepts, w]; with none of them the frozen model is itself.
        """
        qformer = self._model.qformer
        rows = torch.stack(list(looks)).to(self._model.device)
        queries = self._model.query_tokens.expand(len(rows), -1, -1)
        if embeddings.shape[1] == 0:
            out = qformer(query_embeds=queries, encoder_hidden_states=rows)
        else:
            joined = torch.cat([rows, scaled_to(embeddings, rows)], dim=1)
            with self._join.present(rows.shape[1]):
                out = qformer(query_embeds=queries, encoder_hidden_states=joined)
        projection = self._model.language_projection
        # The Q-Former computes in float32 whatever surrounds it.
        prefix: Tensor = projection(out.last_hidden_state.to(rows.dtype))
        return prefix.to(self._embed.weight.dtype)

    @property
    def _embed(self) -> Any:
        return self._model.get_input_embeddings()

    @contextmanager
    def _captured(self) -> Iterator[list[Tensor]]:
        with eager(self._model.qformer), self._join.captured() as attentions:
            yield attentions


def _seen(embedded: Tensor) -> Tensor:
    return torch.ones(embedded.shape[:2], dtype=torch.long, device=embedded.device)
