"""Pictures that Pillow decodes: everything but videos and what cameras leave undeveloped."""

from __future__ import annotations

import functools
import importlib
import io
import logging
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PIL import Image

from engine.errors import PhotoError
from engine.photos import embedded, formats, gif, jpeg
from engine.photos.colour import SIXTEEN_BITS, to_rgb, to_srgb
from engine.photos.decoded import (
    LARGE,
    Decoded,
    fitted,
    is_flat,
    refuse_above,
    sentences,
    taking_turns,
)
from engine.photos.metadata import read_info

if TYPE_CHECKING:
    from engine.photos.decoded import Picture

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF orientation to what makes the picture upright."""

_ANIMATED = (formats.GIF, formats.WEBP, formats.PNG, formats.AVIF)
_MOST_FRAMES = 8
"""So many frames of an animation are looked at for one that shows something."""
_ANIMATED_PIXELS = 8_000_000

# Pillow's own bound comes before ours can: a warning above it would go to the terminal.
Image.MAX_IMAGE_PIXELS = formats.JPEG.megapixels * 1_000_000
warnings.simplefilter("error", Image.DecompressionBombWarning)
# What else it finds odd in a file concerns that file alone, and is read or refused by us.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")
# It logs every chunk and tag when the program logs at all, values included.
logging.getLogger("PIL").setLevel(logging.CRITICAL)


def decode(
    data: bytes, kind: formats.Format, longest_side: int, sidecars: Sequence[bytes] = ()
) -> Decoded:
    """Decode the bytes of a picture; see `engine.photos.decode`. Raises PhotoError."""
    import numpy as np

    if kind is formats.GIF:
        refuse_above(kind.megapixels, *gif.extent(data, _MOST_FRAMES))
    with sentences(kind.name), _open(data, kind) as image:
        width, height = image.size
        refuse_above(_megapixels(image, data, kind), width, height)
        target = fitted(width, height, longest_side)
        if kind is formats.JPEG:
            image.draft(None, target)
        with taking_turns(image.width * image.height):
            if kind is formats.PNG:
                # Asked for EXIF, Pillow would do so, fail unheard, and take the rest as black.
                image.load()
            info, orientation = read_info(image.getexif, kind)
            # Before the pixels are there: Pillow turns TIFF by itself, and forgets that it was.
            stored = embedded.stored_as(image, orientation)
            picture = _picture(image, target)
            if is_flat(picture) and kind in _ANIMATED and width * height <= _ANIMATED_PIXELS:
                picture = _later_frame(image, target, picture)
        hints = embedded.read_hints(image, stored, sidecars)
    if orientation in _TURNS:
        picture = np.array(Image.fromarray(picture).transpose(_TURNS[orientation]))
    if orientation >= 5:
        width, height = height, width
    return Decoded(picture, width, height, info, hints)


def _open(data: bytes, kind: formats.Format) -> Image.Image:
    """Only the header is read, and only by the one decoder that the content calls for."""
    _register(kind)
    try:
        return Image.open(io.BytesIO(data), formats=(kind.decoder,))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PhotoError(
            "The picture claims far more pixels than Familiar reads of its kind "
            f"({kind.megapixels} megapixels)."
        ) from error


@functools.cache
def _register(kind: formats.Format) -> None:
    """Let Pillow know the one decoder, not the forty others that it would load otherwise."""
    plugin = importlib.import_module(kind.module)
    if kind is formats.HEIC:
        # One thread each: photos are read in parallel, not parts of one photo.
        plugin.register_heif_opener(
            decode_threads=1, thumbnails=False, depth_images=False, aux_images=False
        )


def _megapixels(image: Image.Image, data: bytes, kind: formats.Format) -> int:
    """How large this picture may be; raises PhotoError if it would take for ever at any size."""
    if kind is not formats.JPEG:
        return kind.megapixels
    scans = jpeg.scans(data)
    if scans > jpeg.MOST_SCANS:
        raise PhotoError("The JPEG file is made of so many layers that it cannot be decoded.")
    # In one go it is decoded line by line; in several all of it has to be kept.
    return kind.megapixels if scans <= 1 else jpeg.LAYERED_MEGAPIXELS // len(image.getbands())


def _picture(image: Image.Image, target: tuple[int, int]) -> Picture:
    """The current frame as RGB [h, w, 3] at its target size, in sRGB."""
    import numpy as np

    return np.array(to_srgb(_shrunk(image, target), image.info.get("icc_profile")))


def _shrunk(image: Image.Image, target: tuple[int, int]) -> Image.Image:
    """The picture at its target size, still in a mode that `to_rgb` knows."""
    image.load()
    if image.size == target:
        return image
    import numpy as np

    large = image.width * image.height > LARGE
    if image.mode in ("1", "P", "PA") or (
        image.has_transparency_data and (large or image.mode in ("L", "RGB"))
    ):
        # These cannot be averaged as they are: bits, indexes, and a colour that means nothing.
        image = _reduced(image, target) if large else to_rgb(image)
    # The gap shrinks by whole pixels first: as good to look at, and many times faster. Pillow
    # cannot do so with 16 bits, and garbles them when their bytes are the wrong way round.
    deep = image.mode in SIXTEEN_BITS
    if deep:
        image = Image.fromarray(np.asarray(image).astype(np.uint16))
    return image.resize(target, Image.Resampling.BICUBIC, reducing_gap=None if deep else 2.0)


def _reduced(image: Image.Image, target: tuple[int, int]) -> Image.Image:
    """A large picture as RGB, in strips, as only then it need not be in memory twice."""
    factor = max(1, min(image.width // target[0], image.height // target[1]) // 2)
    width, height = (-(-side // factor) for side in image.size)
    small = Image.new("RGB", (width, height))
    strip = factor * max(1, 4_000_000 // (factor * image.width))
    for top in range(0, image.height, strip):
        part = image.crop((0, top, image.width, min(image.height, top + strip)))
        small.paste(to_rgb(part).reduce(factor), (0, top // factor))
    return small


def _later_frame(image: Image.Image, target: tuple[int, int], first: Picture) -> Picture:
    """The first frame of an animation that shows something, or else `first`."""
    size = image.size
    for number in range(1, _MOST_FRAMES):
        try:
            image.seek(number)
            if image.size != size:  # a frame larger than all of it, however large
                break
            picture = _picture(image, target)
        except Exception:  # the animation ends, or is damaged from here on
            break
        if not is_flat(picture):
            return picture
    return first
