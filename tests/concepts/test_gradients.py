"""A training step where memory is short, and where numbers are coarse."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.concepts.embedding import train_embedding
from engine.concepts.gradients import Gradients
from engine.concepts.recipes import FAMILIAR
from engine.concepts.targets import Line
from engine.errors import FamiliarError
from engine.models.protocols import Look
from engine.models.vlm import batching
from engine.models.vlm.recomputing import layers_of
from tests.models.starters import tiny_starter
from tests.models.vlm.tinies import NAMES, SIDE, Tiny, pictures, tiny
from tests.tiny import TinyVLM

SHAPES = [(SIDE, SIDE), (SIDE, SIDE), (SIDE, 40), (SIDE, SIDE), (40, SIDE)]
SAID = ["{0} is on the grass", "a {0}", "{0} running near the ball .", "red {0}", "the {0} ."]
LINES = [Line(view, target) for view, target in enumerate(SAID)]
ANSWERS = [Line(view, target, f"what is {{0}} {'on ' * view}?") for view, target in enumerate(SAID)]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Collecting what failed attempts left behind takes a second here."""
    monkeypatch.setattr(gc, "collect", lambda: None)


@pytest.fixture(params=NAMES)
def one(request: pytest.FixtureRequest) -> Tiny:
    return tiny(request.param)


def looks_of(one: Tiny) -> list[Look]:
    return [one.vlm.look(pictures(1, *shape, seed=n))[0] for n, shape in enumerate(SHAPES)]


def cramped(
    vlm: Any, monkeypatch: pytest.MonkeyPatch, fits: Callable[[int], bool], *, late: bool = False
) -> list[int]:
    """Memory runs out unless so many photos fit, on the way there or, late, on the way back.

    Returns a list that takes how many were tried each time.
    """
    usual, tried = vlm.loss, list[int]()

    def refuse(gradient: Tensor) -> Tensor:
        raise torch.OutOfMemoryError("CUDA out of memory")

    def loss(looks: Sequence[Look], embeddings: Tensor, *rest: Any) -> Tensor:
        tried.append(len(looks))
        room = fits(len(looks))
        if not room and not late:
            refuse(embeddings)
        found: Tensor = usual(looks, embeddings, *rest)
        if not room and found.requires_grad:
            found.register_hook(refuse)
        return found

    monkeypatch.setattr(vlm, "loss", loss)
    return tried


