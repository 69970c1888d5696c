"""Where concept embeddings join, how long they are, and what they are fined for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.errors import PackError
from engine.models.vlm.freezing import eager, later_attention, scaled_to
from engine.models.vlm.specs import Join
from engine.models.vlm.writing import known_token
from tests.models.vlm.tinies import NAMES, Q_FORMERS, READERS, SIDE, Tiny, pictures, tiny


@pytest.fixture(params=NAMES)
def one(request: pytest.FixtureRequest) -> Tiny:
    return tiny(request.param)


@pytest.fixture(params=READERS)
def reader(request: pytest.FixtureRequest) -> Tiny:
    return tiny(request.param)


@pytest.fixture(params=Q_FORMERS)
def q_former(request: pytest.FixtureRequest) -> Tiny:
    return tiny(request.param)


def loss(one: Tiny, embeddings: Tensor, weight: float = 0.0, side: int = SIDE) -> Tensor:
    looks = one.vlm.look(pictures(len(embeddings), SIDE, side))
    words = [["ada", "bob", "biscuit"][: embeddings.shape[1]]] * len(looks)
    return one.vlm.loss(looks, embeddings, words, ["{0} is on the grass"] * len(looks), weight)


def read(one: Tiny, count: int, wide: int = SIDE) -> tuple[Tensor, Tensor, Any]:
    """What the decoder reads for one photo with `count` concepts, the concepts, and the look."""
    seen: list[Tensor] = []

    def listen(module: Any, args: Any, kwargs: Any) -> None:
        seen.append(kwargs["inputs_embeds"])

    look = one.vlm.look(pictures(1, SIDE, wide))[0]
    concepts = [one.concept(word, n) for n, word in enumerate(("ada", "bob")[:count])]
    handle = one.model.get_decoder().register_forward_pre_hook(listen, with_kwargs=True)
    one.vlm.caption([look], [concepts])
    handle.remove()
    vectors = torch.from_numpy(np.stack([c.vector for c in concepts]))
    return seen[0][0], vectors, look


def test_e_stands_after_the_picture_at_the_mean_norm_of_its_tokens(reader: Tiny) -> None:
    for count in (1, 2):
        for wide in (SIDE, 40):
            rows, vectors, look = read(reader, count, wide)
            norm = look.rows.norm(dim=-1).mean()
            found = (rows - look.rows[-1]).abs().amax(dim=-1) < 1e-5
            last = int(found.nonzero().max())
            joined = rows[last + 1 : last + 1 + count]
            torch.testing.assert_close(joined.norm(dim=-1), norm.expand(count))
            torch.testing.assert_close(joined / norm, vectors / vectors.norm(dim=-1, keepdim=True))


def test_keys_and_values_of_e_have_the_pictures_mean_norm(q_former: Tiny) -> None:
    seen: list[Tensor] = []
    layers = q_former.model.qformer.encoder.layer
    crossing = [layer.crossattention.attention for layer in layers if layer.has_cross_attention]
    assert len(crossing) == 2
    handles = [
        part.register_forward_hook(lambda module, args, out: seen.append(out))
        for attention in crossing
        for part in (attention.key, attention.value)
    ]
    loss(q_former, torch.randn(2, 2, 24) * 50)
    for handle in handles:
        handle.remove()
    assert len(seen) == 4
    for rows in seen:
        norms = rows.norm(dim=-1)
        assert norms.shape == (2, 17 + 2)
        wanted = norms[:, :17].mean(dim=1, keepdim=True).expand(-1, 2)
        torch.testing.assert_close(norms[:, 17:], wanted)


def test_only_the_direction_of_e_matters(one: Tiny) -> None:
    torch.manual_seed(0)
    e = torch.randn(2, 2, one.vlm.embedding_width)
    torch.testing.assert_close(loss(one, e), loss(one, e * 7))
    assert not torch.allclose(loss(one, e), loss(one, torch.randn_like(e)))


def test_every_concept_of_a_photo_counts(one: Tiny) -> None:
    torch.manual_seed(0)
    e = torch.randn(1, 3, one.vlm.embedding_width, requires_grad=True)
    loss(one, e).backward()
    assert e.grad is not None
    assert (e.grad.norm(dim=-1) > 1e-6).all()


def test_scaled_to_takes_the_mean_norm_and_the_number_format() -> None:
    rows = torch.tensor([[[3.0, 4.0], [0.0, 1.0]]], dtype=torch.bfloat16)
    scaled = scaled_to(torch.tensor([[[0.0, 10.0], [-2.0, 0.0]]]), rows)
    assert scaled.dtype == torch.bfloat16
    assert scaled.tolist() == [[[0.0, 3.0], [-3.0, 0.0]]]


def test_regulariser_against_a_hand_computed_value() -> None:
    first = torch.zeros(2, 1, 4, 4)
    first[0, 0, 2, 1], first[0, 0, 3, 1] = 0.5, 0.1
    first[1, 0, 2, 1], first[1, 0, 3, 1] = 0.3, 0.9
    first[:, :, 1, 1] = 0.7  # what e* pays itself is not fined
    second = torch.zeros(2, 1, 4, 4)
    second[0, 0, 2, 1] = 0.2
    later = torch.tensor([[False, False, True, True], [False, False, True, False]])
    penalty = later_attention([first[..., 1:2], second[..., 1:2]], later)
    expected = [(0.5**2 + 0.1**2) / 2 + 0.2**2 / 2, 0.3**2]
    assert penalty.tolist() == pytest.approx(expected)


def test_the_loss_adds_the_weighted_regulariser_of_a_reader(reader: Tiny) -> None:
    torch.manual_seed(0)
    e = torch.randn(1, 2, reader.vlm.embedding_width)
    weights: list[Tensor] = []
    decoder = reader.model.get_decoder()
    handles = [
        layer.self_attn.register_forward_hook(lambda module, args, out: weights.append(out[1]))
        for layer in decoder.layers
    ]
    added = (loss(reader, e, 2.0) - loss(reader, e, 0.0)).item()
    for handle in handles:
        handle.remove()
    look = reader.vlm.look(pictures(1))[0]
    prompt = reader.vlm._prompt_ids(look, "Please caption this image of ada and bob.", ())
    place = max(n for n, token in enumerate(prompt) if token == reader.model.config.image_token_id)
    concepts = slice(place + 1, place + 3)
    by_hand = sum(
        (layer[0, :, place + 3 :, concepts].numpy().astype(np.float64) ** 2).mean()
        for layer in weights[: len(decoder.layers)]
    )
    assert added == pytest.approx(2.0 * by_hand, abs=1e-4)
    assert by_hand > 1e-5


def test_the_loss_adds_the_weighted_regulariser_of_a_q_former(q_former: Tiny) -> None:
    torch.manual_seed(0)
    e = torch.randn(2, 2, 24)
    weights: list[Tensor] = []
    handles = [
        layer.crossattention.attention.register_forward_hook(
            lambda module, args, out: weights.append(out[1])
        )
        for layer in q_former.model.qformer.encoder.layer
        if layer.has_cross_attention
    ]
    added = (loss(q_former, e, 2.0) - loss(q_former, e, 0.0)).item()
    for handle in handles:
        handle.remove()
    by_hand = sum((layer[..., 17:].numpy() ** 2).mean() for layer in weights[:2])
    assert added == pytest.approx(2.0 * by_hand, abs=1e-4)
    assert by_hand > 1e-5


def test_eager_attention_is_given_back(one: Tiny) -> None:
    part = one.model.qformer if one.asks_plainly else one.model.get_decoder()
    usual = part.config._attn_implementation
    during: list[str] = []

    def fail() -> None:
        with eager(part):
            during.append(part.config._attn_implementation)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert during == ["eager"]
    assert part.config._attn_implementation == usual != "eager"


def test_the_first_reserved_token_that_exists_carries_e() -> None:
    words = tiny("gemma-3").processor.tokenizer
    assert known_token(words, ["<nothing>", "<unused0>"]) == words.get_vocab()["<unused0>"]
    with pytest.raises(PackError, match="<nothing>"):
        known_token(words, ["<nothing>"])


def test_every_reader_has_its_own_place_for_e() -> None:
    joins = {name: tiny(name).vlm.spec.join for name in READERS}
    assert [name for name, join in joins.items() if join is Join.PROJECTOR] == [
        "llava-1.5",
        "llava-1.6",
    ]
