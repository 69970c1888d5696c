"""What decoding a photo gives, and what the decoders have in common."""

from __future__ import annotations

import contextlib
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.errors import PhotoError
from engine.photos.hints import Hints
from engine.photos.metadata import PhotoInfo

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]
    """One upright RGB picture, [height, width, 3]."""

LARGE = 40_000_000
"""Pictures above this many pixels are decoded one at a time, so that memory stays bounded."""
one_large = threading.Lock()

_FLAT = 10.0
"""Pictures whose grey values (0..255) deviate less from their mean show nothing to speak of."""


@dataclass(frozen=True, eq=False)
class Decoded:
    """What is known of a photo once it is decoded.

    picture: uint8 RGB [h, w, 3], upright, longest side as asked for or the file's own if less;
    width, height: of the upright picture at full size; info: what the file says about itself;
    hints: what it and its sidecars say about the picture; frames: of a video, a few more pictures
    like the first, from other moments.
    """

    picture: Picture
    width: int
    height: int
    info: PhotoInfo
    hints: Hints
    frames: tuple[Picture, ...] = ()


def fitted(width: int, height: int, longest_side: int) -> tuple[int, int]:
    """The size within `longest_side`, in proportion, at least one pixel and never enlarged."""
    longest = max(width, height)
    if longest <= longest_side:
        return width, height
    return (
        max(1, round(width * longest_side / longest)),
        max(1, round(height * longest_side / longest)),
    )


def is_flat(picture: Picture) -> bool:
    """Whether a picture [h, w, 3] is as good as one colour: black, white, or a fade."""
    step = max(1, max(picture.shape[:2]) // 128)
    return float(picture[::step, ::step].mean(axis=2).std()) < _FLAT


def refuse_above(megapixels: int, width: int, height: int) -> None:
    """Raise PhotoError for a picture that would take too much memory or time."""
    if width * height > megapixels * 1_000_000:
        raise PhotoError(
            f"The picture claims {width} x {height} pixels, "
            f"more than the {megapixels} megapixels that Familiar reads of its kind."
        )


def taking_turns(pixels: int) -> contextlib.AbstractContextManager[object]:
    """Held while so many pixels are in memory: large pictures wait for one another."""
    return one_large if pixels > LARGE else contextlib.nullcontext()


@contextlib.contextmanager
def sentences(name: str) -> Iterator[None]:
    """Whatever a decoder says about bad bytes becomes a sentence about the file."""
    try:
        yield
    except PhotoError:
        raise
    except MemoryError as error:
        raise PhotoError("The picture is too large for this machine's memory.") from error
    except Exception as error:
        if "truncated" in str(error).lower() or isinstance(error, (EOFError, struct.error)):
            raise PhotoError(f"The {name} file is cut short; its end is missing.") from error
        raise PhotoError(
            f"The {name} file is damaged, or of a rare kind that cannot be decoded."
        ) from error
