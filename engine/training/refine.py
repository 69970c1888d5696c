"""Refines a trained captioner by its own samples, rewarded by CIDEr (self-critical training).

    python -m engine.training.refine --data FLICKR --cache MAPS --from FOLDER --out FOLDER

Rennie et al., CVPR 2017; each sample's baseline is the mean reward of its photo's other samples,
and the difference is measured in the batch's standard deviations. Captions written by people are
learned beside the samples, each by how well it agrees with the photo's others (Phan et al., arXiv
1712.09532), so that sentences stay as long and as varied as theirs.
Slotted captions go on being learned as before, so that concepts stay sayable.
"""

from __future__ import annotations

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
from engine.training.captioner import concept_rows
from engine.training.captions import CaptionSampler
from engine.training.features import Maps
from engine.training.flickr import words
from engine.training.reward import CiderReward
from engine.training.runs import Album, begin, follow, parser


@dataclass(frozen=True)
class Recipe:
    """How the captioner is refined; retuned after the shipped weights were made (see the card)."""

    steps: int = 600
    photos: int = 40
    samples: int = 4
    written: int = 2
    rate: float = 1e-4
    agreed: float = 0.3
    slotted: float = 4.0
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
    ) -> None:
        steps = recipe.steps
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
        self._agreement = [reward.consensus(photo) for photo in range(len(reward))]
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
            agreed = self._agreed(photos, prefix)
            slotted = self._slotted(photos, rows)
        rewards = self._rewards(photos, drawn)
        others = (rewards.sum(1, keepdim=True) - rewards) / (self._recipe.samples - 1)
        advantage = (rewards - others) / rewards.std().clamp_min(1e-3)
        loss = -(advantage * said).mean() + self._recipe.agreed * agreed
        loss = loss + self._recipe.slotted * slotted
        self._optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self._optimiser.step()
        self._schedule.step()
        follow(self.average, self.model, self._recipe.average)
        return rewards.mean().item()

    def _agreed(self, photos: list[int], prefix: Tensor) -> Tensor:
        """Negative log-likelihood of written captions, weighed by their agreement with others."""
        batch = self._sampler.plain(photos, self._recipe.written)
        assert batch.numbers is not None
        weights = torch.tensor(
            [
                [self._agreement[photo][n] / max(sum(self._agreement[photo]), 1e-6) for n in own]
                for photo, own in zip(photos, batch.numbers, strict=True)
            ]
        )
        wanted = batch.labels != -100
        logits = self.model.logits(prefix, batch.tokens, wanted).float()
        said = -F.cross_entropy(logits, batch.labels[wanted], reduction="none")
        full = torch.zeros(wanted.shape, dtype=said.dtype).masked_scatter(wanted, said)
        captions = len(self._agreement[0])
        return -(captions * weights * full.sum(-1)).mean()

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


class Judge:
    """How good greedy captions of unseen photos are: their CIDEr-D, quickly."""

    def __init__(self, references: list[list[str]], maps: Tensor, vocabulary: Vocabulary) -> None:
        self._reward = CiderReward([[words(line) for line in photo] for photo in references])
        self._maps, self._vocabulary = maps, vocabulary
        self._rules = LogitsProcessorList([SlotRules(0)])
        self._greedy = GenerationConfig(
            max_new_tokens=20, pad_token_id=PAD, bos_token_id=START, eos_token_id=STOP
        )

    def score(self, model: Captioner) -> tuple[float, float]:
        """Mean CIDEr-D, and mean length in words."""
        total = length = 0.0
        embed = model.writer.model.decoder.embed_tokens
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
            for at in range(0, len(self._maps), 50):
                prefix = model.prefix(model.rows(self._maps[at : at + 50].float()), None)
                start = embed(torch.full((len(prefix), 1), START))
                out = model.writer.generate(
                    inputs_embeds=torch.cat([prefix, start], dim=1),
                    generation_config=self._greedy,
                    logits_processor=self._rules,
                )
                for photo, ids in enumerate(out.tolist(), at):
                    said = self._vocabulary.decode(ids)
                    total += self._reward.score(photo, said)
                    length += len(said)
        return total / len(self._maps), length / len(self._maps)


def refine(album: Album, source: Path, out: Path, recipe: Recipe, every: int = 50) -> None:
    """Refines `source`'s captioner into `out`; of the checks made on dev the best is kept."""
    torch.manual_seed(recipe.seed)
    photos = album.photos
    vocabulary = Vocabulary.load(source / "vocabulary.json")
    shutil.copy(source / "vocabulary.json", out / "vocabulary.json")
    config = CaptionerConfig(words=len(vocabulary), nouns=len(vocabulary.nouns))
    model = Captioner(config)
    model.load_state_dict(torch.load(source / "captioner.pt", weights_only=True))
    judge = Judge(album.dev, album.unseen, vocabulary)
    refiner = Refiner(
        model,
        vocabulary,
        album.maps,
        CaptionSampler(photos, vocabulary, config.longest, recipe.seed),
        CiderReward([[caption.words for caption in photo] for photo in photos]),
        recipe,
    )
    random = np.random.default_rng(recipe.seed)
    order: list[int] = []
    rewards: list[float] = []
    best, started = 0.0, time.monotonic()
    for step in range(recipe.steps + 1):
        if step % every == 0:
            cider, length = judge.score(refiner.average)
            seen = f"{np.mean(rewards[-every:]):.3f}" if rewards else "-"
            spent = time.monotonic() - started
            print(
                f"{step}: dev {cider:.4f}, {length:.1f} words; samples {seen}; {spent:.0f} s",
                flush=True,
            )
            if cider > best:
                best = cider
                torch.save(refiner.average.state_dict(), out / "captioner.pt")
        if len(order) < recipe.photos:
            order = random.permutation(len(photos)).tolist()
        rewards.append(refiner.step([order.pop() for _ in range(recipe.photos)]))


def main() -> None:
    options = parser(__doc__.splitlines()[0], Recipe.rate)
    options.add_argument("--from", dest="source", type=Path, required=True)
    options.add_argument("--steps", type=int, default=Recipe.steps)
    options.add_argument("--agreed", type=float, default=Recipe.agreed)
    given = begin(options)
    recipe = Recipe(steps=given.steps, rate=given.rate, agreed=given.agreed)
    refine(Album.open(given.data, given.cache), given.source, given.out, recipe)


if __name__ == "__main__":
    main()
