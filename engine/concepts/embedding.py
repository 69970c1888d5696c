"""The concept embedding e*: one vector that makes a frozen VLM say a concept's name (MyVLM, 4.2).

Training sees the tagged photos only, each in several altered views, and captions that the frozen
VLM wrote for those views with the class noun phrase exchanged for the identifier. e* and its
optimiser are float32 whatever the VLM's number format.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from engine.concepts.drafts import Draft, Steps
from engine.concepts.gradients import Gradients
from engine.concepts.phrases import DEFAULT_NOUN
from engine.concepts.recipes import FAMILIAR, Recipe
from engine.concepts.targets import Targets
from engine.models.protocols import ConceptEmbedding, Look, PersonalisableVLM
from engine.progress import Cancelled

Progress = Callable[[int, int], None]

KEEP_STEPS, KEEP_SECONDS = 5, 3.0
"""A training is kept after so many steps or seconds, whichever comes first."""


def train_embedding(
    vlm: PersonalisableVLM,
    views: Sequence[Sequence[Look]],
    kind: str,
    noun: str,
    word: str = "",
    recipe: Recipe = FAMILIAR,
    progress: Progress | None = None,
    check: Callable[[], None] = lambda: None,
    begun: Draft | None = None,
    keep: Callable[[Draft], None] | None = None,
) -> ConceptEmbedding:
    """Optimises e* on the views of each tagged photo; the VLM's weights are never touched.

    views: per tagged photo, looks at its altered views, the unaltered first. noun: what the
    concept is, "dog". word: the identifier, for a VLM without slots. check: called between steps,
    it stops the training by raising Cancelled. keep: takes the training as it stands every few
    steps and when it is stopped. begun: what it took, of the same arguments; the training goes on
    from there and ends with the vector that it would have had undisturbed. Errors as
    `Gradients.of`.
    """
    run = _Run(vlm, views, kind, noun, word, recipe, keep)
    return run.train(progress or (lambda done, total: None), check, begun)


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
        keep: Callable[[Draft], None] | None,
    ) -> None:
        self._vlm, self._word, self._recipe, self._keep = vlm, word, recipe, keep
        self._nouns = (noun, DEFAULT_NOUN[kind])
        self._total = recipe.steps_for(kind)
        self._targets = Targets(vlm, views, kind, noun, recipe)
        weight = recipe.attention_weight
        weight = vlm.attention_weight if weight is None else weight
        self._gradients = Gradients(vlm, self._targets.looks, word, weight)
        self._random = np.random.default_rng(recipe.seed)
        torch.manual_seed(recipe.seed)
        self._least, self._waited = math.inf, 0
        self._kept_at = time.monotonic()

    def train(
        self, progress: Progress, check: Callable[[], None], begun: Draft | None
    ) -> ConceptEmbedding:
        """The trained embedding; see `train_embedding`."""
        recipe, targets = self._recipe, self._targets
        if begun is not None:
            targets.captions, targets.pairs = list(begun.captions), list(begun.pairs)
        if begun is None or begun.steps is None:
            progress(0, self._total)
        for _ in targets.gather():
            self._stop_or_keep(check)
        at = self._begin() if begun is None or begun.steps is None else self._go_on(begun.steps)
        held = targets.holds_back
        for step in range(at, self._total):
            self._stop_or_keep(check, step)
            if held and step % recipe.check_every == 0 and not self._still_improves():
                break
            # The rate falls along half a cosine; it is read off the step, so a draft needs none.
            share = (1 + math.cos(math.pi * step / self._total)) / 2
            self._optimiser.param_groups[0]["lr"] = recipe.rate * share
            self._vector.grad = self._gradients.of(self._vector, targets.drawn(self._random))
            torch.nn.utils.clip_grad_norm_([self._vector], recipe.clip)
            self._optimiser.step()
            progress(step + 1, self._total)
        if not held or self._held_loss() < self._least:
            self._best = self._vector.detach()
        return ConceptEmbedding(self._best.numpy().astype(np.float32), self._word)

    def _begin(self) -> int:
        start = torch.randn(self._vlm.embedding_width)
        if self._recipe.warm:
            warm = self._vlm.warm_start(self._targets.looks, self._nouns)
            start = torch.from_numpy(warm.astype(np.float32))
        self._start_from(start)
        self._best = start.clone()
        return 0

    def _go_on(self, steps: Steps) -> int:
        self._start_from(torch.from_numpy(steps.vector.copy()))
        moments = {
            "step": torch.tensor(float(steps.step)),
            "exp_avg": torch.from_numpy(steps.mean.copy()),
            "exp_avg_sq": torch.from_numpy(steps.square.copy()),
        }
        groups = self._optimiser.state_dict()["param_groups"]
        self._optimiser.load_state_dict({"state": {0: moments}, "param_groups": groups})
        self._best = torch.from_numpy(steps.best.copy())
        self._least, self._waited = steps.least, steps.waited
        self._random.bit_generator.state = steps.random
        torch.set_rng_state(torch.from_numpy(steps.torch_random.copy()))
        return steps.step

    def _start_from(self, vector: Tensor) -> None:
        self._vector = vector.clone().requires_grad_(True)
        self._optimiser = torch.optim.AdamW(
            [self._vector], lr=self._recipe.rate, weight_decay=self._recipe.weight_decay
        )

    def _stop_or_keep(self, check: Callable[[], None], step: int | None = None) -> None:
        """Stop if that is wanted, and keep the training then and whenever it is time."""
        try:
            check()
        except Cancelled:
            if self._keep is not None:
                self._keep(self._draft(step))
            raise
        due = not step or step % KEEP_STEPS == 0 or time.monotonic() - self._kept_at >= KEEP_SECONDS
        if self._keep is not None and due:
            self._keep(self._draft(step))
            self._kept_at = time.monotonic()

    def _draft(self, step: int | None) -> Draft:
        captions, pairs = list(self._targets.captions), list(self._targets.pairs)
        if not step:
            return Draft(captions, pairs)
        moments = self._optimiser.state[self._vector]
        steps = Steps(
            step=step,
            vector=self._vector.detach().clone().numpy(),
            mean=moments["exp_avg"].clone().numpy(),
            square=moments["exp_avg_sq"].clone().numpy(),
            best=self._best.clone().numpy(),
            least=self._least,
            waited=self._waited,
            torch_random=torch.get_rng_state().numpy(),
            random=dict(self._random.bit_generator.state),
        )
        return Draft(captions, pairs, steps)

    def _still_improves(self) -> bool:
        """Look at the views kept apart; false once they have had too little of it."""
        loss = self._held_loss()
        self._waited = 0 if loss < self._least else self._waited + 1
        if loss < self._least:
            self._best, self._least = self._vector.detach().clone(), loss
        return self._waited < self._recipe.patience

    def _held_loss(self) -> float:
        """On the views kept apart, drawn alike at every check."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self._recipe.seed)
            random = np.random.default_rng(self._recipe.seed)
            return self._gradients.loss(self._vector, self._targets.held(random))
