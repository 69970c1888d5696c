"""What a model that reads a picture as tokens keeps of one picture it has looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.models.vlm.specs import Whole


@dataclass(frozen=True)
class Grid:
    """Where the whole picture stands among a picture's tokens, and how it is laid out.

    first: place of its first token, counted from the picture's first. rows, columns: of tokens.
    above, beside: rows and columns on either side that a central crop cut off.
    """

    first: int
    rows: int
    columns: int
    above: int = 0
    beside: int = 0

    def lay_out(self, heat: NDArray[np.float32]) -> NDArray[np.float32]:
        """What every token of the picture got, as [rows, columns] of the whole, summing to 1."""
        whole = heat[self.first : self.first + self.rows * self.columns]
        laid = (whole / whole.sum()).reshape(self.rows, self.columns)
        return np.pad(laid, ((self.above, self.above), (self.beside, self.beside)))


@dataclass(frozen=True)
class Sight:
    """One picture after the frozen vision encoder.

    rows: [tokens, w], what stands at the picture's tokens. deeper: per layer [tokens, w], what
    Qwen3-VL adds there later (its DeepStack). kind: the transformers class that hands these over.
    as_tensor: whether it wants the rows of a batch as one tensor or as a list. extras: more that
    the language model asks for, one row per picture. text: the picture's tokens, spelt out.
    """

    rows: Tensor
    deeper: tuple[Tensor, ...]
    kind: type[Any]
    as_tensor: bool
    extras: dict[str, Tensor]
    text: str
    grid: Grid


def handed_over(sights: Sequence[Sight], rows: Sequence[Tensor], device: torch.device) -> Any:
    """The pictures as the model takes them from its vision encoder; `rows` may be longer."""
    first = sights[0]
    fields: dict[str, Any] = {
        "pooler_output": torch.stack(list(rows)) if first.as_tensor else list(rows)
    }
    if first.deeper:
        fields["deepstack_features"] = [
            [sight.deeper[layer].to(device) for sight in sights]
            for layer in range(len(first.deeper))
        ]
    return first.kind(**fields)


def whole_picture(whole: Whole, tokens: int, views: int, base: int, patches: Tensor | None) -> Grid:
    """The grid of a picture of so many tokens.

    views: how many equal views share them, where the last shows the whole. base: how many show the
    whole, where those come first. patches: [rows, columns] where they are no square.
    """
    if patches is not None:
        return Grid(0, int(patches[0]), int(patches[1]))
    count = {Whole.ALL: tokens, Whole.FIRST: base, Whole.LAST: tokens // views}[whole]
    side = round(count**0.5)
    return Grid(tokens - count if whole is Whole.LAST else 0, side, side)


def uncropped(grid: Grid, height: int, width: int) -> Grid:
    """The same grid where it shows only the central square of a picture of that size."""
    long = round(grid.rows * max(height, width) / min(height, width))
    cut = (long - grid.rows) // 2
    across = width > height
    return Grid(grid.first, grid.rows, grid.columns, 0 if across else cut, cut if across else 0)
