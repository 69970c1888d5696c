"""VLMs whose language model reads the picture as tokens: LLaVA, Qwen3-VL, Gemma 3 and their kin.

e* joins as one more token right after the picture's last (MyVLM, section 4.1): one more image token
whose row stands after the projector's (LLaVA), or a reserved token whose input embedding is
exchanged for e*. Either way it has the mean norm of the picture's tokens.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import PreTrainedModel

from engine.models.protocols import ConceptEmbedding, Picture, Turn
from engine.models.vlm.exchange import TokenExchange
from engine.models.vlm.freezing import AttentionColumns, eager, later_attention, scaled_to
from engine.models.vlm.frozen import IGNORED, FrozenVLM, Request, entropy_of, padded
from engine.models.vlm.looking import TokenLooker
from engine.models.vlm.recomputing import recomputed
from engine.models.vlm.sight import Sight, handed_over
from engine.models.vlm.specs import Join, VLMSpec
from engine.models.vlm.writing import Manner, Written, known_token, write


class TokenVLM(FrozenVLM):
    """A decoder that reads pictures as tokens; a look is a `Sight`."""

    def __init__(self, spec: VLMSpec, model: PreTrainedModel, processor: Any, version: str) -> None:
        """Raises PackError where the vocabulary has no token to carry e*, or no chat template."""
        super().__init__(spec, model, model, processor.tokenizer, version)
        self._looker = TokenLooker(spec, model, processor)
        self._image = int(model.config.image_token_id)
        self._carrier = self._image
        if spec.join is Join.TOKEN:
            self._carrier = known_token(self._tokenizer, spec.reserved)
        self._exchange = TokenExchange(model.get_input_embeddings(), self._carrier)
        self._columns = AttentionColumns(model.get_decoder())

    @property
    def embedding_width(self) -> int:
        return int(self._model.config.get_text_config().hidden_size)

    @contextmanager
    def sparing(self) -> Iterator[None]:
        """The language model's layers are computed twice."""
        with eager(self._model.get_decoder()), recomputed(self._model):
            yield

    def look(self, pictures: Sequence[Picture]) -> list[Sight]:
        """What the vision encoder hands the language model (see `FrozenVLM.look`)."""
        return self._looker.look(pictures)

    def warm_start(self, looks: Sequence[Sight], nouns: Sequence[str]) -> NDArray[np.float32]:
        """The input embedding of the first noun that is one token, else the first noun's mean."""
        spelt = [self._tokenizer(" " + n, add_special_tokens=False)["input_ids"] for n in nouns]
        ids = next((one for one in spelt if len(one) == 1), spelt[0])
        with torch.inference_mode():
            numbers = torch.tensor(ids, device=self._model.device)
            rows: Tensor = self._model.get_input_embeddings()(numbers)
        return rows.float().mean(dim=0).cpu().numpy()

    def attention(
        self, look: Sight, concept: ConceptEmbedding, layer: int | None = None
    ) -> NDArray[np.float32]:
        """Where e*'s own token looks in the picture, over heads; layers of the language model."""
        prompt = self._prompt_ids(look, self._caption_prompt([concept.word]), ())
        request = Request(look, concept.vector[None], prompt)
        with torch.inference_mode():
            out = self._forward([request], _stacked([request]), output_attentions=True)
        place = self._after_picture(prompt)
        picture = torch.tensor(prompt) == self._image
        chosen = out.attentions if layer is None else [out.attentions[layer]]
        heat = torch.stack([a[0, :, place, : len(prompt)].float().mean(dim=0) for a in chosen])
        # Concepts stand behind the picture, so its tokens are where they were in the prompt.
        return look.grid.lay_out(heat.mean(dim=0).cpu()[picture].numpy())

    def _prompt_ids(self, look: Sight, prompt: str, history: Sequence[Turn]) -> tuple[int, ...]:
        return self._looker.prompt_ids(look, prompt, history)

    def _shape(self, look: Sight) -> Hashable:
        # Equal text has the picture's tokens at equal places.
        return look.rows.shape, look.text

    def _write(self, batch: Sequence[Request], manner: Manner) -> list[Written]:
        vectors = _stacked(batch).to(self._model.device)
        count = vectors.shape[1]
        lines = [self._with_places(request.prompt, count) for request in batch]
        never = [self._carrier] if count else []
        with torch.inference_mode(), self._exchange.present(self._exchanged(batch, vectors)):
            inputs = self._inputs(batch, lines, vectors)
            return write(self._model, inputs, manner, self._pad, never)

    def _score(
        self, batch: Sequence[Request], embeddings: Tensor, targets: Sequence[Sequence[int]]
    ) -> tuple[Tensor, Tensor]:
        count = embeddings.shape[1]
        prompts = [self._with_places(request.prompt, count) for request in batch]
        shortest = min(map(len, prompts))
        labels = padded(
            [[*[IGNORED] * len(p), *t] for p, t in zip(prompts, targets, strict=True)],
            IGNORED,
            self._model.device,
        )
        # One shape means one place: what stands before the picture is always the same.
        first = self._after_picture(batch[0].prompt)
        with self._columns.captured(slice(first, first + count)) as columns:
            out = self._forward(
                batch, embeddings, targets, logits_to_keep=labels.shape[1] - shortest + 1
            )
        entropy = entropy_of(out.logits[:, :-1], labels[:, shortest:])
        later = torch.zeros(labels.shape, dtype=torch.bool, device=labels.device)
        for row, (prompt, target) in enumerate(zip(prompts, targets, strict=True)):
            later[row, first + count : len(prompt) + len(target)] = True
        return entropy, later_attention(columns, later)

    def _forward(
        self,
        batch: Sequence[Request],
        embeddings: Tensor,
        targets: Sequence[Sequence[int]] | None = None,
        logits_to_keep: int = 1,
        output_attentions: bool = False,
    ) -> Any:
        """The model's output for prompts with their targets, computed with eager attention; logits
        of the last few tokens."""
        vectors = embeddings.to(self._model.device)
        prompts = [self._with_places(request.prompt, vectors.shape[1]) for request in batch]
        lines = [[*p, *t] for p, t in zip(prompts, targets or [()] * len(prompts), strict=True)]
        decoder = self._model.get_decoder()
        with eager(decoder), self._exchange.present(self._exchanged(batch, vectors)):
            return self._model(
                **self._inputs(batch, lines, vectors),
                output_attentions=output_attentions,
                use_cache=False,
                logits_to_keep=logits_to_keep,
            )

    def _inputs(
        self, batch: Sequence[Request], lines: Sequence[Sequence[int]], vectors: Tensor
    ) -> dict[str, Any]:
        """What the model takes: token lines filled up at their ends, and the pictures' rows."""
        device = self._model.device
        ids = padded(lines, self._pad, device)
        seen = padded([[1] * len(line) for line in lines], 0, device)
        sights = [request.look for request in batch]
        rows = [sight.rows.to(device) for sight in sights]
        if self.spec.join is Join.PROJECTOR:
            joined = scaled_to(vectors, torch.stack(rows))
            rows = [torch.cat([own, more]) for own, more in zip(rows, joined, strict=True)]
        inputs: dict[str, Any] = {
            "input_ids": ids,
            "attention_mask": seen,
            "mm_encoder_outputs": {"image": handed_over(sights, rows, device)},
        }
        if self.spec.token_types:
            inputs[self.spec.token_types] = (ids == self._image).long()
        for name in sights[0].extras:
            inputs[name] = torch.cat([sight.extras[name] for sight in sights]).to(device)
        return inputs

    def _exchanged(self, batch: Sequence[Request], vectors: Tensor) -> Tensor | None:
        """What stands in for reserved tokens [batch, concepts, w]; None where there are none."""
        if self.spec.join is not Join.TOKEN or not vectors.shape[1]:
            return None
        rows = torch.stack([request.look.rows for request in batch])
        return scaled_to(vectors, rows.to(vectors.device))

    def _with_places(self, prompt: Sequence[int], count: int) -> list[int]:
        at = self._after_picture(prompt)
        return [*prompt[:at], *[self._carrier] * count, *prompt[at:]]

    def _after_picture(self, prompt: Sequence[int]) -> int:
        """The place right after the picture's last token."""
        return len(prompt) - list(reversed(prompt)).index(self._image)


def _stacked(batch: Sequence[Request]) -> Tensor:
    return torch.from_numpy(np.stack([request.vectors for request in batch]))
