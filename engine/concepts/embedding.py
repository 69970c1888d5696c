"""The concept embedding e*: one vector that makes a frozen VLM say a concept's name (MyVLM, 4.2).

Training sees the tagged photos only, each in several altered views, and captions that the frozen
VLM wrote for those views with the class noun phrase exchanged for the identifier.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from engine.concepts.phrases import DEFAULT_NOUN, KIND_OF, find_phrases, replace_phrases
from engine.concepts.questions import Pair, question_pairs
from engine.concepts.recipes import FAMILIAR, Recipe
from engine.models.protocols import ConceptEmbedding, ConversingVLM, Look, PersonalisableVLM

Progress = Callable[[int, int], None]


def train_embedding(
    vlm: PersonalisableVLM,
    views: Sequence[Sequence[Look]],
    kind: str,
    noun: str,
    word: str = "",
    recipe: Recipe = FAMILIAR,
    progress: Progress | None = None,
    check: Callable[[], None] | None = None,
) -> ConceptEmbedding:
    """Optimises e* on the views of each tagged photo; the VLM's weights are never touched.

    views: per tagged photo, looks at its altered views, the unaltered first. noun: what the
    concept is, "dog". word: the identifier, for a VLM without slots.
    check: called between steps, it stops the training by raising Cancelled.
    """
    return _Run(vlm, views, kind, noun, word, recipe).train(progress, check)


def training_captions(caption: str, kind: str, noun: str) -> list[str]:
    """Targets with the identifier `{0}`, from one caption of the frozen VLM.

    The phrase with the class noun is exchanged; for people and pets, failing that, the first of
    their kind. Where there is none the VLM did not see the concept, and plain sentences that claim
    nothing else stand in.
    """
    words = caption.lower().split()
    phrases = find_phrases(words)
    alike = [p for p in phrases if kind != "thing" and KIND_OF[p.noun] == kind]
    chosen = next((p for p in phrases if p.noun == noun), alike[0] if alike else None)
    if chosen is None:
        return ["a picture of {0}", "{0} is in the picture", "a close up of {0}"]
    named = " ".join(replace_phrases(words, {chosen: "{0}"}))
    short = " ".join(replace_phrases(words[: chosen.stop + 6], {chosen: "{0}"}))
    return [named, named, short]


class _Run:
    """One optimisation: what is fixed before the first step, and the steps."""

    def __init__(
        self,
        vlm: PersonalisableVLM,
        views: Sequence[Sequence[Look]],
        kind: str,
        noun: str,
        word: str,
        recipe: Recipe,
    ) -> None:
        torch.manual_seed(recipe.seed)
        self._vlm, self._word, self._recipe = vlm, word, recipe
        self._random = np.random.default_rng(recipe.seed)
        self._steps = recipe.steps_for(kind)
        self._looks = [look for photo in views for look in photo]
        self._targets = [
            training_captions(caption, kind, noun)
            for caption in vlm.caption(self._looks, [[] for _ in self._looks])
        ]
        self._pairs = self._questions(views, kind, noun)
        self._photos, self._held = self._split([len(photo) for photo in views])
        weight = recipe.attention_weight
        self._attention_weight = vlm.attention_weight if weight is None else weight
        start = torch.randn(vlm.embedding_width)
        if recipe.warm:
            start = torch.from_numpy(vlm.warm_start(self._looks, (noun, DEFAULT_NOUN[kind])).copy())
        self._vector = start.requires_grad_(True)

    def train(
        self, progress: Progress | None, check: Callable[[], None] | None
    ) -> ConceptEmbedding:
        recipe = self._recipe
        optimiser = torch.optim.AdamW(
            [self._vector], lr=recipe.rate, weight_decay=recipe.weight_decay
        )
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, self._steps)
        best, least, waited = self._vector.detach().clone(), float("inf"), 0
        for step in range(self._steps):
            if check is not None:
                check()
            if self._held and step % recipe.check_every == 0:
                loss = self._held_loss()
                waited = 0 if loss < least else waited + 1
                if loss < least:
                    best, least = self._vector.detach().clone(), loss
                if waited >= recipe.patience:
                    break
            optimiser.zero_grad()
            self._step_loss().backward()
            torch.nn.utils.clip_grad_norm_([self._vector], recipe.clip)
            optimiser.step()
            schedule.step()
            if progress is not None:
                progress(step + 1, self._steps)
        if not self._held or self._held_loss() < least:
            best = self._vector.detach()
        return ConceptEmbedding(best.numpy().astype(np.float32), self._word)

    def _questions(self, views: Sequence[Sequence[Look]], kind: str, noun: str) -> list[list[Pair]]:
        """Each view's questions and answers, those of its photo unaltered; none to learn if []."""
        if not self._recipe.questions or not isinstance(self._vlm, ConversingVLM):
            return []
        pairs = []
        for photo in views:
            found = question_pairs(self._vlm, photo[0], kind, noun)
            if not found:
                return []
            pairs += [found] * len(photo)
        return pairs

    def _step_loss(self) -> Tensor:
        chosen = self._drawn()
        if not self._pairs or self._random.random() >= self._recipe.questions:
            return self._loss(chosen, self._captions(chosen, self._random))
        pairs = [self._pairs[n][self._random.integers(len(self._pairs[n]))] for n in chosen]
        questions = [pair.question for pair in pairs]
        return self._loss(chosen, [pair.answer for pair in pairs], questions)

    def _split(self, counts: Sequence[int]) -> tuple[list[list[int]], list[int]]:
        """The views of each photo to learn from; and the last of each, kept apart to check on."""
        ends = np.cumsum(counts)
        photos = [list(range(end - count, end)) for end, count in zip(ends, counts, strict=True)]
        if not self._recipe.patience or min(counts) < 2:
            return photos, []
        return [photo[:-1] for photo in photos], [photo[-1] for photo in photos]

    def _drawn(self) -> list[int]:
        """The views of one step."""
        if not self._recipe.batch:
            return [int(self._random.choice(photo)) for photo in self._photos]
        flat = [view for photo in self._photos for view in photo]
        count = min(self._recipe.batch, len(flat))
        return [int(view) for view in self._random.choice(flat, size=count, replace=False)]

    def _captions(self, chosen: Sequence[int], random: np.random.Generator) -> list[str]:
        """One wording of each view's target."""
        if not self._recipe.varied:
            return [self._targets[view][0] for view in chosen]
        return [self._targets[view][random.integers(len(self._targets[view]))] for view in chosen]

    def _loss(
        self, chosen: Sequence[int], targets: Sequence[str], questions: Sequence[str] | None = None
    ) -> Tensor:
        return self._vlm.loss(
            [self._looks[view] for view in chosen],
            self._vector.expand(len(chosen), 1, -1),
            [[self._word]] * len(chosen),
            targets,
            self._attention_weight,
            questions,
        )

    def _held_loss(self) -> float:
        """On the views kept apart, drawn alike at every check."""
        with torch.random.fork_rng(devices=[]), torch.no_grad():
            torch.manual_seed(self._recipe.seed)
            random = np.random.default_rng(self._recipe.seed)
            return self._loss(self._held, self._captions(self._held, random)).item()
