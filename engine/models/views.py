"""What the starter's concept heads read: a few places of the picture, whitened.

Each view is the mean of the backbone's map over a window: the whole picture, four overlapping
quarters and four halves, because a pet often fills a corner and two pets share a photo. The
backbone sees a square; a picture much longer than high is squeezed in it, so its halves are looked
at by themselves (two pets side by side are then both found in nine of ten, else in two of three).
The mean is square-rooted (bursts of one feature count less: Perronnin et al., ECCV 2010), projected
on the principal directions of many pictures with each divided by its spread there, and brought to
unit length. What is common to photos of all kinds then weighs little and what sets one thing apart
weighs much, so that three tagged photos are enough (whitening as in Jegou and Chum, ECCV 2012).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.models.protocols import Box, Picture

WIDTH = 512
LONG = 1.6
"""Length to breadth from which a picture's halves get passes of their own; 3:2 photos do not."""

_SHRINK = 0.3
"""Added to every direction's variance, in units of their mean, so that faint ones stay faint."""


def boxes(side: int) -> list[Box]:
    """Where each view of a side x side map looks, as fractions: whole, quarters by rows, halves.

    The halves are left, right, top, bottom.
    """
    cut = (side + 1) // 2
    near, far, all_ = (0.0, cut / side), (1 - cut / side, 1.0), (0.0, 1.0)
    quarters = [(x, y) for y in (near, far) for x in (near, far)]
    halves = [(near, all_), (far, all_), (all_, near), (all_, far)]
    return [(x[0], y[0], x[1], y[1]) for x, y in [(all_, all_), *quarters, *halves]]


def halves(picture: Picture, side: int) -> dict[int, Picture]:
    """The halves of a long picture that need a pass of their own, by view; most need none."""
    height, width = picture.shape[:2]
    if max(height, width) < LONG * min(height, width):
        return {}
    views = (5, 6) if width > height else (7, 8)
    cut = [(boxes(side)[view], view) for view in views]
    return {
        view: picture[
            round(box[1] * height) : max(round(box[3] * height), 1),
            round(box[0] * width) : max(round(box[2] * width), 1),
        ]
        for box, view in cut
    }


def windows(maps: NDArray[np.float32]) -> NDArray[np.float32]:
    """Maps [n, side * side, channels] -> mean of each window [n, 9, channels]."""
    count, positions, channels = maps.shape
    side = round(positions**0.5)
    square = maps.reshape(count, side, side, channels)
    places = boxes(side)
    out = np.empty((count, len(places), channels), np.float32)
    for view, box in enumerate(places):
        x0, y0, x1, y1 = (round(edge * side) for edge in box)
        out[:, view] = square[:, y0:y1, x0:x1].mean(axis=(1, 2))
    return out


def neighbourhoods(grid: NDArray[np.float32]) -> NDArray[np.float32]:
    """A map [side * side, channels] -> mean of each place and those around it, the same shape."""
    side = round(len(grid) ** 0.5)
    square = grid.reshape(side, side, -1)
    padded = np.pad(square, ((1, 1), (1, 1), (0, 0)))
    counts = np.pad(np.ones((side, side, 1), np.float32), ((1, 1), (1, 1), (0, 0)))
    shifts = [(y, x) for y in range(3) for x in range(3)]
    total = sum(padded[y : y + side, x : x + side] for y, x in shifts)
    number = sum(counts[y : y + side, x : x + side] for y, x in shifts)
    mean: NDArray[np.float32] = np.asarray(total / number, np.float32).reshape(len(grid), -1)
    return mean


@dataclass(frozen=True)
class Whitening:
    """mean float32 [channels] and projection float32 [channels, width]."""

    mean: NDArray[np.float32]
    projection: NDArray[np.float32]

    @classmethod
    def fit(cls, pooled: NDArray[np.float32], width: int = WIDTH) -> Whitening:
        """From the mean features of many pictures [n, channels], none of them negative."""
        rooted = np.sqrt(pooled.clip(0))
        mean = rooted.mean(axis=0)
        variances, directions = np.linalg.eigh(np.cov((rooted - mean).T))
        variances, directions = variances[::-1][:width], directions[:, ::-1][:, :width]
        spread = np.sqrt(variances + _SHRINK * variances.mean())
        return cls(mean, (directions / spread).astype(np.float32))

    @classmethod
    def load(cls, path: Path) -> Whitening:
        """From a safetensors file with `mean` and `projection`."""
        from safetensors.numpy import load_file

        tensors = load_file(path)
        return cls(tensors["mean"].astype(np.float32), tensors["projection"].astype(np.float32))

    def save(self, path: Path) -> None:
        """As a safetensors file, in half precision."""
        from safetensors.numpy import save_file

        half = np.float16
        save_file(
            {"mean": self.mean.astype(half), "projection": self.projection.astype(half)}, path
        )

    def __call__(self, pooled: NDArray[np.float32]) -> NDArray[np.float16]:
        """Pooled features [..., channels] -> unit vectors float16 [..., width]."""
        white = (np.sqrt(pooled.clip(0)) - self.mean) @ self.projection
        norm = np.linalg.norm(white, axis=-1, keepdims=True).clip(1e-6)
        unit: NDArray[np.float16] = (white / norm).astype(np.float16)
        return unit
