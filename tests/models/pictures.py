"""Real pictures that scikit-image carries, read from its folder."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
from PIL import Image

from engine.models.protocols import Picture


def picture(name: str) -> Picture:
    """One of "astronaut.png", "chelsea.png" (a cat), "coffee.png", "rocket.jpg", "retina.jpg"."""
    spec = importlib.util.find_spec("skimage")
    assert spec is not None
    assert spec.submodule_search_locations
    path = Path(spec.submodule_search_locations[0]) / "data" / name
    return np.asarray(Image.open(path).convert("RGB"))


ASTRONAUT, CAT, COFFEE, ROCKET, RETINA = (
    picture(name)
    for name in ("astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg", "retina.jpg")
)
