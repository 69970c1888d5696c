"""Every kind of pixel as 8-bit RGB, in sRGB where the file says that it is in something else."""

from __future__ import annotations

import functools
import io
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from PIL import ImageCms

SIXTEEN_BITS = ("I;16", "I;16L", "I;16B", "I;16N")
"""Pillow's modes of grey in 16 bits."""


def to_rgb(image: Image.Image) -> Image.Image:
    """The picture in RGB: transparency lies on white, 16 bits and floats are brought to 8."""
    if image.mode == "RGB" and not image.has_transparency_data:
        return image
    if image.has_transparency_data:
        return _on_white(image)
    if image.mode in (*SIXTEEN_BITS, "I", "F"):
        return _eight_bits(image).convert("RGB")
    return image.convert("RGB")


def to_srgb(image: Image.Image, profile: object) -> Image.Image:
    """Like `to_rgb`, with colours as `profile` means them: phones and printers have their own.

    profile: the bytes of an ICC profile; none, or one that makes no sense, changes nothing.
    """
    if not isinstance(profile, bytes):
        return to_rgb(image)
    if image.mode != "CMYK":
        image = to_rgb(image)
    transform = _transform(profile, image.mode)
    converted = None if transform is None else transform.apply(image)
    return to_rgb(image) if converted is None else converted


@functools.lru_cache(maxsize=32)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """From a profile to sRGB; None if it changes nothing, is broken, or is for other pixels."""
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "srgb" in ImageCms.getProfileDescription(source).casefold():
            return None
        return ImageCms.ImageCmsTransform(
            source,
            ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")),
            mode,
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            # Its cache of the last colour would be shared by all threads.
            flags=ImageCms.Flags.NOCACHE | ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


def _on_white(image: Image.Image) -> Image.Image:
    image = image.convert("RGBA")
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white


def _eight_bits(image: Image.Image) -> Image.Image:
    """Grey values of unknown range in 0..255: by their type where it tells, else by the largest."""
    import numpy as np

    values = np.nan_to_num(np.asarray(image, np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    top = float(values.max())
    if image.mode in SIXTEEN_BITS:
        top = 65535.0
    elif image.mode == "F" and top <= 1:
        top = 1.0
    elif top <= 65535:
        top = 255.0 if top <= 255 else 65535.0
    return Image.fromarray(np.clip(values * (255.0 / top), 0, 255).astype(np.uint8))
