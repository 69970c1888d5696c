"""Turns a photo's bytes into one upright RGB picture, no larger than asked for.

A file that cannot be decoded, for whatever reason, is a `PhotoError` with a sentence and
concerns nobody else. Everything here may be called from many threads at once.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import io
import logging
import struct
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

from engine.errors import PhotoError
from engine.photos import formats
from engine.photos.colour import to_rgb, to_srgb
from engine.photos.files import AnyPath, read_file
from engine.photos.metadata import PhotoInfo, read_info

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]
    """One upright RGB picture, [height, width, 3]."""

MAX_PIXELS = 220_000_000
"""Pictures that would take more memory than this many pixels are refused; phones reach 200 MP."""

MAX_JPEG_PIXELS = 600_000_000
"""JPEG can be decoded at a fraction of its size, so that only the fraction has to fit."""

_LARGE = 40_000_000
"""Pictures above this many pixels are decoded one at a time, so that memory stays bounded."""
_one_large = threading.Lock()

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

# Pillow's own bound comes before ours can: a warning above it would go to the terminal.
Image.MAX_IMAGE_PIXELS = MAX_JPEG_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)
# What else it finds odd in a file concerns that file alone, and is read or refused by us.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")
# It logs every chunk and tag when the program logs at all, values included.
logging.getLogger("PIL").setLevel(logging.WARNING)


@dataclass(frozen=True, eq=False)
class Decoded:
    """picture: uint8 RGB [h, w, 3], upright, longest side as asked for or the file's own if less;
    width, height: of the upright picture at full size; info: what the file says about itself."""

    picture: Picture
    width: int
    height: int
    info: PhotoInfo


def read(path: AnyPath, longest_side: int) -> Decoded:
    """Read and decode one file. Raises PhotoError; see `decode`."""
    return decode(read_file(path).data, longest_side)


def decode(data: bytes, longest_side: int) -> Decoded:
    """Decode a file's bytes, whatever it is called, at most `longest_side` pixels long.

    JPEG is decoded at the smallest fraction that is large enough, never in full to be shrunk.
    Of several frames the first counts. Raises PhotoError.
    """
    import numpy as np

    kind = formats.detect(data)
    if kind is None:
        raise PhotoError(
            "It is not a picture in a format that Familiar reads; its content is "
            f"{formats.describe(data)}."
        )
    with _sentences(kind.name):
        with _open(data, kind) as image:
            width, height = image.size
            bound = MAX_JPEG_PIXELS if kind is formats.JPEG else MAX_PIXELS
            if width * height > bound:
                raise PhotoError(
                    f"The picture claims {width} x {height} pixels, "
                    f"more than the {bound // 1_000_000} megapixels that Familiar reads."
                )
            target = _fitted(width, height, longest_side)
            if kind is formats.JPEG:
                image.draft(None, target)
            large = image.width * image.height > _LARGE
            with _one_large if large else contextlib.nullcontext():
                info, orientation = read_info(image, kind)
                profile = image.info.get("icc_profile")
                small = to_srgb(_shrunk(image, target), profile)
        if orientation in _TURNS:
            small = small.transpose(_TURNS[orientation])
        if orientation >= 5:
            width, height = height, width
        return Decoded(np.array(small), width, height, info)


def _open(data: bytes, kind: formats.Format) -> Image.Image:
    """Only the header is read, and only by the one decoder that the content calls for."""
    _register(kind)
    return Image.open(io.BytesIO(data), formats=(kind.pillow,))


@functools.cache
def _register(kind: formats.Format) -> None:
    """Let Pillow know the one decoder, not the forty others that it would load otherwise."""
    plugin = importlib.import_module(kind.module)
    if kind is formats.HEIC:
        # One thread each: photos are read in parallel, not parts of one photo.
        plugin.register_heif_opener(
            decode_threads=1, thumbnails=False, depth_images=False, aux_images=False
        )


def _fitted(width: int, height: int, longest_side: int) -> tuple[int, int]:
    """The size within `longest_side`, in proportion, at least one pixel and never enlarged."""
    longest = max(width, height)
    if longest <= longest_side:
        return width, height
    return (
        max(1, round(width * longest_side / longest)),
        max(1, round(height * longest_side / longest)),
    )


def _shrunk(image: Image.Image, target: tuple[int, int]) -> Image.Image:
    """The picture at its target size, still in a mode that `to_rgb` knows."""
    image.load()
    if image.size == target:
        return image
    if image.mode in ("1", "P", "PA") or (
        image.mode in ("L", "RGB") and image.has_transparency_data
    ):
        # These cannot be averaged as they are: bits, indexes, and a colour that means nothing.
        image = to_rgb(image)
    # The gap shrinks by whole pixels first: as good to look at, and many times faster.
    return image.resize(target, Image.Resampling.BICUBIC, reducing_gap=2.0)


@contextlib.contextmanager
def _sentences(name: str) -> Iterator[None]:
    """Whatever a decoder says about bad bytes becomes a sentence about the file."""
    try:
        yield
    except PhotoError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PhotoError(
            "The picture claims far more pixels than Familiar reads "
            f"({MAX_PIXELS // 1_000_000} megapixels)."
        ) from error
    except MemoryError as error:
        raise PhotoError("The picture is too large for this machine's memory.") from error
    except Exception as error:
        if "truncated" in str(error).lower() or isinstance(error, (EOFError, struct.error)):
            raise PhotoError(f"The {name} file is cut short; its end is missing.") from error
        raise PhotoError(
            f"The {name} file is damaged, or of a rare kind that cannot be decoded."
        ) from error
