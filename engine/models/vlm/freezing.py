"""Frozen means frozen: no gradient reaches a weight, and attention is looked at without a trace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import PreTrainedModel


def freeze(model: PreTrainedModel) -> PreTrainedModel:
    """The model itself, in evaluation mode and with no parameter that wants a gradient."""
    return model.eval().requires_grad_(False)


@contextmanager
def eager(part: PreTrainedModel) -> Iterator[None]:
    """`part` computes attention step by step while the context lasts, so that weights can be read.

    Fused kernels are several times leaner and faster but return no attention weights.
    """
    usual = part.config._attn_implementation  # noqa: SLF001  # there is no public name for it
    part.set_attn_implementation("eager")
    try:
        yield
    finally:
        part.set_attn_implementation(usual)


def scaled_to(embeddings: Tensor, rows: Tensor) -> Tensor:
    """Embeddings [batch, concepts, w] at the mean norm of the rows [batch, positions, w] they join.

    Each is L2-normalised first (MyVLM, section 4.1); the result has the rows' number format.
    """
    norm = rows.float().norm(dim=-1).mean(dim=1)[:, None, None]
    scaled: Tensor = F.normalize(embeddings.float(), dim=-1) * norm
    return scaled.to(rows.dtype)


def later_attention(columns: Sequence[Tensor], later: Tensor) -> Tensor:
    """Sum over layers of mean(A[later tokens -> e*]^2), the regulariser of section 4.2, per photo.

    columns: per layer [batch, heads, tokens, concepts], what each token pays to the concepts.
    later: bool [batch, tokens], the tokens after them that are counted, padding left out. The mean
    runs over heads, later tokens and concepts. Returns [batch].
    """
    count = later.sum(dim=1)
    total = torch.zeros(len(later), device=later.device)
    for layer in columns:
        paid = layer.float().square().mean(dim=(1, 3)).to(total.device)
        total = total + (paid * later).sum(dim=1) / count
    return total


class AttentionColumns:
    """What a decoder's layers pay to a few places, collected through forward hooks.

    Whole attention maps are the largest part of what a long prompt needs: 32 layers with 32 heads
    hold 17 GB of them for one photo of 2,900 tokens. The columns of e* alone are a few megabytes.
    """

    def __init__(self, decoder: PreTrainedModel) -> None:
        self._places = slice(0)
        self._kept: list[Tensor] | None = None
        for layer in decoder.layers:
            layer.self_attn.register_forward_hook(self._keep)

    @contextmanager
    def captured(self, places: slice) -> Iterator[list[Tensor]]:
        """Collects [batch, heads, tokens, places] in float32, layer by layer.

        The decoder must run with eager attention: fused kernels return no weights.
        """
        self._places, self._kept = places, []
        try:
            yield self._kept
        finally:
            self._kept = None

    def _keep(self, module: nn.Module, args: Any, out: tuple[Tensor, Tensor | None]) -> None:
        if self._kept is not None:
            if out[1] is None:
                raise RuntimeError("the decoder returned no attention; it must run eagerly")
            # A copy: a view would keep the whole map.
            self._kept.append(out[1][..., self._places].to(torch.float32, copy=True))
