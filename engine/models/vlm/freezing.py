"""Frozen means frozen: no gradient reaches a weight, and attention is looked at without a trace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor
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


def later_attention(attentions: tuple[Tensor, ...], places: slice, later: Tensor) -> Tensor:
    """Sum over layers of mean(A[later tokens -> e*]^2), the regulariser of section 4.2, per photo.

    attentions: per layer [batch, heads, tokens, tokens]; places: where the concepts' tokens stand;
    later: bool [batch, tokens], the tokens after them that are counted, padding left out. The mean
    runs over heads, later tokens and concepts. Returns [batch].
    """
    count = later.sum(dim=1)
    total = torch.zeros(len(later), device=later.device)
    for layer in attentions:
        paid = layer[..., places].float().square().mean(dim=(1, 3)).to(total.device)
        total = total + (paid * later).sum(dim=1) / count
    return total
