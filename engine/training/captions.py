"""Training captions as tokens, some with noun phrases replaced by concept slots."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.concepts.phrases import DEFAULT_NOUN, KIND_OF, Phrase, find_phrases, replace_phrases
from engine.models.captioner import PAD, SLOTS, START, STOP, UNKNOWN
from engine.models.vocabulary import Vocabulary
from engine.training.flickr import words


@dataclass(frozen=True)
class Written:
    """One caption: its words and the phrases in it that a concept could stand for."""

    words: list[str]
    phrases: list[Phrase]


@dataclass(frozen=True)
class Batch:
    """Captions of some photos. -100 marks what is not learned (padding, unknown words).

    tokens, labels: [photos, captions, length]; nouns: [photos, concepts] noun ids, -1 for none;
    slots: [photos, concepts] slot numbers. numbers: which of its photo's captions each one is.
    """

    tokens: Tensor
    labels: Tensor
    nouns: Tensor | None = None
    slots: Tensor | None = None
    numbers: list[list[int]] | None = None


def written(captions: list[list[str]]) -> list[list[Written]]:
    """Every photo's captions, with their replaceable phrases found."""
    split = [[words(caption) for caption in photo] for photo in captions]
    return [[Written(line, find_phrases(line)) for line in photo] for photo in split]


class CaptionSampler:
    """Draws training batches: plain captions, and slotted ones with their concepts."""

    def __init__(
        self, photos: list[list[Written]], vocabulary: Vocabulary, longest: int, seed: int
    ) -> None:
        self._photos = photos
        self._vocabulary = vocabulary
        self._longest = longest
        self._random = np.random.default_rng(seed)

    def plain(self, photos: list[int], captions: int) -> Batch:
        """`captions` different captions of each photo."""
        numbers = [
            self._random.permutation(len(self._photos[photo]))[:captions].tolist()
            for photo in photos
        ]
        tokens, labels = self._tokens(
            [
                self._photos[photo][at].words
                for photo, own in zip(photos, numbers, strict=True)
                for at in own
            ]
        )
        shape = (len(photos), captions, -1)
        return Batch(tokens.view(shape), labels.view(shape), numbers=numbers)

    def slotted(self, photos: list[int], concepts: int) -> tuple[list[int], Batch]:
        """One caption of each photo with exactly `concepts` phrases replaced by slots.

        Returns the photos that have such a caption, and their batch. Rarer class nouns are
        preferred, so that things far from people and dogs are learned too.
        """
        kept: list[int] = []
        lines: list[list[str]] = []
        nouns: list[list[int]] = []
        slots: list[list[int]] = []
        for photo in photos:
            fit = [w for w in self._photos[photo] if len(w.phrases) >= concepts]
            if not fit:
                continue
            caption = fit[self._random.integers(len(fit))]
            at = np.sort(self._random.permutation(len(caption.phrases))[:concepts])
            phrases = [caption.phrases[i] for i in at]
            numbers = self._random.permutation(SLOTS)[:concepts].tolist()
            replaced = {p: f"<c{n}>" for p, n in zip(phrases, numbers, strict=True)}
            kept.append(photo)
            lines.append(replace_phrases(caption.words, replaced))
            nouns.append([self._noun(p.noun) for p in phrases])
            slots.append(numbers)
        if not kept:
            empty = torch.empty(0, 1, 1, dtype=torch.long)
            return kept, Batch(empty, empty)
        tokens, labels = self._tokens(lines)
        return kept, Batch(
            tokens[:, None], labels[:, None], torch.tensor(nouns), torch.tensor(slots)
        )

    def _noun(self, noun: str) -> int:
        known = noun if self._vocabulary.knows_noun(noun) else DEFAULT_NOUN[KIND_OF[noun]]
        return self._vocabulary.noun(known)

    def _tokens(self, lines: list[list[str]]) -> tuple[Tensor, Tensor]:
        ids = [self._vocabulary.encode(line)[: self._longest - 1] for line in lines]
        length = max(len(line) for line in ids) + 1
        tokens = torch.full((len(ids), length), PAD)
        labels = torch.full((len(ids), length), -100)
        for row, line in enumerate(ids):
            tokens[row, 0] = START
            tokens[row, 1 : len(line) + 1] = torch.tensor(line)
            labels[row, : len(line) + 1] = torch.tensor([*line, STOP])
        labels[labels == UNKNOWN] = -100
        return tokens, labels
