"""The concept embedding e*: one vector that makes a frozen VLM say a concept's name (MyVLM, 4.2).

Training sees the tagged photos only, each in several altered views, and captions that the frozen
VLM wrote for those views with the class noun phrase exchanged for the identifier.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from engine.concepts.phrases import DEFAULT_NOUN, KIND_OF, find_phrases, replace_phrases
from engine.models.protocols import PersonalisableVLM
from engine.progress import Cancelled

Rows = NDArray[np.float16]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Recipe:
    """How an embedding is optimised.

    The paper (4.2, supplement B) starts at random with AdamW at rate 1.0 and 75-100 steps. A warm
    start needs a far smaller rate, or the first step erases it, and fewer steps.
    """

    steps: int = 40
    rate: float = 0.02
    weight_decay: float = 1e-4
    clip: float = 0.05
    attention_weight: float = 0.04
    batch: int = 8
    seed: int = 0


def train_embedding(
    vlm: PersonalisableVLM,
    views: Sequence[Sequence[Rows]],
    kind: str,
    noun: str,
    recipe: Recipe | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> NDArray[np.float32]:
    """Optimises e* [w] on the views of each tagged photo; the VLM's weights are never touched.

    views: per tagged photo, the visual rows [positions, r] of its altered views. noun: what the
    concept is, "dog".
    Raises Cancelled between steps when `cancelled()` is true.
    """
    recipe = recipe or Recipe()
    torch.manual_seed(recipe.seed)
    random = np.random.default_rng(recipe.seed)
    flat = [rows for photo in views for rows in photo]
    captions = vlm.caption(flat, [[] for _ in flat])
    targets = [training_captions(caption, kind, noun) for caption in captions]
    start = vlm.warm_start(flat, (noun, DEFAULT_NOUN[kind]))
    vector = torch.from_numpy(start.copy()).requires_grad_(True)
    optimiser = torch.optim.AdamW([vector], lr=recipe.rate, weight_decay=recipe.weight_decay)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, recipe.steps)
    stacked = torch.from_numpy(np.stack(flat)).float()
    for step in range(recipe.steps):
        if cancelled is not None and cancelled():
            raise Cancelled("Learning was stopped; what was known before is unchanged.")
        chosen = random.choice(len(flat), size=min(recipe.batch, len(flat)), replace=False)
        lines = [targets[n][random.integers(len(targets[n]))] for n in chosen]
        embeddings = vector.expand(len(chosen), 1, -1)
        loss = vlm.loss(stacked[chosen], embeddings, lines, recipe.attention_weight)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([vector], recipe.clip)
        optimiser.step()
        schedule.step()
        if progress is not None:
            progress(step + 1, recipe.steps)
    return vector.detach().numpy().astype(np.float32)


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
