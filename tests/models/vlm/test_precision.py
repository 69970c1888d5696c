"""Models in half the digits: e* and its gradient stay in float32 and mean what they should."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor

from engine.concepts.gradients import Gradients
from engine.concepts.targets import Line
from engine.models.protocols import ConceptEmbedding
from engine.models.vlm.frozen import FrozenVLM
from engine.models.vlm.loading import load
from tests.models.vlm.test_loading import saved
from tests.models.vlm.tinies import NAMES, pictures, tiny_spec

LINES = [Line(0, "{0} is on the grass"), Line(1, "a {0}"), Line(2, "{0} running near the ball .")]


def gradients(vlm: FrozenVLM) -> Gradients:
    return Gradients(vlm, vlm.look(pictures(3)), "ada", vlm.attention_weight)


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def folder(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    saved(name, tmp_path, monkeypatch)
    return tmp_path


@pytest.mark.parametrize(("dtype", "off"), [(torch.bfloat16, 0.1), (torch.float16, 0.02)])
def test_the_gradient_is_that_of_float32(
    name: str, folder: Path, dtype: torch.dtype, off: float
) -> None:
    """As nearly as three digits can tell, or two."""
    found: list[Tensor] = []
    for number in (torch.float32, dtype):
        vlm = load(tiny_spec(name), folder, "cpu", number)
        e = torch.randn(
            vlm.embedding_width, generator=torch.Generator().manual_seed(1), requires_grad=True
        )
        found.append(gradients(vlm).of(e, LINES))
    assert found[1].dtype == torch.float32
    assert torch.cosine_similarity(found[0], found[1], dim=0) > 1 - off
    torch.testing.assert_close(found[1].norm(), found[0].norm(), rtol=off, atol=0)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_the_loss_falls_and_captions_are_written(
    name: str, folder: Path, dtype: torch.dtype
) -> None:
    vlm = load(tiny_spec(name), folder, "cpu", dtype)
    assert vlm._model.get_input_embeddings().weight.dtype == dtype
    own = gradients(vlm)
    start = torch.from_numpy(vlm.warm_start(vlm.look(pictures(3)), ["dog"]))
    e = (start / start.norm()).requires_grad_(True)
    optimiser = torch.optim.AdamW([e], lr=0.05)
    first = own.loss(e, LINES)
    for _ in range(10):
        e.grad = own.of(e, LINES)
        optimiser.step()
    assert e.dtype == torch.float32
    assert own.loss(e, LINES) < first - 0.02
    learned = ConceptEmbedding(e.detach().numpy(), "ada")
    assert len(vlm.caption(vlm.look(pictures(2)), [[], [learned]])) == 2
