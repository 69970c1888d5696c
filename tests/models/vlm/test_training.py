"""Training e* alone: the loss falls and nothing else moves."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from tests.models.vlm.tinies import NAMES, SIDE, Tiny, pictures, tiny

TARGETS = ["{0} is on the grass", "a {0}", "{0} running near the ball ."]


@pytest.fixture(params=NAMES)
def one(request: pytest.FixtureRequest) -> Tiny:
    return tiny(request.param)


def test_the_loss_falls_and_the_model_stays_frozen(one: Tiny) -> None:
    before = one.digest()
    looks = one.vlm.look(pictures(3))
    start = torch.from_numpy(one.vlm.warm_start(looks, ["dog"]))
    e = (start / start.norm()).requires_grad_(True)
    optimiser = torch.optim.AdamW([e], lr=0.05)
    losses = []
    for _ in range(10):
        embeddings = e.expand(3, 1, -1)
        weight = one.vlm.spec.attention_weight
        loss = one.vlm.loss(looks, embeddings, [["ada"]] * 3, TARGETS, weight)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] - 0.01
    assert one.digest() == before
    assert not any(p.requires_grad or p.grad is not None for p in one.model.parameters())
    assert not any(module.training for module in one.model.modules())


@pytest.mark.parametrize("questions", [None, ["what is {0} wearing ?", "{1} ?", "is {0} near {1}"]])
def test_a_batchs_loss_is_the_mean_of_its_photos(one: Tiny, questions: list[str] | None) -> None:
    """Targets and prompts of different lengths, pictures of different shapes."""
    torch.manual_seed(0)
    looks = one.vlm.look([*pictures(2), *pictures(1, SIDE, 40)])
    e = torch.randn(3, 2, one.vlm.embedding_width)
    words = [["ada", "bob"], ["the dog", "biscuit"], ["a dog in red", "bob"]]
    together = one.vlm.loss(looks, e, words, TARGETS, 0.3, questions)
    alone = []
    for n in range(3):
        asked = None if questions is None else [questions[n]]
        own = ([looks[n]], e[n : n + 1], [words[n]], [TARGETS[n]])
        alone.append(one.vlm.loss(*own, 0.3, asked))
    torch.testing.assert_close(together, torch.stack(alone).mean())
    assert len({round(x.item(), 4) for x in alone}) == 3


def test_targets_may_answer_questions(one: Tiny) -> None:
    looks = one.vlm.look(pictures(1))
    e = torch.randn(1, 1, one.vlm.embedding_width)

    def loss(questions: list[str] | None) -> Tensor:
        return one.vlm.loss(looks, e, [["ada"]], ["a hat"], 0.0, questions)

    caption, hat, where = (loss(q).item() for q in (None, ["what is {0} wearing ?"], ["a dog"]))
    assert len({round(caption, 4), round(hat, 4), round(where, 4)}) == 3


def test_looks_of_a_training_need_no_gradient(one: Tiny) -> None:
    look = one.vlm.look(pictures(1))[0]
    rows = getattr(look, "rows", look)
    assert isinstance(rows, Tensor)
    assert not rows.requires_grad
    assert rows.device.type == "cpu"
    assert rows.untyped_storage().nbytes() == rows.numel() * rows.element_size()
