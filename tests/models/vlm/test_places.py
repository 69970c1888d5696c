"""A box truly found: asked through e*, a frozen model says where the thing is that e* means.

The pupil (`places`) learned the question with rows made of nouns; e* is the product's warm start of
a noun. An e* that was trained on captions does not carry over to places in a model this small.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from engine.models.protocols import Box, ConceptEmbedding
from engine.models.vlm.tokens import TokenVLM
from tests.models.vlm.drawing import Drawing, drawn, scene
from tests.models.vlm.places import schooled_in_places

HELD_OUT = 40


@pytest.fixture(scope="module")
def vlm() -> TokenVLM:
    return schooled_in_places()


@pytest.fixture(scope="module")
def shown() -> list[Drawing]:
    """A man and a dog each."""
    random = np.random.default_rng(5)
    return [drawn(scene(random, ["man", "dog"]), random) for _ in range(HELD_OUT)]


def found(vlm: TokenVLM, shown: Sequence[Drawing], noun: str) -> list[Box | None]:
    """Where "ada" is, when e* says the noun and neither the question nor its word does."""
    looks = vlm.look([one.picture for one in shown])
    concept = ConceptEmbedding(vlm.warm_start(looks, [noun]), "ada")
    return [vlm.ground(look, concept, "") for look in looks]


def overlap(boxes: Sequence[Box | None], shown: Sequence[Drawing], noun: str) -> float:
    """Mean intersection over union with where the noun's thing is; a missing box has none."""
    pairs = zip(boxes, shown, strict=True)
    return float(np.mean([0 if box is None else iou(box, one.boxes[noun]) for box, one in pairs]))


def iou(one: Box, other: Box) -> float:
    """Intersection over union."""
    across = max(0.0, min(one[2], other[2]) - max(one[0], other[0]))
    down = max(0.0, min(one[3], other[3]) - max(one[1], other[1]))
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return across * down / (sum(areas) - across * down)


def test_the_box_is_of_the_thing_that_e_means(vlm: TokenVLM, shown: list[Drawing]) -> None:
    dogs, men = found(vlm, shown, "dog"), found(vlm, shown, "man")
    assert np.mean([box is not None for box in dogs + men]) >= 0.95
    right = (overlap(dogs, shown, "dog"), overlap(men, shown, "man"))
    wrong = (overlap(dogs, shown, "man"), overlap(men, shown, "dog"))
    assert min(right) >= 0.5, right
    assert max(wrong) <= 0.15, wrong