@pytest.mark.parametrize("lines", [LINES, ANSWERS])
def test_parts_add_up_to_the_whole(
    one: Tiny, lines: list[Line], monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.manual_seed(0)
    e = torch.randn(one.vlm.embedding_width, requires_grad=True)
    gradients = Gradients(one.vlm, looks_of(one), "ada", 0.3)
    usual, loss = gradients.of(e, lines), gradients.loss(e, lines)
    tried = cramped(one.vlm, monkeypatch, lambda count: count <= 2)
    torch.testing.assert_close(gradients.of(e, lines), usual)
    assert usual.norm() > 1e-5
    assert e.grad is None
    assert tried == [5, 2, 2, 1]
    assert gradients.loss(e, lines) == pytest.approx(loss)
    assert tried[4:] == [2, 2, 1], "it stays small"


@pytest.mark.parametrize("late", [False, True])
def test_parts_draw_what_the_whole_would(late: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The starter puts each photo's concept into a slot drawn by chance."""
    vlm = tiny_starter(positions=9, row_width=16)
    rows = list(np.random.default_rng(0).standard_normal((5, 9, 16)).astype(np.float16))
    e = torch.from_numpy(vlm.warm_start(rows, ["dog"])).requires_grad_(True)
    gradients = Gradients(vlm, rows, "", 0.04)
    lines = [Line(n, said) for n, said in enumerate(["a {0}", "{0} is in the grass", "{0}"])]
    torch.manual_seed(5)
    usual, loss, after = gradients.of(e, lines), gradients.loss(e, lines), torch.rand(1)
    other = gradients.of(e, lines)
    gradients = Gradients(vlm, rows, "", 0.04)
    cramped(vlm, monkeypatch, lambda count: count == 1, late=late)
    torch.manual_seed(5)
    torch.testing.assert_close(gradients.of(e, lines), usual)
    gradients = Gradients(vlm, rows, "", 0.04)
    assert gradients.loss(e, lines) == pytest.approx(loss)
    assert torch.equal(torch.rand(1), after)
    assert not torch.allclose(other, usual)


def test_layers_are_computed_twice_before_one_photo_is_given_up(
    one: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.manual_seed(0)
    e = torch.randn(one.vlm.embedding_width, requires_grad=True)
    gradients = Gradients(one.vlm, looks_of(one), "ada", 0.3)
    usual = gradients.of(e, LINES)
    layer = layers_of(one.model)[0]

    def fits(count: int) -> bool:
        return count == 1 and "forward" in vars(layer)

    tried = cramped(one.vlm, monkeypatch, fits, late=True)
    for _ in range(2):
        torch.testing.assert_close(gradients.of(e, LINES), usual)
    assert tried == [5, 2, 1, *[1] * 5, *[1] * 5], "and it stays so"
    assert "forward" not in vars(layer)


def test_one_photo_that_does_not_fit_is_an_error(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    plain, e = TinyVLM(), torch.zeros(4, requires_grad=True)
    cramped(plain, monkeypatch, lambda count: False)
    with caplog.at_level(logging.WARNING), pytest.raises(torch.OutOfMemoryError):
        Gradients(plain, [None] * 5, "", 0.0).of(e, LINES)
    assert "cannot compute its layers twice" in caplog.text
    able = tiny("gemma-3")
    wide = torch.zeros(able.vlm.embedding_width, requires_grad=True)
    tried = cramped(able.vlm, monkeypatch, lambda count: False)
    with pytest.raises(torch.OutOfMemoryError):
        Gradients(able.vlm, looks_of(able), "ada", 0.0).of(wide, LINES)
    assert tried == [5, 2, 1, 1]


@pytest.mark.parametrize("name", ["blip-2-opt", "llava-1.6", "qwen3-vl"])
def test_a_training_with_little_memory_ends_where_it_would_with_much(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Captions of the views are written in smaller parts too; questions are asked one by one."""
    vlm: Any = tiny(name).vlm
    views = [vlm.look(pictures(3)), vlm.look(pictures(2, seed=1))]
    recipe = replace(FAMILIAR, steps=5, patience=2, check_every=2)
    usual = train_embedding(vlm, views, "pet", "dog", "ada", recipe).vector
    write, written = vlm._write, list[int]()

    def cramped_write(batch: Sequence[Any], manner: Any) -> Any:
        written.append(len(batch))
        if len(batch) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return write(batch, manner)

    monkeypatch.setattr(vlm, "_write", cramped_write)
    monkeypatch.setattr(vlm, "_batch", batching.BatchSize(8))
    tried = cramped(vlm, monkeypatch, lambda count: count == 1)
    trained = train_embedding(vlm, views, "pet", "dog", "ada", recipe).vector
    assert written[:4] == [5, 2, 2, 1]
    assert max(tried) > 1
    assert set(tried[2:]) == {1}
    np.testing.assert_allclose(trained, usual, rtol=1e-3, atol=1e-4)


class Coarse(TinyVLM):
    """Computes in float16, with a gradient of `slope` on the way; adds `more` to the loss."""

    def __init__(self, slope: float, more: float = 0.0) -> None:
        super().__init__()
        self.slope, self.more = slope, more

    def loss(
        self,
        looks: Sequence[Look],
        embeddings: Tensor,
        words: Sequence[Sequence[str]],
        targets: Sequence[str],
        attention_weight: float,
        questions: Sequence[str] | None = None,
    ) -> Tensor:
        return (embeddings.half().float() * self.slope).sum(dim=(1, 2)).mean() + self.more


@pytest.mark.parametrize("slope", [1e-9, 1e-3, 1.0, 10.0, 5e4, 1e6])
def test_gradients_in_float16_neither_vanish_nor_overflow(slope: float) -> None:
    e = torch.zeros(4, requires_grad=True)
    gradients = Gradients(Coarse(slope), [None] * 5, "", 0.0)
    for _ in range(2):
        found = gradients.of(e, LINES)
        torch.testing.assert_close(found, torch.full((4,), slope), rtol=2e-3, atol=0)


@pytest.mark.parametrize(("slope", "more"), [(1.0, float("inf")), (float("nan"), 0.0)])
def test_numbers_that_stay_too_coarse_are_a_sentence(slope: float, more: float) -> None:
    e = torch.zeros(4, requires_grad=True)
    with pytest.raises(FamiliarError, match="too coarse"):
        Gradients(Coarse(slope, more), [None] * 5, "", 0.0).of(e, LINES)
