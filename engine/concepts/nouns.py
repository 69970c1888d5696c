"""What a concept is called when nobody says its name: "a dog", "a woman", "a vase"."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.concepts.phrases import NAMED_BY_SIGHT
from engine.models.protocols import ImageTextEncoder


def class_noun(encoder: ImageTextEncoder, kind: str, pictures: NDArray[np.float16]) -> str:
    """The class noun of `kind` that fits the tagged pictures' embeddings [n, d] best.

    Told by picture-text similarity, as CLIP tells classes apart (arXiv 2103.00020, section 3.1).
    """
    nouns = NAMED_BY_SIGHT[kind]
    texts = encoder.encode_texts([f"a {noun}" for noun in nouns])
    fits = texts @ pictures.astype(np.float32).mean(axis=0)
    return nouns[int(fits.argmax())]
