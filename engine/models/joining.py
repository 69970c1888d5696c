"""How a concept embedding joins a BLIP-2 Q-Former (MyVLM, section 4.1 and its supplement).

The concept's row stands after the picture's rows at the output of the vision encoder. In every
cross-attention its key and its value are rescaled to the mean norm of the picture's keys and
values; without that the queries never look at it. The same cross-attentions tell how much they do,
for the regulariser and for heat maps.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import cast

import torch
from torch import Tensor, nn
from transformers import Blip2QFormerModel


class QFormerJoin:
    """Norm matching and attention capture on one `Blip2QFormerModel`, through forward hooks.

    The hooks do nothing while no concept is present, so the frozen model stays itself.
    """

    def __init__(self, qformer: Blip2QFormerModel) -> None:
        self._picture_rows = 0
        self._capture: list[Tensor] | None = None
        self._crossattentions: list[nn.Module] = []
        for layer in qformer.encoder.layer:
            if not layer.has_cross_attention:
                continue
            attention = cast(nn.Module, layer.crossattention.attention)
            self._crossattentions.append(attention)
            for part in ("key", "value"):
                getattr(attention, part).register_forward_hook(self._match_norms)
            attention.register_forward_hook(self._keep_attention)

    @contextmanager
    def present(self, picture_rows: int) -> Iterator[None]:
        """Rows from `picture_rows` on are concepts while the context lasts."""
        self._picture_rows = picture_rows
        try:
            yield
        finally:
            self._picture_rows = 0

    def as_now(self) -> AbstractContextManager[None]:
        """What is present now, to be so again when a layer is computed a second time."""
        return self.present(self._picture_rows)

    @contextmanager
    def captured(self) -> Iterator[list[Tensor]]:
        """Collects each cross-attention's weights [batch, heads, queries, rows], layer by layer.

        The Q-Former must run with eager attention: fused kernels return no weights.
        """
        self._capture = []
        try:
            yield self._capture
        finally:
            self._capture = None

    def _match_norms(self, module: nn.Module, args: tuple[Tensor, ...], out: Tensor) -> Tensor:
        count = self._picture_rows
        if not count:
            return out
        picture, concepts = out[:, :count], out[:, count:].float()
        target = picture.float().norm(dim=-1).mean(dim=1)[:, None, None]
        scaled = concepts * (target / concepts.norm(dim=-1, keepdim=True).clamp_min(1e-6))
        return torch.cat([picture, scaled.to(out.dtype)], dim=1)

    def _keep_attention(
        self, module: nn.Module, args: tuple[Tensor, ...], out: tuple[Tensor, Tensor | None]
    ) -> None:
        if self._capture is not None:
            if out[1] is None:
                raise RuntimeError("the Q-Former returned no attention; it must run eagerly")
            self._capture.append(out[1])


def attention_penalty(attentions: list[Tensor], picture_rows: int) -> Tensor:
    """Sum over layers of mean(A[queries -> e*]^2), the regulariser of section 4.2; in float32."""
    return torch.stack([a[..., picture_rows:].float().square().mean() for a in attentions]).sum()
