"""Trains the starter's captioner on cached backbone maps.

    python -m engine.training.captioner --data FLICKR --cache MAPS --out FOLDER

Plain captions and slotted captions are learned together from the start (resources/starter/README).
The last epoch's moving average is kept; dev is only looked at to choose between runs.
"""

from __future__ import annotations

import copy
import math
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.concepts.phrases import DEFAULT_NOUN, NOUNS
from engine.models.captioner import FIRST_WORD, SLOTS, UNKNOWN, Captioner, CaptionerConfig
from engine.models.sentences import SentenceReader
from engine.models.vocabulary import Vocabulary
from engine.training.captions import Batch, CaptionSampler, Written, written
from engine.training.features import Maps
from engine.training.runs import Album, begin, follow, parser, warmed


@dataclass(frozen=True)
class Recipe:
    """How the captioner is trained; the defaults made the shipped weights."""

    epochs: int = 10
    photos: int = 32
    captions: int = 5
    rate: float = 6e-4
    decay: float = 0.05
    smoothing: float = 0.1
    dropout: float = 0.2
    row_dropout: float = 0.15
    word_dropout: float = 0.1
    average: float = 0.998
    commonest: int = 4
    noise: float = 0.3
    slotted: float = 0.4
    seed: int = 0


def vocabulary_of(photos: list[list[Written]], commonest: int) -> Vocabulary:
    """Words seen at least `commonest` times, and the class nouns seen at least ten times."""
    counts = Counter(w for photo in photos for caption in photo for w in caption.words)
    words = sorted(word for word, n in counts.items() if n >= commonest)
    seen = Counter(p.noun for photo in photos for caption in photo for p in caption.phrases)
    known = {noun for noun, n in seen.items() if n >= 10} | set(DEFAULT_NOUN.values())
    nouns = [noun for kind in NOUNS.values() for noun in kind if noun in known]
    return Vocabulary(words, nouns, SLOTS)


def concept_rows(model: Captioner, nouns: Tensor, slots: Tensor, noise: float) -> Tensor:
    """Slot code + class code + noise [photos, concepts, r].

    The noise, up to twice its share of the norm, leaves room for what a learned e* will be.
    """
    codes: Tensor = model.noun_codes(nouns) + model.slot_codes(slots)
    random = torch.randn_like(codes)
    scale = codes.detach().norm(dim=-1, keepdim=True) / random.norm(dim=-1, keepdim=True)
    row: Tensor = codes + random * scale * torch.rand(*nouns.shape, 1) * 2 * noise
    return row


def give_meanings(model: Captioner, vocabulary: Vocabulary) -> None:
    """Words and class nouns start where MiniLM has them, turned to the captioner's widths.

    Six thousand photos say little about a rare word; its neighbours are known from elsewhere.
    """
    reader = SentenceReader.load()
    words = model.writer.model.decoder.embed_tokens.weight
    parts = (
        (words, slice(FIRST_WORD, None), reader.words(vocabulary.words[FIRST_WORD:])),
        (model.noun_codes.weight, slice(None), reader.words(vocabulary.nouns)),
    )
    with torch.no_grad():
        for table, where, meanings in parts:
            centred = meanings - meanings.mean(0)
            width = min(table.shape[1], *centred.shape)
            turned = centred @ torch.linalg.svd(centred, full_matrices=False).Vh[:width].T
            table[where, :width] = turned * (table[where].std() / turned.std())


def dev_loss(model: Captioner, maps: Tensor, batches: list[Batch]) -> float:
    """Cross-entropy a word of captions of photos that are not learned from; maps [photos, ...]."""
    total, count, at = 0.0, 0, 0
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for batch in batches:
            grid = maps[at : at + len(batch.tokens)].float()
            at += len(grid)
            wanted = batch.labels != -100
            prefix = model.prefix(model.rows(grid), None)
            logits = model.logits(prefix, batch.tokens, wanted).float()
            total += F.cross_entropy(logits, batch.labels[wanted], reduction="sum").item()
            count += int(wanted.sum())
    return total / count


