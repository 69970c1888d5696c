"""Photos to fill a library with; only their names and hashes are made up."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.library import Library
from engine.library.photos import Found

FOLDER = "/photos"


def hash_of(number: int) -> str:
    return hashlib.blake2b(f"photo {number}".encode(), digest_size=32).hexdigest()


def stock(library: Library, count: int, first: int = 0) -> list[int]:
    """Record `count` photos, each a second newer than the one before; their ids."""
    folder = library.folders.add(FOLDER)
    return library.photos.record_many(
        Found(f"{FOLDER}/{n:06}.jpg", hash_of(n), 1000 + n, n * 10**9, folder.id)
        for n in range(first, first + count)
    )


@dataclass(frozen=True, eq=False)
class Encoded:
    embedding: NDArray[np.float16]
    heads: NDArray[np.float16]
    rows: NDArray[np.float16]


def encoded(seed: int, d: int = 8, views: int = 3, h: int = 6, positions: int = 4) -> Encoded:
    random = np.random.default_rng(seed)
    return Encoded(
        random.normal(size=d).astype(np.float16),
        random.normal(size=(views, h)).astype(np.float16),
        random.normal(size=(positions, 5)).astype(np.float16),
    )


@dataclass(frozen=True, eq=False)
class SomeFace:
    box: tuple[float, float, float, float]
    score: float
    embedding: NDArray[np.float32]


def face(seed: int, e: int = 4) -> SomeFace:
    vector = np.random.default_rng(seed).normal(size=e).astype(np.float32)
    return SomeFace((0.1, 0.2, 0.3, 0.4), 0.875, vector)
