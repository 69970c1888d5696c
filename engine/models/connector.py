"""The starter's picture-to-text connector: frozen picture and sentence features, one shared space.

Two small readers, trained together by contrast (CLIP, arXiv 2103.00020, section 2.3) over frozen
EfficientNet maps and frozen MiniLM token states.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.models.weights import read_weights


@dataclass(frozen=True)
class ConnectorConfig:
    """Sizes of the connector; the defaults are the starter's."""

    channels: int = 1280
    positions: int = 81
    sentence: int = 384
    width: int = 256
    queries: int = 4
    heads: int = 8
    hidden: int = 768
    embedding: int = 384
    dropout: float = 0.2


class AttentionPooling(nn.Module):
    """A few learned queries read a set of vectors; what they read is put side by side."""

    def __init__(self, inputs: int, config: ConnectorConfig) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(inputs)
        self.key = nn.Linear(inputs, config.width)
        self.value = nn.Linear(inputs, config.width)
        share = config.width // config.heads
        self.query = nn.Parameter(torch.randn(config.queries, config.heads, share) * 0.5)

    def forward(self, vectors: Tensor, seen: Tensor) -> Tensor:
        """vectors [n, places, inputs], seen bool [n, places] -> [n, queries * width]."""
        normed = self.norm(vectors)
        heads = self.query.shape[1]
        key = self.key(normed).unflatten(-1, (heads, -1))
        value = self.value(normed).unflatten(-1, (heads, -1))
        scores = torch.einsum("qhd,nphd->nqhp", self.query, key) / math.sqrt(key.shape[-1])
        scores = scores.masked_fill(~seen[:, None, None], torch.finfo(scores.dtype).min)
        return torch.einsum("nqhp,nphd->nqhd", scores.softmax(-1), value).flatten(1)


class Reader(nn.Module):
    """Attention pooling beside a summary vector, through one hidden layer and a straight path."""

    def __init__(self, inputs: int, config: ConnectorConfig) -> None:
        super().__init__()
        self.pool = AttentionPooling(inputs, config)
        joined = config.queries * config.width + inputs
        self.summary_norm = nn.LayerNorm(inputs)
        self.hidden = nn.Sequential(
            nn.LayerNorm(joined),
            nn.Dropout(config.dropout),
            nn.Linear(joined, config.hidden),
            nn.GELU(),
            nn.Dropout(config.dropout),
            nn.Linear(config.hidden, config.embedding),
        )
        self.straight = nn.Sequential(
            nn.Dropout(config.dropout), nn.Linear(inputs, config.embedding)
        )

    def forward(self, vectors: Tensor, seen: Tensor, summary: Tensor) -> Tensor:
        """Unit vectors [n, embedding]."""
        normed = self.summary_norm(summary)
        read = torch.cat([self.pool(vectors, seen), normed], dim=1)
        return F.normalize(self.hidden(read) + self.straight(normed), dim=-1)


class Connector(nn.Module):
    """Maps pictures and texts to unit vectors whose dot product says how well they fit."""

    def __init__(self, config: ConnectorConfig) -> None:
        super().__init__()
        self.config = config
        self.place = nn.Parameter(torch.zeros(config.positions, config.channels))
        self.picture = Reader(config.channels, config)
        self.text = Reader(config.sentence, config)
        self.scale = nn.Parameter(torch.tensor(math.log(14.0)))

    @classmethod
    def load(cls, path: Path) -> Connector:
        """The connector in a safetensors file written by `engine.training.ship`."""
        config, state = read_weights(path)
        model = cls(ConnectorConfig(**config))
        model.load_state_dict(state)
        return model.eval().requires_grad_(False)

    def pictures(self, grid: Tensor, seen: Tensor | None = None) -> Tensor:
        """Backbone maps [n, positions, channels] -> unit vectors [n, embedding].

        seen: bool [n, positions], positions to read (training hides some).
        """
        if seen is None:
            seen = torch.ones(grid.shape[:2], dtype=torch.bool)
        return cast(Tensor, self.picture(grid + self.place, seen, grid.mean(dim=1)))

    def texts(self, states: Tensor, seen: Tensor, sentence: Tensor) -> Tensor:
        """MiniLM token states [n, length, 384], mask and sentence vectors -> [n, embedding]."""
        return cast(Tensor, self.text(states, seen, sentence))

    def metadata(self) -> dict[str, str]:
        """The configuration as safetensors metadata."""
        return {key: str(value) for key, value in asdict(self.config).items()}
