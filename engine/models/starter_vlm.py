"""The starter's captioner as a `PersonalisableVLM`."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F
from transformers import GenerationConfig, LogitsProcessor, LogitsProcessorList

from engine.errors import PackError, UsageError
from engine.models.captioner import FIRST_SLOT, PAD, SLOTS, START, STOP, UNKNOWN, Captioner
from engine.models.joining import attention_penalty
from engine.models.protocols import Candidate, ConceptEmbedding, Look, Picture
from engine.models.vocabulary import Vocabulary

Rows = Sequence[NDArray[np.float16]]
_BATCH = 16
"""Every caption batch has exactly this many photos, filled up if need be, so that a photo's caption
never depends on which photos it was batched with: matrix kernels round by the shape they are given.
"""


class StarterVLM:
    """Captions photos from stored rows; concept embeddings join as in BLIP-2 (MyVLM, section 4).

    An embedding e* has the width of a row and is independent of the slot that names it in one
    photo: the photo's n-th concept joins as e* plus the code of slot n.
    """

    max_concepts = SLOTS
    has_slots = True
    reads_rows = True
    attention_weight = 0.04

    def __init__(self, model: Captioner, vocabulary: Vocabulary, version: str) -> None:
        self._model = model.eval().requires_grad_(False)
        self._vocabulary = vocabulary
        self.version = version
        self.insists = True
        """Whether a caption may not end before every concept that is there is named."""

    @classmethod
    def load(cls, captioner: Path, vocabulary: Path, version: str) -> StarterVLM:
        """The starter's own, from files that were verified before."""
        return cls(Captioner.load(captioner), Vocabulary.load(vocabulary), version)

    @property
    def embedding_width(self) -> int:
        return self._model.config.row_width

    @property
    def model(self) -> Captioner:
        """The frozen captioner, for the pack's encoder: rows are its first layer."""
        return self._model

    def look(self, pictures: Sequence[Picture]) -> list[Look]:
        """Never needed: the rows come from the pack's encoder, which looks once for everything."""
        raise PackError("The starter's captioner reads what its encoder saw, not pictures.")

    def caption(self, looks: Rows, concepts: Sequence[Sequence[ConceptEmbedding]]) -> list[str]:
        """One caption per photo, the likeliest (see `PersonalisableVLM.caption`)."""
        return [candidates[0].text for candidates in self.candidates(looks, concepts)]

    def candidates(
        self, looks: Rows, concepts: Sequence[Sequence[ConceptEmbedding]]
    ) -> list[list[Candidate]]:
        """A few captions per photo, likeliest first (see `PersonalisableVLM.candidates`).

        Photos are grouped by how many concepts they have, so one without any passes through the
        untouched model, whatever is batched beside it.
        """
        found: list[list[Candidate]] = [[] for _ in looks]
        by_count: dict[int, list[int]] = {}
        for photo, present in enumerate(concepts):
            by_count.setdefault(min(len(present), self.max_concepts), []).append(photo)
        for count, photos in sorted(by_count.items()):
            for at in range(0, len(photos), _BATCH):
                batch = photos[at : at + _BATCH]
                full = batch + [batch[-1]] * (_BATCH - len(batch))
                embeddings: list[Sequence[NDArray[np.float32]]] | None = None
                if count:
                    embeddings = [[one.vector for one in concepts[n][:count]] for n in full]
                written = self._write([looks[photo] for photo in full], embeddings, count)
                for photo, candidates in zip(batch, written, strict=False):
                    found[photo] = candidates
        return found

    def warm_start(self, looks: Rows, nouns: Sequence[str]) -> NDArray[np.float32]:
        """e* before any training: the code of the first noun the frozen model was trained with.

        Raises UsageError when it was trained with none of them.
        """
        known = next((noun for noun in nouns if self._vocabulary.knows_noun(noun)), None)
        if known is None:
            raise UsageError(f"The captioner knows none of these words: {', '.join(nouns)}.")
        code = self._model.noun_codes.weight[self._vocabulary.noun(known)]
        return code.detach().numpy().astype(np.float32)

    def loss(
        self,
        looks: Rows,
        embeddings: Tensor,
        words: Sequence[Sequence[str]],
        targets: Sequence[str],
        attention_weight: float,
        questions: Sequence[str] | None = None,
    ) -> Tensor:
        """Cross-entropy of the targets plus the weighted regulariser (MyVLM, section 4.2).

        `words` are not needed: this vocabulary has slots. The n-th concept of each photo takes a
        slot of its own, drawn anew at every call, so that one e* works in every slot.
        """
        rows = torch.from_numpy(np.stack(looks)).float()
        count = embeddings.shape[1]
        slots = torch.stack([torch.randperm(SLOTS)[:count] for _ in targets])
        joined = embeddings + self._model.slot_codes(slots)
        tokens, labels = self._tokens(targets, slots)
        with self._model.join.captured() as attentions:
            prefix = self._model.prefix(rows, joined)
        wanted = labels != -100
        logits = self._model.logits(prefix, tokens[:, None], wanted[:, None])
        entropies = F.cross_entropy(logits, labels[wanted], reduction="none")
        # Each photo counts alike, however long its caption.
        shares = wanted / wanted.sum(dim=1, keepdim=True) / len(rows)
        penalty = attention_penalty(attentions, rows.shape[1])
        return (entropies * shares[wanted]).sum() + attention_weight * penalty

    def attention(
        self, look: NDArray[np.float16], concept: ConceptEmbedding, layer: int | None = None
    ) -> NDArray[np.float32]:
        """Where the queries that look at e* look in the picture: [side, side], sums to 1.

        Each query's attention to the picture's positions, weighted by its attention to e*, summed
        over heads and over layers, or in one layer of the Q-Former.
        """
        picture = torch.from_numpy(look[None]).float()
        joined = torch.from_numpy(concept.vector[None, None]) + self._model.slot_codes.weight[:1]
        with torch.inference_mode(), self._model.join.captured() as attentions:
            self._model.prefix(picture, joined)
        count = picture.shape[1]
        if layer is not None:
            attentions = [attentions[layer]]
        heat = sum((a[0, :, :, :count] * a[0, :, :, count:]).sum((0, 1)) for a in attentions)
        assert isinstance(heat, Tensor)
        side = round(count**0.5)
        return (heat / heat.sum()).view(side, side).numpy().astype(np.float32)

    def _tokens(self, targets: Sequence[str], slots: Tensor) -> tuple[Tensor, Tensor]:
        lines = []
        for target, numbers in zip(targets, slots.tolist(), strict=True):
            named = target.format(*(f"<c{n}>" for n in numbers))
            lines.append(self._vocabulary.encode(named.split())[: self._model.config.longest - 1])
        length = max(map(len, lines)) + 1
        tokens = torch.full((len(lines), length), PAD)
        labels = torch.full((len(lines), length), -100)
        for n, line in enumerate(lines):
            tokens[n, : len(line) + 1] = torch.tensor([START, *line])
            labels[n, : len(line) + 1] = torch.tensor([*line, STOP])
        return tokens, labels.masked_fill(labels == UNKNOWN, -100)

    def _write(
        self,
        rows: Rows,
        embeddings: list[Sequence[NDArray[np.float32]]] | None,
        count: int,
    ) -> list[list[Candidate]]:
        with torch.inference_mode():
            joined = None
            if embeddings is not None:
                stacked = torch.from_numpy(np.stack([np.stack(photo) for photo in embeddings]))
                joined = stacked + self._model.slot_codes.weight[:count]
            prefix = self._model.prefix(torch.from_numpy(np.stack(rows)).float(), joined)
            ids, scores = self._generate(prefix, count)
        return [
            [
                Candidate(self._text(one, count), score)
                for one, score in zip(photo_ids, photo_scores, strict=True)
            ]
            for photo_ids, photo_scores in zip(ids, scores, strict=True)
        ]

    def _generate(
        self, prefix: Tensor, count: int
    ) -> tuple[list[list[list[int]]], list[list[float]]]:
        """Word numbers and scores of every photo's candidates, likeliest first."""
        writer = self._model.writer
        start = writer.model.decoder.embed_tokens(torch.full((len(prefix), 1), START))
        with warnings.catch_warnings():
            # Repetition is judged over the new words alone; that is what is wanted here.
            warnings.filterwarnings("ignore", message="Passing `no_repeat_ngram_size`")
            out = writer.generate(
                inputs_embeds=torch.cat([prefix, start], dim=1),
                generation_config=_GENERATION,
                logits_processor=LogitsProcessorList([SlotRules(count, self.insists)]),
            )
        shape = (len(prefix), _CANDIDATES)
        return out.sequences.view(*shape, -1).tolist(), out.sequences_scores.view(shape).tolist()

    def _text(self, ids: list[int], count: int) -> str:
        words = self._vocabulary.decode(ids)
        names = {f"<c{n}>": f"{{{n}}}" for n in range(count)}
        text = " ".join(names.get(word, word) for word in words)
        return text[:1].upper() + text[1:]


