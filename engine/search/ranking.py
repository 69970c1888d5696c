"""How the meanings of a query and of a photo are weighed against each other.

A photo's vector is [picture | trust * caption | trust]: its embedding in the space shared with
text, its caption's sentence vector, and how far the caption is trusted. `fuse` makes query vectors
of the same shape, so that one inner product is the whole fused similarity, exact over the library.
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
    """What counts how much. Similarities are cosines; `sure` is per unit of a sighting's score.

    A machine's caption says little that its picture does not (on 5,000 dev queries 0.1 is best for
    R@1); one that the owner wrote says what no picture shows.
    """

    picture: float = 1.0
    caption: float = 0.1
    own_words: float = 0.5
    sure: float = 0.15
    confirmed: float = 0.03


WEIGHTS = Weights()


def width(picture: int, caption: int) -> int:
    """The width of stored vectors, padded for FAISS."""
    return -(-(picture + caption + 1) // ALIGNMENT) * ALIGNMENT


def stored(pictures: Halves, captions: Halves, trust: Vectors) -> Vectors:
    """Photos as indexed: pictures [n, d], captions [n, s] and trust [n] -> [n, w]."""
    count, picture = pictures.shape
    caption = captions.shape[1]
    joined = np.zeros((count, width(picture, caption)), dtype=np.float32)
    joined[:, :picture] = pictures
    joined[:, picture : picture + caption] = captions * trust[:, None]
    joined[:, picture + caption] = trust
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
