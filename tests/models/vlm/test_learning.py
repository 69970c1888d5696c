"""A concept truly learned: after its training the frozen model names it in pictures never seen.

Small models of the real classes learn to caption drawings (`school`), one of each way in which e*
joins a model that reads pictures as tokens. Then they are frozen, and creatures with patterns that
they have never seen are learned by the product's own training from five drawings each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from engine.concepts.embedding import train_embedding
from engine.concepts.recipes import FAMILIAR
from engine.concepts.views import altered_views
from engine.models.protocols import ConceptEmbedding, Picture
from engine.models.vlm.tokens import TokenVLM
from tests.models.vlm.drawing import ADA, BOB, Pattern, Scene, album
from tests.models.vlm.pupils import PUPILS
from tests.models.vlm.school import schooled

RECIPE = replace(FAMILIAR, questions=0.0)
"""The product's own; a model that only captions has no answers to learn from."""
HELD_OUT = 40
Album = Sequence[tuple[Scene, Picture]]


@pytest.fixture(scope="module", params=list(PUPILS))
def vlm(request: pytest.FixtureRequest) -> TokenVLM:
    return schooled(request.param)


@pytest.fixture(scope="module")
def ada(vlm: TokenVLM) -> ConceptEmbedding:
    return learned(vlm, "pet", "dog", "ada", ADA)


@pytest.fixture(scope="module")
def bob(vlm: TokenVLM) -> ConceptEmbedding:
    return learned(vlm, "person", "man", "bob", BOB)


def learned(vlm: TokenVLM, kind: str, noun: str, word: str, pattern: Pattern) -> ConceptEmbedding:
    """e* from three drawings of the creature alone, one with another one and one with a ball."""
    own = {noun: pattern}
    tagged = album(3, 101, [noun], own)
    for n, mate in enumerate([*{"man", "dog"} - {noun}, "ball"]):
        tagged += album(1, 102 + n, [noun, mate], own)
    views = [
        vlm.look(altered_views(picture, RECIPE.views, n)) for n, (_, picture) in enumerate(tagged)
    ]
    return train_embedding(vlm, views, kind, noun, word, RECIPE)


def captions(vlm: TokenVLM, shown: Album, present: Sequence[ConceptEmbedding] = ()) -> list[str]:
    looks = vlm.look([picture for _, picture in shown])
    return vlm.caption(looks, [present] * len(looks))


def share(told: Sequence[bool]) -> float:
    return float(np.mean(told))


def naming(texts: Sequence[str], *places: str) -> float:
    """How many of the captions name all of these."""
    return share([all(place in text for place in places) for text in texts])


def grounded(texts: Sequence[str], shown: Album) -> float:
    """How many of the captions say the right ground."""
    return share([t.endswith(f"the {s.ground}") for t, (s, _) in zip(texts, shown, strict=True)])


def test_drawings_never_seen_are_captioned(vlm: TokenVLM) -> None:
    shown = album(HELD_OUT, 1)
    right = [t == s.said() for t, (s, _) in zip(captions(vlm, shown), shown, strict=True)]
    assert share(right) >= 0.75


def test_a_concept_is_named_in_pictures_held_out(vlm: TokenVLM, ada: ConceptEmbedding) -> None:
    shown = album(HELD_OUT, 2, ["dog"], {"dog": ADA})
    texts = captions(vlm, shown, [ada])
    assert naming(texts, "{0}") >= 0.85
    assert grounded(texts, shown) >= 0.8
    assert (
        share([t == s.said({"dog": "{0}"}) for t, (s, _) in zip(texts, shown, strict=True)]) >= 0.7
    )


def test_what_was_not_learned_is_not_named(vlm: TokenVLM, ada: ConceptEmbedding) -> None:
    """The prompt holds the name too, so it is e* that must make the difference."""
    shown = album(HELD_OUT, 2, ["dog"], {"dog": ADA})
    random = np.random.default_rng(0)
    for _ in range(3):
        chance = random.standard_normal(vlm.embedding_width).astype(np.float32)
        assert naming(captions(vlm, shown, [replace(ada, vector=chance)]), "{0}") <= 0.3
    begun = vlm.warm_start(vlm.look([picture for _, picture in shown]), ["dog"])
    assert naming(captions(vlm, shown, [replace(ada, vector=begun)]), "{0}") <= 0.3


def test_a_concept_is_named_beside_something_else(vlm: TokenVLM, ada: ConceptEmbedding) -> None:
    shown = album(HELD_OUT, 3, ["dog", "ball"], {"dog": ADA})
    texts = captions(vlm, shown, [ada])
    assert naming(texts, "{0}") >= 0.6
    assert naming(texts, "{0}", "a ball") >= 0.5
    assert grounded(texts, shown) >= 0.8


def test_two_concepts_learned_apart_are_named_together(
    vlm: TokenVLM, ada: ConceptEmbedding, bob: ConceptEmbedding
) -> None:
    shown = album(HELD_OUT, 4, ["man", "dog"], {"man": BOB, "dog": ADA})
    texts = captions(vlm, shown, [ada, bob])
    assert naming(texts, "{0}", "{1}") > 0.5
    assert grounded(texts, shown) >= 0.8


def test_without_a_concept_captions_and_weights_are_those_of_before(vlm: TokenVLM) -> None:
    shown = album(HELD_OUT, 1)
    before = captions(vlm, shown)
    weights = {name: value.clone() for name, value in vlm._model.state_dict().items()}
    zed = learned(vlm, "pet", "dog", "zed", ADA)
    looks = vlm.look([picture for _, picture in shown])
    mixed = vlm.caption(looks, [[zed] if n % 2 else [] for n in range(HELD_OUT)])
    assert mixed[::2] == before[::2]
    assert captions(vlm, shown) == before
    assert all(value.equal(weights[name]) for name, value in vlm._model.state_dict().items())