class SlotRules(LogitsProcessor):  # type: ignore[misc]  # transformers leaves it untyped
    """Only slots of concepts that are present may be written, each once, and, when it insists, no
    caption ends before all of them are there. Without concepts: no slot at all."""

    def __init__(self, count: int, insists: bool = True) -> None:
        self._count = count
        self._insists = insists

    def __call__(self, input_ids: Tensor, scores: Tensor) -> Tensor:
        scores = scores.clone()
        scores[:, [PAD, START, UNKNOWN]] = -torch.inf
        scores[:, FIRST_SLOT + self._count : FIRST_SLOT + SLOTS] = -torch.inf
        if self._count == 0:
            return scores
        slots = torch.arange(FIRST_SLOT, FIRST_SLOT + self._count)
        written = (input_ids[:, :, None] == slots).any(dim=1)
        own = scores[:, slots].masked_fill(written, -torch.inf)
        if self._insists:
            missing = (~written).sum(dim=1)
            scores[missing > 0, STOP] = -torch.inf
            scores[missing >= _LONGEST - input_ids.shape[1]] = -torch.inf
        scores[:, slots] = own
        return scores


_LONGEST = 20
_CANDIDATES = 12
_GENERATION = GenerationConfig(
    num_beams=_CANDIDATES,
    num_return_sequences=_CANDIDATES,
    return_dict_in_generate=True,
    output_scores=True,
    max_new_tokens=_LONGEST,
    length_penalty=1.0,
    no_repeat_ngram_size=3,
    pad_token_id=PAD,
    bos_token_id=START,
    eos_token_id=STOP,
    do_sample=False,
)
