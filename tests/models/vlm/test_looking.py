"""Heat maps: where the model looks for a concept, laid over the whole picture."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import PackError
from engine.models.vlm.frozen import within
from engine.models.vlm.looking import TokenLooker
from engine.models.vlm.sight import Grid, uncropped, whole_picture
from engine.models.vlm.specs import Whole
from tests.models.vlm.tinies import NAMES, SIDE, Tiny, pictures, tiny


@pytest.fixture(params=NAMES)
def one(request: pytest.FixtureRequest) -> Tiny:
    return tiny(request.param)


def test_attention_is_a_distribution_over_the_picture(one: Tiny) -> None:
    look = one.vlm.look(pictures(1))[0]
    heat = one.vlm.attention(look, one.concept("ada"))
    layers = [one.vlm.attention(look, one.concept("ada"), layer) for layer in (0, 1)]
    for each in (heat, *layers):
        assert each.shape == layers[0].shape
        assert each.dtype == np.float32
        assert each.min() >= 0
        assert each.sum() == pytest.approx(1.0, abs=1e-5)
    assert not np.allclose(layers[0], layers[1], atol=1e-5)
    assert not np.allclose(heat, one.vlm.attention(look, one.concept("ada", seed=4)), atol=1e-6)


@pytest.mark.parametrize(
    ("name", "wide", "shape"),
    [
        ("blip-2-opt", 40, (4, 4)),
        ("llava-1.5", 40, (4, 10)),
        ("llava-1.6", 40, (4, 4)),
        ("qwen3-vl", 40, (2, 5)),
        ("smolvlm2", 40, (2, 2)),
        ("internvl3", 40, (2, 2)),
        ("gemma-3", 40, (2, 2)),
    ],
)
def test_heat_covers_the_whole_of_a_wide_picture(
    name: str, wide: int, shape: tuple[int, int]
) -> None:
    one = tiny(name)
    look = one.vlm.look(pictures(1, SIDE, wide))[0]
    heat = one.vlm.attention(look, one.concept("ada"))
    assert heat.shape == shape
    if name == "llava-1.5":  # it sees the central square alone
        assert not heat[:, :3].any()
        assert not heat[:, 7:].any()
        assert (heat[:, 3:7] > 0).all()


def test_the_grid_of_the_whole_picture_among_its_tokens() -> None:
    assert whole_picture(Whole.ALL, 16, 1, 16, None) == Grid(0, 4, 4)
    assert whole_picture(Whole.FIRST, 52, 1, 16, None) == Grid(0, 4, 4)
    assert whole_picture(Whole.LAST, 20, 5, 20, None) == Grid(16, 2, 2)
    heat = np.arange(20, dtype=np.float32)
    assert Grid(16, 2, 2).lay_out(heat) == pytest.approx(np.array([[16, 17], [18, 19]]) / 70)


def test_a_central_crop_is_laid_into_the_picture_it_was_cut_from() -> None:
    assert uncropped(Grid(0, 4, 4), 30, 30) == Grid(0, 4, 4)
    assert uncropped(Grid(0, 4, 4), 20, 30) == Grid(0, 4, 4, above=0, beside=1)
    tall = uncropped(Grid(0, 4, 4), 40, 20)
    laid = tall.lay_out(np.ones(16, np.float32))
    assert laid.shape == (8, 4)
    assert not laid[:2].any()
    assert laid[2:6].sum() == pytest.approx(1.0)


def test_pictures_are_bounded_before_they_are_looked_at() -> None:
    assert within(pictures(1, 100, 300)[0], 150).size == (150, 50)
    assert within(pictures(1, 100, 300)[0], 400).size == (300, 100)


def test_a_processor_without_chat_template_is_refused() -> None:
    one = tiny("llava-1.5")
    bare = type(one.processor)(one.processor.image_processor, one.processor.tokenizer, patch_size=4)
    with pytest.raises(PackError, match="chat template"):
        TokenLooker(one.vlm.spec, one.model, bare)
