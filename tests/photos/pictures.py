"""Real picture bytes for tests, made on the spot."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pillow_heif
from PIL import Image

if TYPE_CHECKING:
    from engine.photos.decoded import Picture

RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 200, 30), (30, 30, 220), (255, 255, 255)
CORNERS = (RED, GREEN, BLUE, WHITE)
"""Colours of the corners of `corners()`: top left, top right, bottom left, bottom right."""

HOW = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.transpose(1, 0, 2),
    6: lambda a: np.rot90(a, 1),
    7: lambda a: a.transpose(1, 0, 2)[::-1, ::-1],
    8: lambda a: np.rot90(a, -1),
}
"""EXIF orientation to what a camera held that way stores of an upright picture."""

pillow_heif.register_heif_opener()


def corners(width: int = 96, height: int = 64) -> Picture:
    """A picture whose four quarters differ, so that every way of turning it shows."""
    array = np.empty((height, width, 3), np.uint8)
    array[: height // 2, : width // 2] = RED
    array[: height // 2, width // 2 :] = GREEN
    array[height // 2 :, : width // 2] = BLUE
    array[height // 2 :, width // 2 :] = WHITE
    return array


def encoded(
    picture: Picture | Image.Image,
    kind: str = "JPEG",
    exif: Image.Exif | None = None,
    **options: object,
) -> bytes:
    """A picture as the bytes of a file; `kind` is Pillow's name for the format."""
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    if exif is not None:
        options["exif"] = exif.tobytes()
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def noise(width: int, height: int, seed: int = 0) -> Picture:
    """A picture that hardly compresses."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def exif(
    *,
    orientation: int | None = None,
    taken: str | None = None,
    offset: str | None = None,
    gps: Mapping[int, object] | None = None,
    make: str | None = None,
    model: str | None = None,
) -> Image.Exif:
    """An EXIF block with these tags."""
    block = Image.Exif()
    for tag, value in ((0x0112, orientation), (0x010F, make), (0x0110, model)):
        if value is not None:
            block[tag] = value
    for tag, value in ((0x9003, taken), (0x9011, offset)):
        if value is not None:
            block.get_ifd(0x8769)[tag] = value
    if gps is not None:
        block.get_ifd(0x8825).update(gps)
    return block


def png_bomb(width: int, height: int) -> bytes:
    """A tiny PNG that says it is huge."""

    def chunk(name: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + body))
        return struct.pack(">I", len(body)) + name + body + check

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


def close_to(pixel: object, colour: tuple[int, int, int], by: int = 40) -> bool:
    """Whether a pixel is a colour, give or take what lossy formats change."""
    return bool(np.abs(np.asarray(pixel, int) - np.asarray(colour)).max() <= by)
