"""How the meanings of a query and of a photo are weighed against each other.

A photo's vector is [picture | caption | 1 if captioned]: its embedding in the space shared with
text, its caption's sentence vector, and a flag. `fuse` makes query vectors of the same shape, so
that one inner product is the whole fused similarity, exact over the whole library.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Halves = NDArray[np.float16]

ALIGNMENT = 16
"""FAISS reads fp16 vectors many times faster when their width is a multiple of this."""


@dataclass(frozen=True)
class Weights:
    """What counts how much. Similarities are cosines; `sure` is per unit of a sighting's score."""

    picture: float = 1.0
    caption: float = 0.35
    sure: float = 0.02
    confirmed: float = 0.02


WEIGHTS = Weights()


def width(picture: int, caption: int) -> int:
    """The width of stored vectors, padded for FAISS."""
    return -(-(picture + caption + 1) // ALIGNMENT) * ALIGNMENT


def stored(pictures: Halves, captions: Halves, captioned: NDArray[np.bool_]) -> Vectors:
    """Photos as indexed: pictures [n, d] and captions [n, s] (zeros without one) -> [n, w]."""
    count, picture = pictures.shape
    caption = captions.shape[1]
    joined = np.zeros((count, width(picture, caption)), dtype=np.float32)
    joined[:, :picture] = pictures
    joined[:, picture : picture + caption] = captions
    joined[:, picture + caption] = captioned
    return joined


def fuse(
    pictures: Vectors, sentences: Vectors, mean_caption: Vectors, weights: Weights = WEIGHTS
) -> Vectors:
    """Query vectors [n, w] from the query's picture text [n, d] and its sentence [n, s].

    The library's average caption is subtracted, so that a photo that has no caption yet ranks
    as one whose caption is neither near nor far.
    """
    count, picture = pictures.shape
    caption = sentences.shape[1]
    fused = np.zeros((count, width(picture, caption)), dtype=np.float32)
    fused[:, :picture] = weights.picture * pictures
    fused[:, picture : picture + caption] = weights.caption * sentences
    fused[:, picture + caption] = -weights.caption * (sentences @ mean_caption)
    return fused


def certainty(score: float, confirmed: bool, weights: Weights = WEIGHTS) -> float:
    """What a sighting adds to the meaning: little, and most when the owner confirmed it."""
    return weights.sure * score + (weights.confirmed if confirmed else 0.0)
