"""Layers computed twice: the same gradient with less kept for it, and no trace afterwards."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from engine.models.vlm.recomputing import layers_of, recomputed
from tests.models.vlm.tinies import NAMES, Tiny, pictures, tiny

TARGETS = ["{0} is on the grass", "{0} running near the ball ."]


@pytest.fixture(params=NAMES)
def one(request: pytest.FixtureRequest) -> Tiny:
    return tiny(request.param)


def learned_from(one: Tiny, kept: list[int] | None = None) -> tuple[Tensor, Tensor]:
    """Loss and gradient; `kept` takes the size of each tensor that is kept for the gradient."""
    torch.manual_seed(0)
    looks = one.vlm.look(pictures(2))
    e = torch.randn(2, 2, one.vlm.embedding_width, requires_grad=True)

    def keep(value: Tensor) -> Tensor:
        if kept is not None and value.grad_fn is not None:
            kept.append(value.nelement())
        return value

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda value: value):
        loss = one.vlm.loss(looks, e, [["ada", "bob"]] * 2, TARGETS, 0.3)
    (gradient,) = torch.autograd.grad(loss, e)
    return loss.detach(), gradient


def test_the_loss_and_the_gradient_are_the_same(one: Tiny) -> None:
    before, much, little = one.digest(), list[int](), list[int]()
    usual = learned_from(one, much)
    assert one.vlm.can_spare
    with one.vlm.sparing():
        spared = learned_from(one, little)
        assert not any(module.training for module in one.model.modules()), "no dropout"
    torch.testing.assert_close(spared, usual)
    assert usual[1].norm() > 1e-6
    assert sum(little) < 0.5 * sum(much)
    assert one.digest() == before
    assert not any(p.requires_grad or p.grad is not None for p in one.model.parameters())


def test_afterwards_nothing_is_different(one: Tiny) -> None:
    usual = learned_from(one)
    how = [part.config._attn_implementation for part in (one.model, one.model.get_decoder())]
    with pytest.raises(KeyError), one.vlm.sparing():
        raise KeyError
    assert not any("forward" in vars(module) for module in one.model.modules())
    parts = (one.model, one.model.get_decoder())
    assert [part.config._attn_implementation for part in parts] == how
    assert all(a.equal(b) for a, b in zip(learned_from(one), usual, strict=True))


def test_captions_are_written_meanwhile(one: Tiny) -> None:
    looks = one.vlm.look(pictures(2))
    concepts = [[], [one.concept("ada")]]
    usual = one.vlm.caption(looks, concepts)
    with one.vlm.sparing():
        assert one.vlm.caption(looks, concepts) == usual


def test_a_forward_that_stood_there_before_comes_back() -> None:
    """As accelerate puts it on quantised layers."""
    layer: Any = layers_of(tiny("llava-1.5").model)[0]
    vars(layer)["forward"] = own = layer.forward
    try:
        with recomputed(layer):
            assert layer.forward is not own
        assert vars(layer)["forward"] is own
    finally:
        del vars(layer)["forward"]


def test_a_model_without_such_layers_is_left_alone() -> None:
    plain = nn.Linear(2, 2)
    assert layers_of(plain) == []
    with recomputed(plain):
        assert "forward" not in vars(plain)
