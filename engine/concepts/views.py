"""Altered views of a tagged photo, so that three photos teach like thirty (MyVLM, section 4.2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageEnhance

from engine.models.protocols import Picture


@dataclass(frozen=True)
class Alteration:
    """How far a view may go. The paper: flip 0.5, brightness 0.6, rotation 45 degrees.

    crop: the least share of the picture's area that stays; 1 keeps it whole.
    """

    flip: float = 0.5
    brightness: float = 0.4
    rotation: float = 20.0
    crop: float = 0.6


def altered_views(
    picture: Picture, count: int, seed: int, how: Alteration | None = None
) -> list[Picture]:
    """The picture itself and `count - 1` altered views of it; the same for the same seed."""
    how = how or Alteration()
    random = np.random.default_rng(seed)
    return [picture, *(_alter(picture, how, random) for _ in range(count - 1))]


def _alter(picture: Picture, how: Alteration, random: np.random.Generator) -> Picture:
    image = Image.fromarray(picture)
    if random.random() < how.flip:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    image = ImageEnhance.Brightness(image).enhance(
        1 + random.uniform(-how.brightness, how.brightness)
    )
    colour = tuple(int(value) for value in picture.reshape(-1, 3).mean(axis=0))
    image = image.rotate(
        random.uniform(-how.rotation, how.rotation), Image.Resampling.BILINEAR, fillcolor=colour
    )
    side = random.uniform(how.crop, 1.0) ** 0.5
    width, height = max(1, round(image.width * side)), max(1, round(image.height * side))
    left = int(random.integers(image.width - width + 1))
    top = int(random.integers(image.height - height + 1))
    return np.asarray(image.crop((left, top, left + width, top + height)))