class CaptionerTrainer:
    """One run over the training photos; `step` is one optimiser step."""

    def __init__(
        self, model: Captioner, maps: Maps, sampler: CaptionSampler, recipe: Recipe, steps: int
    ) -> None:
        self.model, self.average = model, copy.deepcopy(model).eval()
        self._maps, self._sampler, self._recipe = maps, sampler, recipe
        self._random = np.random.default_rng(recipe.seed)
        plain = [p for p in model.parameters() if p.ndim < 2]
        heavy = [p for p in model.parameters() if p.ndim >= 2]
        self._optimiser = torch.optim.AdamW(
            [{"params": heavy, "weight_decay": recipe.decay}, {"params": plain, "weight_decay": 0}],
            lr=recipe.rate,
            betas=(0.9, 0.98),
        )
        warm = steps // 20
        self._schedule = torch.optim.lr_scheduler.LambdaLR(
            self._optimiser,
            lambda n: min((n + 1) / warm, 0.01 + 0.5 * (1 + math.cos(math.pi * n / steps))),
        )
        self._done = 0

    def step(self, photos: list[int]) -> tuple[float, float]:
        """Learns from these photos; returns the plain and the slotted loss."""
        self.model.train()
        plain = self._sampler.plain(photos, self._recipe.captions)
        half = photos[: len(photos) // 2]
        cut = int(len(half) * 0.65)
        one_photos, one = self._sampler.slotted(half[:cut], 1)
        two_photos, two = self._sampler.slotted(half[cut:], 2)
        with torch.autocast("cpu", torch.bfloat16):
            grid = self._maps.training(photos, self._random)
            seen = torch.rand(*grid.shape[:2], 1) >= self._recipe.row_dropout
            rows = self.model.rows(grid * seen)
            first = self._loss(rows, plain)
            where = {photo: n for n, photo in enumerate(photos)}
            slotted, count = torch.zeros(()), 0
            for chosen, batch in ((one_photos, one), (two_photos, two)):
                if chosen:
                    part = rows[[where[photo] for photo in chosen]]
                    slotted = slotted + self._loss(part, batch) * len(chosen)
                    count += len(chosen)
            second = slotted / max(count, 1)
            loss = first + self._recipe.slotted * second
        self._optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self._optimiser.step()
        self._schedule.step()
        self._done += 1
        follow(self.average, self.model, warmed(self._recipe.average, self._done))
        return first.item(), second.item()

    def _loss(self, rows: Tensor, batch: Batch) -> Tensor:
        embeddings = None
        if batch.nouns is not None and batch.slots is not None:
            embeddings = concept_rows(self.model, batch.nouns, batch.slots, self._recipe.noise)
        learned = batch.labels != -100
        tokens = self._forgetful(batch.tokens)
        logits = self.model.logits(self.model.prefix(rows, embeddings), tokens, learned)
        return F.cross_entropy(
            logits.float(), batch.labels[learned], label_smoothing=self._recipe.smoothing
        )

    def _forgetful(self, tokens: Tensor) -> Tensor:
        """Some words that were said become unknown, so that the next is not guessed from them."""
        lost = torch.rand(tokens.shape) < self._recipe.word_dropout
        return tokens.masked_fill(lost & (tokens >= FIRST_WORD), UNKNOWN)


def train(album: Album, out: Path, recipe: Recipe, start: Path | None = None) -> None:
    """Trains and writes `captioner.pt` checkpoints and `vocabulary.json` into `out`.

    start: a folder with an earlier run's captioner to go on from.
    """
    torch.manual_seed(recipe.seed)
    photos, unseen = album.photos, album.unseen
    vocabulary = vocabulary_of(photos, recipe.commonest)
    vocabulary.save(out / "vocabulary.json")
    config = CaptionerConfig(
        words=len(vocabulary), nouns=len(vocabulary.nouns), dropout=recipe.dropout
    )
    model = Captioner(config)
    if start is None:
        give_meanings(model, vocabulary)
    else:
        model.load_state_dict(torch.load(start / "captioner.pt", weights_only=True))
    print(f"{sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters, {config}")
    sampler = CaptionSampler(photos, vocabulary, config.longest, recipe.seed)
    per_epoch = len(photos) // recipe.photos
    trainer = CaptionerTrainer(model, album.maps, sampler, recipe, per_epoch * recipe.epochs)
    dev = CaptionSampler(written(album.dev), vocabulary, config.longest, recipe.seed)
    asked = [
        dev.plain(list(range(at, min(at + 50, len(unseen)))), recipe.captions)
        for at in range(0, len(unseen), 50)
    ]
    random = np.random.default_rng(recipe.seed)
    started = time.monotonic()
    for epoch in range(recipe.epochs):
        order = random.permutation(len(photos))
        losses = []
        for at in range(per_epoch):
            chosen = order[at * recipe.photos : (at + 1) * recipe.photos].tolist()
            losses.append(trainer.step(chosen))
            if at % 25 == 0:
                spent = time.monotonic() - started
                print(
                    epoch, at, np.mean(losses[-25:], axis=0).round(3), f"{spent:.0f} s", flush=True
                )
        print(f"epoch {epoch}: dev {dev_loss(trainer.average, unseen, asked):.3f}", flush=True)
        torch.save(trainer.average.state_dict(), out / "captioner.pt")


def main() -> None:
    options = parser(__doc__.splitlines()[0], Recipe.rate)
    options.add_argument("--epochs", type=int, default=Recipe.epochs)
    options.add_argument("--dropout", type=float, default=Recipe.dropout)
    options.add_argument("--from", dest="start", type=Path, help="go on from this run's captioner")
    given = begin(options)
    recipe = Recipe(epochs=given.epochs, rate=given.rate, dropout=given.dropout)
    train(Album.open(given.data, given.cache), given.out, recipe, given.start)


if __name__ == "__main__":
    main()
