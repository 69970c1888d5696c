"""Search vectors, views and places, by open_clip's own loaders on tiny random models."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.concepts.heads import RECOGNISE, LinearHead
from engine.models import open_clip_encoder
from engine.models.checkpoint import Checkpoint
from engine.models.open_clip_encoder import (
    OpenClipEncoder,
    PlacingOpenClipEncoder,
    open_encoder,
)
from engine.models.protocols import PlaceEncoder
from tests.models.clips import SIGLIP, TINY, WIDTH, folder, needs_open_clip, open_clip
from tests.models.pictures import ASTRONAUT, CAT, COFFEE, ROCKET


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    return folder(tmp_path_factory.mktemp("packs") / "tiny")


@pytest.fixture
def encoder(tiny: Checkpoint) -> OpenClipEncoder:
    return open_encoder(tiny, "cpu")


@needs_open_clip
def test_what_it_says_of_a_picture(encoder: OpenClipEncoder) -> None:
    (found,) = encoder.encode_pictures([CAT])
    assert found.heads.shape == (len(encoder.view_boxes), WIDTH)
    assert found.heads.dtype == found.embedding.dtype == np.float16
    assert (found.embedding == found.heads[0]).all()
    assert np.linalg.norm(found.heads.astype(np.float32), axis=1) == pytest.approx(1, abs=1e-3)
    assert found.rows.shape == (0, 0)
    assert encoder.encode_pictures([]) == []


@needs_open_clip
def test_it_agrees_with_open_clip(tiny: Checkpoint) -> None:
    """Pixels, features and words are what open_clip itself makes of them."""
    import torch
    from PIL import Image

    model, _, prepare = open_clip.create_model_and_transforms(
        f"local-dir:{tiny.path}", image_resize_mode="squash"
    )
    with torch.inference_mode():
        picture = model.eval().encode_image(prepare(Image.fromarray(CAT))[None], normalize=True)
        words = model.encode_text(
            open_clip.get_tokenizer(f"local-dir:{tiny.path}")(["a cat"]), normalize=True
        )
    encoder = OpenClipEncoder(tiny, "cpu")
    (found,) = encoder.encode_pictures([CAT])
    assert found.embedding == pytest.approx(picture[0].numpy(), abs=2e-3)
    assert encoder.encode_texts(["a cat"])[0] == pytest.approx(words[0].numpy(), abs=1e-5)


@needs_open_clip
def test_words_and_pictures_are_comparable(encoder: OpenClipEncoder) -> None:
    texts = encoder.encode_texts(["a cat", "A CAT", "", "a very long story " * 40])
    assert texts.shape == (4, WIDTH)
    assert texts.dtype == np.float32
    assert np.linalg.norm(texts, axis=1) == pytest.approx(1, abs=1e-5)
    assert (texts[0] == texts[1]).all()
    assert encoder.encode_texts([]).shape == (0, WIDTH)


@needs_open_clip
def test_sentences_are_minilms(encoder: OpenClipEncoder) -> None:
    found = encoder.encode_sentences(["a dog in the snow", "a puppy plays in snow", "a bowl"])
    assert found.shape == (3, 384)
    assert found[0] @ found[1] > found[0] @ found[2] + 0.3


@needs_open_clip
@pytest.mark.parametrize("corner", [0, 1, 2, 3])
def test_quarters_look_at_the_quarters(encoder: OpenClipEncoder, corner: int) -> None:
    grey = np.full((90, 120, 3), 128, np.uint8)
    painted = grey.copy()
    left, top = 80 * (corner % 2), 60 * (corner // 2)
    painted[top : top + 30, left : left + 40] = (250, 20, 20)
    before, after = encoder.encode_pictures([grey, painted])
    changed = (before.heads != after.heads).any(axis=1)
    sees = [
        x0 * 120 < left + 40 and left < x1 * 120 and y0 * 90 < top + 30 and top < y1 * 90
        for x0, y0, x1, y1 in encoder.view_boxes
    ]
    assert changed.tolist() == sees
    assert sees[:5] == [True, *(quarter == corner for quarter in range(4))]


@needs_open_clip
def test_the_whole_picture_counts_whatever_its_shape(encoder: OpenClipEncoder) -> None:
    wide = np.full((40, 400, 3), 128, np.uint8)
    painted = wide.copy()
    painted[:, :20] = painted[:, -20:] = 0
    before, after = encoder.encode_pictures([wide, painted])
    assert (before.embedding != after.embedding).any()
    assert len(encoder.encode_pictures([wide[:1], wide[:, :1], wide[:1, :1]])) == 3


@needs_open_clip
def test_vectors_do_not_depend_on_their_company(
    tiny: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    pace = open_clip_encoder._Pace("fp32", 3, 4)
    monkeypatch.setitem(open_clip_encoder._PACES, "cpu", pace)
    encoder = OpenClipEncoder(tiny, "cpu")
    pictures, texts = [CAT, COFFEE, ROCKET, ASTRONAUT], ["a", "cat and", "a dog", "on the", "moon"]
    batched = encoder.encode_pictures(pictures)
    for picture, expected in zip(pictures, batched, strict=True):
        (alone,) = encoder.encode_pictures([picture])
        assert (alone.heads == expected.heads).all()
    words = encoder.encode_texts(texts)
    for text, vector in zip(texts, words, strict=True):
        assert (encoder.encode_texts([text])[0] == vector).all()
    again = OpenClipEncoder(tiny, "cpu").encode_pictures(pictures)
    assert all((a.heads == b.heads).all() for a, b in zip(again, batched, strict=True))


@needs_open_clip
def test_half_precision_gives_nearly_the_same(
    tiny: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = OpenClipEncoder(tiny, "cpu")
    expected, words = full.encode_pictures([CAT])[0].heads, full.encode_texts(["a cat"])
    pace = open_clip_encoder._Pace("fp16", 1, 1)
    monkeypatch.setitem(open_clip_encoder._PACES, "cpu", pace)
    half = open_encoder(tiny, "cpu")
    assert half.encode_pictures([CAT])[0].heads == pytest.approx(expected, abs=4e-3)
    assert half.encode_texts(["a cat"]) == pytest.approx(words, abs=4e-3)
    assert isinstance(half, PlacingOpenClipEncoder)
    assert half.around(CAT).shape == (6, 6, WIDTH)


@needs_open_clip
def test_places_tell_the_corners_of_a_picture_apart(encoder: OpenClipEncoder) -> None:
    assert isinstance(encoder, PlacingOpenClipEncoder)
    shown: PlaceEncoder = encoder
    # Random queries are alike everywhere; larger ones look at their like, as learned ones do.
    attention = encoder._open().model.visual.transformer.resblocks[-1].attn
    attention.in_proj_weight[:32] *= 30
    picture = np.zeros((90, 90, 3), np.uint8)
    picture[:30, :30] = np.random.default_rng(0).integers(0, 255, (30, 30, 3))
    places = shown.around(picture).astype(np.float32)
    assert places.shape == (6, 6, WIDTH)
    assert np.linalg.norm(places, axis=-1) == pytest.approx(1, abs=2e-3)
    assert places[0, 0] @ places[5, 5] < places[5, 5] @ places[5, 4] - 0.01


@needs_open_clip
def test_a_model_made_as_siglip_with_its_own_tokenizer(tmp_path: Path) -> None:
    from tokenizers import Tokenizer, models, pre_tokenizers

    known = folder(tmp_path, SIGLIP)
    words = {word: number for number, word in enumerate("<pad> <unk> a cat dog".split())}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "<pad>"}
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(settings))
    encoder = open_encoder(known, "cpu")
    assert encoder.picture_size == 288
    (found,) = encoder.encode_pictures([CAT])
    texts = encoder.encode_texts(["a cat", "a dog", "A cat!"])
    assert texts.shape == (3, 64)
    assert found.embedding.shape == (64,)
    assert (texts[0] == texts[2]).all()
    assert (texts[0] != texts[1]).any()

    assert isinstance(encoder, PlacingOpenClipEncoder)
    picture = np.zeros((90, 90, 3), np.uint8)
    picture[:30, :30] = np.random.default_rng(0).integers(0, 255, (30, 30, 3))
    places = encoder.around(picture).astype(np.float32)
    assert places.shape == (10, 10, 64)
    assert places[0, 0] @ places[9, 9] < places[9, 9] @ places[9, 8] - 0.01


@needs_open_clip
def test_an_architecture_without_places_promises_none(tmp_path: Path) -> None:
    vision = {**TINY["vision_cfg"], "pool_type": "avg"}
    encoder = open_encoder(folder(tmp_path, {**TINY, "vision_cfg": vision}), "cpu")
    assert encoder.encode_pictures([CAT])[0].embedding.shape == (WIDTH,)
    assert not isinstance(encoder, PlaceEncoder)


def test_importing_it_loads_no_library() -> None:
    heavy = "{'open_clip', 'torch', 'torchvision', 'transformers'}"
    code = f"import sys, engine.models.open_clip_encoder; assert not {heavy} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_head_learns_from_vectors_as_clip_gives_them() -> None:
    """Unit vectors around one common direction, each picture of a kind; one concept of one kind."""
    random = np.random.default_rng(0)
    width = 256
    common, concept = random.normal(size=(2, width))
    kinds = random.normal(size=(30, width))

    def pictures(kind: NDArray[np.int64], shows: bool) -> NDArray[np.float16]:
        own = random.normal(size=(len(kind), width))
        what = kinds[kind] + concept if shows else kinds[kind]
        vectors = common + np.sqrt(0.5) * what + np.sqrt(0.5) * own
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / lengths, np.float16)

    elsewhere = random.integers(1, 30, 900)
    head = LinearHead.train(
        pictures(np.zeros(4, int), True), pictures(np.append(elsewhere[:600], [0] * 20), False)
    )
    shown = head.score(pictures(np.zeros(100, int), True)[:, None])
    absent = head.score(pictures(elsewhere[600:], False)[:, None])
    assert (shown >= RECOGNISE).mean() > 0.95
    assert (absent >= RECOGNISE).mean() < 0.005
