"""Backbone maps of the training pictures, made once and kept as memory-mapped files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


class Maps:
    """Cached maps float16 [photos, positions, channels], several augmented views of each photo."""

    def __init__(self, folder: Path, photos: int) -> None:
        self.plain: NDArray[np.float16] = np.load(folder / "plain.npy", mmap_mode="r")
        others = sorted(folder.glob("view*.npy"))
        self._views = [self.plain, *(np.load(path, mmap_mode="r") for path in others)]
        self._photos = photos

    def training(self, photos: list[int], random: np.random.Generator) -> Tensor:
        """A random view of each of these training photos, float32."""
        chosen = random.integers(len(self._views), size=len(photos))
        maps = [self._views[v][p] for v, p in zip(chosen, photos, strict=True)]
        return torch.from_numpy(np.stack(maps)).float()


class Sentences:
    """Cached MiniLM states of every caption, train photos first, then dev.

    `sentences.npz` holds `mask` bool [captions, length], `sentence` float32 [captions, 384],
    `owner` int [captions] and `train_photos`; `states.npy` float16 [captions, length, 384].
    """

    def __init__(self, folder: Path) -> None:
        stored = np.load(folder / "sentences.npz")
        self._states = torch.from_numpy(np.load(folder / "states.npy"))
        self._mask = torch.from_numpy(stored["mask"])
        self._sentence = torch.from_numpy(stored["sentence"])
        self._owner = torch.from_numpy(stored["owner"])
        self.train_photos = int(stored["train_photos"])
        count = int(self._owner.max()) + 1
        self._of: list[list[int]] = [[] for _ in range(count)]
        for caption, photo in enumerate(self._owner.tolist()):
            self._of[photo].append(caption)

    def drawn(
        self, photos: list[int], random: np.random.Generator
    ) -> tuple[Tensor, Tensor, Tensor]:
        """One random caption of each photo: states, mask, sentence vectors."""
        chosen = [self._of[p][random.integers(len(self._of[p]))] for p in photos]
        return self._states[chosen].float(), self._mask[chosen], self._sentence[chosen]

    def of_photos(self, first: int, last: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """All captions of photos [first, last): states, mask, sentence vectors, owners."""
        chosen = [caption for photo in range(first, last) for caption in self._of[photo]]
        return (
            self._states[chosen],
            self._mask[chosen],
            self._sentence[chosen],
            self._owner[chosen],
        )
