"""The starter's frozen parts on real pictures (from scikit-image)."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.errors import PackError
from engine.models import efficientnet, packs, views
from engine.models.packs import LoadedPack
from engine.models.protocols import PlaceEncoder
from engine.models.sentences import SentenceReader
from engine.models.weights import Part
from tests.models.pictures import ASTRONAUT, CAT, COFFEE, ROCKET


@pytest.fixture(scope="module")
def starter() -> LoadedPack:
    return packs.load("starter")


@pytest.fixture(scope="module")
def reader() -> SentenceReader:
    return SentenceReader.load()


def test_the_backbone_still_knows_imagenet() -> None:
    """Folding and padding are right: the classifier left out of the model says what it sees."""
    state = torch.load(efficientnet.PART.verified(), weights_only=True)
    model = efficientnet.EfficientNetLite2.load()
    with torch.inference_mode():
        maps = model(efficientnet.prepare([CAT, COFFEE]))
        assert maps.shape == (2, efficientnet.POSITIONS, efficientnet.CHANNELS)
        scores = maps.mean(dim=1) @ state["_fc.weight"].T + state["_fc.bias"]
    cat, cup = scores.topk(3).indices.tolist()
    assert cat[0] in {281, 282, 285}  # tabby, tiger cat, Egyptian cat
    assert {504, 967, 968, 969} & set(cup)  # coffee mug, espresso, cup, eggnog


def test_nothing_in_the_backbone_can_learn() -> None:
    model = efficientnet.EfficientNetLite2.load()
    assert not model.training
    assert not any(parameter.requires_grad for parameter in model.parameters())


def test_any_shape_of_picture_is_prepared() -> None:
    thin = np.full((3, 900, 3), 255, np.uint8)
    out = efficientnet.prepare([thin, thin[:, :1]])
    assert out.shape == (2, 3, efficientnet.SIDE, efficientnet.SIDE)
    assert torch.allclose(out, torch.tensor(1.0))


def test_sentences_that_mean_the_same_are_near(reader: SentenceReader) -> None:
    found = reader.sentences(["a dog in the snow", "a puppy plays in snow", "a bowl of soup"])
    assert found.shape == (3, 384)
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    assert found[0] @ found[1] > 0.6 > 0.3 > found[0] @ found[2]


def test_a_sentence_does_not_depend_on_its_neighbours(reader: SentenceReader) -> None:
    texts = ["a dog", "word " * 500, "", "two boys on a beach with a very large red ball"]
    together = reader.sentences(texts)
    alone = np.concatenate([reader.sentences([text]) for text in texts])
    assert np.isfinite(together).all()
    assert np.allclose(together, alone, atol=1e-5)
    read = reader.read(texts)
    assert read.states.shape[:2] == read.seen.shape
    assert read.seen.sum(1).tolist()[1] == read.seen.shape[1] == 64
    assert reader.sentences([]).shape == (0, 384)


def test_views_look_where_their_boxes_say() -> None:
    maps = np.zeros((1, 81, 2), np.float32)
    maps[0, 8, 0] = 25.0  # the last place of the first row: the top right corner
    found = views.windows(maps)[0, :, 0]
    assert found.tolist() == pytest.approx([25 / 81, 0, 1, 0, 0, 0, 5 / 9, 5 / 9, 0])
    x0, y0, x1, y1 = views.boxes(9)[2]
    assert (x0, y0, x1, y1) == pytest.approx((4 / 9, 0, 1, 5 / 9))


def test_whitening_makes_directions_equal() -> None:
    random = np.random.default_rng(0)
    loud = random.normal(0, 4, (500, 1)) * np.array([[1.0, 1, 0, 0]])
    pooled = ((random.normal(0, 0.2, (500, 4)) + loud + 20).clip(0) ** 2).astype(np.float32)
    white = views.Whitening.fit(pooled, width=4)(pooled).astype(np.float32)
    assert np.allclose(np.linalg.norm(white, axis=1), 1, atol=1e-2)
    plain = np.sqrt(pooled) - np.sqrt(pooled).mean(0)
    shares = [np.linalg.eigvalsh(np.cov(x.T))[-1] / np.cov(x.T).trace() for x in (plain, white)]
    assert shares[0] > 0.99
    assert shares[1] < 0.9


def test_one_look_feeds_heads_search_and_captions(starter: LoadedPack) -> None:
    pictures = [CAT, COFFEE, ROCKET, ASTRONAUT, CAT]
    found = starter.encoder.encode_pictures(pictures)
    assert [one.heads.shape for one in found] == [(9, views.WIDTH)] * 5
    assert found[0].rows.shape[0] == efficientnet.POSITIONS
    for one in found:
        assert np.linalg.norm(one.embedding.astype(np.float32)) == pytest.approx(1, abs=1e-3)
        assert {one.embedding.dtype, one.heads.dtype, one.rows.dtype} == {np.dtype(np.float16)}
    texts = starter.encoder.encode_texts(["a cat looks at the camera", "a cup of coffee"])
    likeness = texts @ np.stack([one.embedding for one in found[:2]]).T.astype(np.float32)
    assert likeness.argmax(axis=1).tolist() == [0, 1]
    assert starter.encoder.encode_pictures([]) == []


def test_vectors_do_not_depend_on_the_batch(starter: LoadedPack) -> None:
    pictures = [CAT, COFFEE, ROCKET, ASTRONAUT, CAT]
    batched = starter.encoder.encode_pictures(pictures)
    for picture, expected in zip(pictures, batched, strict=True):
        (alone,) = starter.encoder.encode_pictures([picture])
        assert (alone.heads == expected.heads).all()
        assert (alone.rows == expected.rows).all()
        assert (alone.embedding == expected.embedding).all()


def test_two_side_by_side_are_seen_as_each_alone(starter: LoadedPack) -> None:
    side = min(CAT.shape[0], COFFEE.shape[0])
    cat, coffee = CAT[:side, :side], COFFEE[:side, :side]
    long, alone, other = starter.encoder.encode_pictures(
        [np.concatenate([cat, coffee], axis=1), cat, coffee]
    )
    heads = long.heads.astype(np.float32)
    left, right = heads[5] @ alone.heads[0], heads[6] @ other.heads[0]
    assert left > heads[0] @ alone.heads[0] + 0.1
    assert right > heads[0] @ other.heads[0] + 0.1
    assert left > heads[5] @ other.heads[0]


def test_captions_and_encoder_share_one_captioner(starter: LoadedPack) -> None:
    (found,) = starter.encoder.encode_pictures([CAT])
    (caption,) = starter.vlm.caption([found.rows], [[]])
    assert caption
    assert "{" not in caption
    assert starter.vlm.warm_start([found.rows], ["cat"]).shape == (starter.vlm.embedding_width,)
    assert starter.vlm.max_concepts >= 4


def test_encoding_damaged_weights_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Part(
        efficientnet.PART.package, efficientnet.PART.distribution, efficientnet.PART.path, "00"
    )
    monkeypatch.setattr(efficientnet, "PART", broken)
    with pytest.raises(PackError, match="is not the one Familiar was made for"):
        packs.load("starter").encoder.encode_pictures([COFFEE])


def test_places_of_a_picture_tell_its_corners_apart(starter: LoadedPack) -> None:
    encoder = starter.encoder
    assert isinstance(encoder, PlaceEncoder)
    picture = np.zeros((90, 90, 3), np.uint8)
    picture[:30, :30] = np.random.default_rng(0).integers(0, 255, (30, 30, 3))
    places = encoder.around(picture).astype(np.float32)
    assert places.shape[:2] == (9, 9)
    assert places[0, 0] @ places[8, 8] < places[8, 8] @ places[8, 7]
