"""Refines a trained captioner by its own samples, rewarded by CIDEr (self-critical training).

    python -m engine.training.refine --data FLICKR --cache MAPS --from FOLDER --out FOLDER

Rennie et al., CVPR 2017; each sample's baseline is the mean reward of its photo's other samples,
and the difference is measured in the batch's standard deviations.
Slotted captions go on being learned as before, so that concepts stay sayable.
"""

from __future__ import annotations

import argparse
import copy
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import GenerationConfig, LogitsProcessorList

from engine.models.captioner import PAD, START, STOP, Captioner, CaptionerConfig
from engine.models.starter_vlm import SlotRules
from engine.models.vocabulary import Vocabulary
from engine.training import flickr
from engine.training.captioner import concept_rows
from engine.training.captions import CaptionSampler, written
from engine.training.features import Maps
from engine.training.reward import CiderReward


@dataclass(frozen=True)
class Recipe:
    """How the captioner is refined; retuned after the shipped weights were made (see the card)."""

    epochs: int = 2
    photos: int = 40
    samples: int = 5
    rate: float = 5e-5
    slotted: float = 1.0
    noise: float = 0.3
    average: float = 0.99
    seed: int = 1


class Refiner:
    """Self-critical steps on one captioner."""

    def __init__(
        self,
        model: Captioner,
        vocabulary: Vocabulary,
        maps: Maps,
        sampler: CaptionSampler,
        reward: CiderReward,
        recipe: Recipe,
        steps: int,
    ) -> None:
        self.model, self.average = model.eval(), copy.deepcopy(model).eval()
        self._vocabulary, self._maps, self._sampler = vocabulary, maps, sampler
        self._reward, self._recipe = reward, recipe
        self._random = np.random.default_rng(recipe.seed)
        self._optimiser = torch.optim.AdamW(
            model.parameters(), lr=recipe.rate, betas=(0.9, 0.98), weight_decay=0.0
        )
        self._schedule = torch.optim.lr_scheduler.LambdaLR(
            self._optimiser, lambda n: min(1.0, (n + 1) / 10) * (1 - 0.9 * n / steps)
        )
        self._rules = SlotRules(0)
        self._drawing = GenerationConfig(
            do_sample=True,
            top_k=0,
            num_return_sequences=recipe.samples,
            max_new_tokens=model.config.longest - 2,
            pad_token_id=PAD,
            bos_token_id=START,
            eos_token_id=STOP,
        )

    def step(self, photos: list[int]) -> float:
        """One optimiser step; returns the samples' mean reward."""
        with torch.autocast("cpu", torch.bfloat16):
            rows = self.model.rows(self._maps.training(photos, self._random))
            prefix = self.model.prefix(rows, None)
            drawn = self._draw(prefix.detach())
            said = self._log_likelihood(prefix, drawn)
            slotted = self._slotted(photos, rows)
        rewards = self._rewards(photos, drawn)
        others = (rewards.sum(1, keepdim=True) - rewards) / (self._recipe.samples - 1)
        advantage = (rewards - others) / rewards.std().clamp_min(1e-3)
        loss = -(advantage * said).mean() + self._recipe.slotted * slotted
        self._optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self._optimiser.step()
        self._schedule.step()
        with torch.no_grad():
            pairs = zip(self.average.parameters(), self.model.parameters(), strict=True)
            for average, new in pairs:
                average.lerp_(new, 1 - self._recipe.average)
        return rewards.mean().item()

    def _slotted(self, photos: list[int], rows: Tensor) -> Tensor:
        """Cross-entropy of slotted captions of half the photos."""
        count = 1 + int(self._random.random() < 0.35)
        kept, batch = self._sampler.slotted(photos[: len(photos) // 2], count)
        if not kept or batch.nouns is None or batch.slots is None:
            return torch.zeros(())
        where = {photo: n for n, photo in enumerate(photos)}
        joined = concept_rows(self.model, batch.nouns, batch.slots, self._recipe.noise)
        prefix = self.model.prefix(rows[[where[photo] for photo in kept]], joined)
        wanted = batch.labels != -100
        logits = self.model.logits(prefix, batch.tokens, wanted)
        return F.cross_entropy(logits.float(), batch.labels[wanted])

    def _draw(self, prefix: Tensor) -> Tensor:
        """Sampled word numbers [photos, samples, length]."""
        writer = self.model.writer
        start = writer.model.decoder.embed_tokens(torch.full((len(prefix), 1), START))
        with torch.no_grad():
            out: Tensor = writer.generate(
                inputs_embeds=torch.cat([prefix, start], dim=1),
                generation_config=self._drawing,
                logits_processor=LogitsProcessorList([self._rules]),
            )
        return out.view(len(prefix), self._recipe.samples, -1)

    def _rewards(self, photos: list[int], drawn: Tensor) -> Tensor:
        return torch.tensor(
            [
                [self._reward.score(photo, self._vocabulary.decode(ids)) for ids in samples]
                for photo, samples in zip(photos, drawn.tolist(), strict=True)
            ]
        )

    def _log_likelihood(self, prefix: Tensor, drawn: Tensor) -> Tensor:
        """Log-probability of each sample, its end included: [photos, samples].

        A sum, not a mean a word, which would make short captions the easiest to reward.
        """
        ended = (drawn == STOP).cumsum(-1) - (drawn == STOP).long()
        real = (ended == 0) & (drawn != PAD)
        start = torch.full((*drawn.shape[:2], 1), START)
        tokens = torch.cat([start, drawn[..., :-1]], dim=-1)
        logits = self.model.logits(prefix, tokens, real)
        nothing = torch.empty(len(logits), 0, dtype=torch.long)
        scores = self._rules(nothing, logits.float()).log_softmax(-1)
        said = scores.gather(1, drawn[real][:, None])[:, 0]
        full = torch.zeros(drawn.shape, dtype=said.dtype).masked_scatter(real, said)
        return full.sum(-1)


def refine(data: Path, cache: Path, source: Path, out: Path, recipe: Recipe) -> None:
    """Refines `source`'s captioner into `out`."""
    torch.manual_seed(recipe.seed)
    out.mkdir(parents=True, exist_ok=True)
    vocabulary = Vocabulary.load(source / "vocabulary.json")
    shutil.copy(source / "vocabulary.json", out / "vocabulary.json")
    config = CaptionerConfig(words=len(vocabulary), nouns=len(vocabulary.nouns))
    model = Captioner(config)
    model.load_state_dict(torch.load(source / "captioner.pt", weights_only=True))
    photos = written(flickr.load(data, "train").captions)
    reward = CiderReward([[caption.words for caption in photo] for photo in photos])
    per_epoch = len(photos) // recipe.photos
    refiner = Refiner(
        model,
        vocabulary,
        Maps(cache, len(photos)),
        CaptionSampler(photos, vocabulary, config.longest, recipe.seed),
        reward,
        recipe,
        per_epoch * recipe.epochs,
    )
    random = np.random.default_rng(recipe.seed)
    started = time.monotonic()
    for epoch in range(recipe.epochs):
        order = random.permutation(len(photos))
        rewards = []
        for at in range(per_epoch):
            rewards.append(
                refiner.step(order[at * recipe.photos : (at + 1) * recipe.photos].tolist())
            )
            if at % 25 == 24:
                spent = time.monotonic() - started
                print(
                    epoch, at, round(float(np.mean(rewards[-25:])), 4), f"{spent:.0f} s", flush=True
                )
                torch.save(refiner.average.state_dict(), out / "captioner.pt")
    torch.save(refiner.average.state_dict(), out / "captioner.pt")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="the Flickr8k folder")
    parser.add_argument("--cache", type=Path, required=True, help="where the maps are")
    parser.add_argument("--from", dest="source", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=Recipe.epochs)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    recipe = Recipe(epochs=arguments.epochs)
    refine(arguments.data, arguments.cache, arguments.source, arguments.out, recipe)


if __name__ == "__main__":
    main()
