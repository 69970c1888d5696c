from __future__ import annotations

import time

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.concepts import negatives
from engine.concepts.heads import RECOGNISE, SUGGEST, LinearHead, scores
from engine.concepts.views import altered_views
from engine.errors import UsageError
from engine.models import efficientnet, views
from engine.models.protocols import Picture
from engine.models.weights import OwnWeights
from tests.models.pictures import ASTRONAUT, CAT, COFFEE, RETINA, ROCKET

Vectors = NDArray[np.float16]


def unit(vectors: NDArray[np.float64]) -> Vectors:
    out: Vectors = (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float16)
    return out


def crowd(count: int, seed: int = 1, width: int = 512) -> Vectors:
    return unit(np.random.default_rng(seed).normal(size=(count, width)))


def kin(count: int, seed: int, spread: float = 1.2, width: int = 512) -> Vectors:
    """Vectors around a centre that the seed decides."""
    random = np.random.default_rng(seed)
    centre = unit(random.normal(size=(1, width))).astype(np.float64)
    return unit(centre + spread * random.normal(size=(count, width)) / width**0.5)


def test_three_photos_are_enough_to_find_the_others() -> None:
    photos = kin(20, seed=5)
    head = LinearHead.train(photos[:3], crowd(2000))
    assert head.score(photos[3:, None]).min() >= RECOGNISE
    assert head.score(crowd(2000, seed=2)[:, None]).max() < SUGGEST


def test_photos_of_the_concept_among_the_unlabelled_do_no_harm() -> None:
    photos = kin(43, seed=5)
    clean = LinearHead.train(photos[:3], crowd(300)).score(photos[23:, None])
    mixed = LinearHead.train(photos[:3], np.concatenate([crowd(300), photos[3:23]]))
    assert mixed.score(photos[23:, None]).min() >= RECOGNISE
    assert mixed.score(photos[23:, None]).mean() > clean.mean() - 0.05


def test_what_the_owner_rejected_is_not_named_again() -> None:
    photos = kin(4, seed=5)
    twin = unit(photos[:1].astype(np.float64) + 1.0 * kin(1, seed=9).astype(np.float64))
    before = LinearHead.train(photos[:3], crowd(1000)).score(twin[:, None])[0]
    after = LinearHead.train(photos[:3], crowd(1000), twin).score(twin[:, None])[0]
    assert before >= RECOGNISE
    assert after < SUGGEST


def test_a_part_of_the_picture_is_enough_but_the_whole_counts_more() -> None:
    photos = kin(4, seed=5)
    head = LinearHead.train(photos[:3], crowd(1000))
    elsewhere = np.repeat(crowd(1, seed=3)[:, None], 5, axis=1)
    part, whole = elsewhere.copy(), elsewhere.copy()
    part[0, 3] = photos[3]
    whole[0, 0] = photos[3]
    assert head.score(elsewhere)[0] < SUGGEST
    assert RECOGNISE <= head.score(part)[0] < head.score(whole)[0]


def test_heads_are_kept_exactly() -> None:
    head = LinearHead.train(kin(3, seed=5), crowd(100))
    again = LinearHead.from_bytes(head.to_bytes())
    some = crowd(10)[:, None]
    assert (again.score(some) == head.score(some)).all()


def test_training_twice_gives_the_same_head() -> None:
    one, two = (LinearHead.train(kin(3, seed=5), crowd(500)) for _ in range(2))
    assert one.to_bytes() == two.to_bytes()


@pytest.mark.parametrize("data", [b"", b"not a head", LinearHead(crowd(1)[0], 0.0).to_bytes()[:40]])
def test_damaged_bytes_are_a_sentence(data: bytes) -> None:
    with pytest.raises(UsageError, match="teach it again"):
        LinearHead.from_bytes(data)


def test_nothing_to_learn_from_is_a_sentence() -> None:
    none = np.empty((0, 512), np.float16)
    with pytest.raises(UsageError, match="could be looked at"):
        LinearHead.train(none, crowd(10))
    with pytest.raises(UsageError, match="no other photos"):
        LinearHead.train(kin(3, seed=5), none)


def test_the_bank_fits_the_starter_alone() -> None:
    bank = negatives.bank(views.WIDTH)
    assert bank.shape == (1000, views.WIDTH)
    assert np.allclose(np.linalg.norm(bank.astype(np.float32), axis=1), 1, atol=1e-2)
    assert negatives.bank(8).shape == (0, 8)


def test_a_library_of_8000_is_quick() -> None:
    library = np.repeat(crowd(8000)[:, None], 5, axis=1)
    start = time.process_time()
    head = LinearHead.train(kin(3, seed=5), library[:, 0], crowd(40, seed=4))
    trained = time.process_time()
    head.score(library)
    scored = time.process_time()
    assert trained - start < 3
    assert scored - trained < 2


def test_a_real_cat_is_told_from_other_things() -> None:
    """Chelsea from three altered photos, against the shipped bank; a fourth is found."""
    cat = altered_views(CAT, 6, seed=3)
    others = [ASTRONAUT, COFFEE, ROCKET, RETINA[::4, ::4]]
    photos = look([*cat, *others])
    head = LinearHead.train(photos[:3, 0], negatives.bank(views.WIDTH))
    assert head.score(photos[3:6]).min() >= RECOGNISE
    assert head.score(photos[6:]).max() < SUGGEST


def test_a_head_of_few_photos_is_lenient() -> None:
    """Held-out photos score lower the fewer were tagged; that is made up for."""
    photos = kin(3, seed=5)
    heads = [LinearHead.train(photos, crowd(300), photos=number) for number in (1, 2, 3, 4)]
    biases = [head.bias for head in heads]
    assert biases[0] > biases[1] > biases[2] == biases[3]
    assert LinearHead.train(photos, crowd(300)).bias == biases[2]
    assert LinearHead.train(photos[:1], crowd(300)).bias != biases[0]
    assert all(np.array_equal(head.weight, heads[0].weight) for head in heads)


def test_many_heads_at_once_score_as_each_alone() -> None:
    heads = [LinearHead.train(kin(3, seed=seed), crowd(200)) for seed in (5, 6)]
    some = np.repeat(crowd(30, seed=7)[:, None], 5, axis=1)
    together = scores(heads, some)
    assert together.shape == (30, 5, 2)
    for number, head in enumerate(heads):
        assert np.allclose(together[:, :, number].max(axis=1), head.score(some), atol=1e-6)


def look(pictures: list[Picture]) -> Vectors:
    import torch

    backbone = efficientnet.EfficientNetLite2.load()
    whitening = views.Whitening.load(OwnWeights.find("starter").verified("heads.safetensors"))
    with torch.inference_mode():
        maps = backbone(efficientnet.prepare(pictures))
    return whitening(views.windows(maps.numpy()))
