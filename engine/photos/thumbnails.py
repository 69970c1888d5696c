"""Small JPEGs for showing a photo in a grid."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SIDE = 512
"""The longest side of a thumbnail, in pixels."""


def resized(picture: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """An RGB picture [h, w, 3] shrunk in proportion to a longest side; itself if it fits."""
    import numpy as np

    image = _shrunk(picture, side)
    return picture if image is None else np.asarray(image)


def make(picture: NDArray[np.uint8], side: int = SIDE) -> bytes:
    """A JPEG of an upright RGB picture [h, w, 3], at most `side` pixels long, with no metadata."""
    image = _shrunk(picture, side) or Image.fromarray(picture)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


def picture(jpeg: bytes) -> NDArray[np.uint8]:
    """A stored thumbnail as an RGB picture [h, w, 3]."""
    import numpy as np

    return np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB"))


def _shrunk(picture: NDArray[np.uint8], side: int) -> Image.Image | None:
    height, width = picture.shape[:2]
    longest = max(width, height)
    if longest <= side:
        return None
    target = (max(1, round(width * side / longest)), max(1, round(height * side / longest)))
    return Image.fromarray(picture).resize(target, Image.Resampling.BICUBIC, reducing_gap=2.0)
