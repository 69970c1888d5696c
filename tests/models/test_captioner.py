"""The captioner's joining of concepts, on small random models of the real classes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from engine.concepts.embedding import train_embedding
from engine.concepts.recipes import ABLATIONS, FAMILIAR, PAPER
from engine.errors import UsageError
from engine.models.joining import QFormerJoin, attention_penalty
from engine.models.protocols import ConceptEmbedding
from engine.models.starter_vlm import StarterVLM
from engine.progress import Cancelled
from tests.models.starters import tiny_starter


@pytest.fixture
def vlm() -> StarterVLM:
    return tiny_starter(positions=9, row_width=16)


def photos(count: int, seed: int = 0) -> list[NDArray[np.float16]]:
    random = np.random.default_rng(seed)
    return list(random.standard_normal((count, 9, 16)).astype(np.float16))


def embeddings(count: int, seed: int = 1) -> list[ConceptEmbedding]:
    vectors = np.random.default_rng(seed).standard_normal((count, 16)).astype(np.float32)
    return [ConceptEmbedding(vector) for vector in vectors]


def loss_of(vlm: StarterVLM, vector: NDArray[np.float32]) -> float:
    """The loss over the training photos, with the same slots drawn each time."""
    torch.manual_seed(11)
    joined = torch.from_numpy(vector).expand(4, 1, -1)
    target = ["a picture of {0}"] * 4
    with torch.inference_mode():
        losses = [vlm.loss(photos(4), joined, [[""]] * 4, target, 0.04).item() for _ in range(20)]
    return float(np.mean(losses))


def test_without_concepts_the_frozen_model_speaks(vlm: StarterVLM) -> None:
    plain = vlm.caption(photos(5), [[]] * 5)
    mixed = vlm.caption(photos(5), [[], embeddings(1), [], embeddings(2), []])
    assert [mixed[n] for n in (0, 2, 4)] == [plain[n] for n in (0, 2, 4)]
    assert not any("{" in caption or "<c" in caption for caption in plain)


def test_every_present_concept_is_named_once_and_no_other(vlm: StarterVLM) -> None:
    for count in (1, 2, 3):
        for caption in vlm.caption(photos(4), [embeddings(count)] * 4):
            for number in range(8):
                assert caption.count(f"{{{number}}}") == (1 if number < count else 0)
            assert "<c" not in caption


def test_a_caption_does_not_depend_on_its_batch(vlm: StarterVLM) -> None:
    many = photos(40)
    alone = [vlm.caption([rows], [[]])[0] for rows in many[:3]]
    assert vlm.caption(many, [[]] * 40)[:3] == alone


def test_norms_of_concept_keys_and_values_match_the_picture(vlm: StarterVLM) -> None:
    seen: list[torch.Tensor] = []
    attention = vlm.model.qformer.encoder.layer[0].crossattention.attention
    attention.key.register_forward_hook(lambda module, args, out: seen.append(out))
    rows = torch.from_numpy(np.stack(photos(2))).float()
    vlm.model.prefix(rows, torch.randn(2, 3, 16) * 100)
    norms = seen[-1].norm(dim=-1)
    assert norms.shape == (2, 12)
    torch.testing.assert_close(norms[:, 9:], norms[:, :9].mean(1, keepdim=True).expand(-1, 3))


def test_concept_scale_does_not_matter(vlm: StarterVLM) -> None:
    rows = torch.from_numpy(np.stack(photos(2))).float()
    concept = torch.randn(2, 1, 16)
    one = vlm.model.prefix(rows, concept)
    torch.testing.assert_close(one, vlm.model.prefix(rows, concept * 7))
    assert (one - vlm.model.prefix(rows, None)).abs().max() > 1e-3


def test_regulariser_against_a_hand_computed_value() -> None:
    layers = [torch.tensor([[[[0.5, 0.2, 0.3]]]]), torch.tensor([[[[0.1, 0.9, 0.0]]]])]
    assert attention_penalty(layers, 1).item() == pytest.approx(
        (0.2**2 + 0.3**2) / 2 + (0.9**2 + 0.0) / 2
    )


def test_training_lowers_the_loss_and_touches_no_weight(vlm: StarterVLM) -> None:
    before = {k: v.clone() for k, v in vlm.model.state_dict().items()}
    recipe = replace(FAMILIAR, steps=30, rate=0.1)
    trained = train_embedding(vlm, [photos(4)], "pet", "dog", recipe=recipe).vector
    start = vlm.warm_start(photos(4), ["dog"])
    assert loss_of(vlm, trained) < loss_of(vlm, start)
    assert trained.shape == (16,)
    assert trained.dtype == np.float32
    for key, value in vlm.model.state_dict().items():
        assert torch.equal(value, before[key]), key
    assert all(p.grad is None for p in vlm.model.parameters())


def test_training_can_be_stopped(vlm: StarterVLM) -> None:
    steps: list[int] = []

    def stop_after_two() -> None:
        if len(steps) >= 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        train_embedding(
            vlm,
            [photos(2)],
            "pet",
            "dog",
            recipe=replace(FAMILIAR, steps=50),
            progress=lambda done, total: steps.append(done),
            check=stop_after_two,
        )
    assert steps == [0, 1]


def test_attention_map_is_a_distribution_over_the_picture(vlm: StarterVLM) -> None:
    heat = vlm.attention(photos(1)[0], embeddings(1)[0])
    assert heat.shape == (3, 3)
    assert heat.sum() == pytest.approx(1.0, abs=1e-5)
    assert (heat >= 0).all()


def test_attention_of_one_layer_and_of_none(vlm: StarterVLM) -> None:
    look, concept = photos(1)[0], embeddings(1)[0]
    count = vlm.model.config.reader_layers
    maps = [vlm.attention(look, concept, layer) for layer in (None, *range(count))]
    assert all(heat.sum() == pytest.approx(1.0, abs=1e-5) for heat in maps)
    assert not np.allclose(maps[1], maps[2], atol=1e-6)
    with pytest.raises(IndexError):
        vlm.attention(look, concept, count)


def test_capture_refuses_attention_without_weights(vlm: StarterVLM) -> None:
    vlm.model.qformer.set_attn_implementation("sdpa")
    join = vlm.model.join
    assert isinstance(join, QFormerJoin)
    with join.captured(), pytest.raises(RuntimeError, match="eagerly"):
        vlm.model.prefix(torch.from_numpy(np.stack(photos(1))).float(), None)


def test_warm_start_takes_the_first_noun_it_knows(vlm: StarterVLM) -> None:
    known = vlm.warm_start(photos(1), ["animal"])
    assert np.array_equal(vlm.warm_start(photos(1), ["hamster", "animal"]), known)
    with pytest.raises(UsageError, match="hamster"):
        vlm.warm_start(photos(1), ["hamster"])


def test_the_vector_that_was_best_on_the_held_out_views_is_kept(vlm: StarterVLM) -> None:
    wild = replace(FAMILIAR, steps=60, rate=5.0, patience=3, check_every=2)
    steps: list[int] = []
    trained = train_embedding(
        vlm, [photos(4)], "pet", "dog", recipe=wild, progress=lambda done, _: steps.append(done)
    )
    endless = train_embedding(vlm, [photos(4)], "pet", "dog", recipe=replace(wild, patience=0))
    assert len(steps) < 60
    assert not np.array_equal(trained.vector, endless.vector)


def test_the_papers_recipe_and_its_ablations_train(vlm: StarterVLM) -> None:
    for recipe in ABLATIONS.values():
        short = replace(recipe, steps=3)
        vectors = [
            train_embedding(vlm, [photos(2), photos(2, 5)], "pet", "dog", recipe=short).vector
            for _ in range(2)
        ]
        assert np.array_equal(vectors[0], vectors[1]), "the same each time"
    assert PAPER.steps_for("person") == 100
    assert PAPER.steps_for("pet") == 75
