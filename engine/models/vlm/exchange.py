"""A reserved token whose input embedding is exchanged for e*, by a forward hook."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from torch import Tensor, nn


class TokenExchange:
    """Exchanges one token's input embeddings; does nothing while nothing is present."""

    def __init__(self, embeddings: nn.Module, token: int) -> None:
        self._token = token
        self._present: Tensor | None = None
        embeddings.register_forward_hook(self._exchange)

    @contextmanager
    def present(self, rows: Tensor | None) -> Iterator[None]:
        """rows: [batch, concepts, w], for each photo as many as it has reserved tokens."""
        self._present = rows
        try:
            yield
        finally:
            self._present = None

    def _exchange(self, module: nn.Module, args: tuple[Tensor, ...], out: Tensor) -> Tensor:
        if self._present is None:
            return out
        reserved = args[0] == self._token
        # While words are being written the prompt is behind, and no reserved token is left.
        if not bool(reserved.any()):
            return out
        beams = len(reserved) // len(self._present)
        rows = self._present.repeat_interleave(beams, dim=0).to(out.device, out.dtype)
        return out.masked_scatter(reserved[..., None], rows)
