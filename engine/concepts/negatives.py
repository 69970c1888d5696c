"""Pictures that show no concept, for a library too small to compare with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.models.weights import OwnWeights

FILE = "negatives.safetensors"


def bank(width: int) -> NDArray[np.float16]:
    """The bank that ships with the starter pack, float16 [n, width]: whole-picture vectors.

    Made from training pictures by `engine.training.heads`. Empty when another encoder's vectors
    have another width. Raises PackError when the file is missing or damaged.
    """
    from safetensors.numpy import load_file

    vectors: NDArray[np.float16] = load_file(OwnWeights.find("starter").verified(FILE))["vectors"]
    return vectors if vectors.shape[1] == width else np.empty((0, width), np.float16)
