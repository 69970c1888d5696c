"""A DNG for tests, written tag by tag: the one raw format whose specification is public.

Real files of cameras cannot be made, so what other makers' raws look like is not tested here.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tests.photos.pictures import encoded

if TYPE_CHECKING:
    from engine.photos.decoded import Picture

_BYTE, _ASCII, _SHORT, _LONG, _RATIONAL, _SIGNED = 1, 2, 3, 4, 5, 10
_XYZ_TO_SRGB = (3.2405, -1.5371, -0.4985, -0.9693, 1.8760, 0.0416, 0.0556, -0.2040, 1.0572)

Tag = tuple[int, int, "Sequence[float] | bytes | Blob | Directory"]
"""A TIFF tag: number, type, and its values or where they lead."""


class Blob(bytes):
    """Bytes that lie elsewhere in the file; the tag holds their place."""


class Directory(list[Tag]):
    """A directory of tags that lies elsewhere in the file; the tag holds its place."""


def tiff(tags: Directory) -> bytes:
    """A little-endian TIFF file with one directory and whatever it leads to."""
    out = bytearray(b"II*\0" + bytes(4))
    out[4:8] = struct.pack("<I", _put(out, tags))
    return bytes(out)


def dng(
    picture: Picture,
    preview: Picture | None = None,
    orientation: int = 1,
    xmp: bytes = b"",
    taken: str = "2023:07:01 18:30:05",
) -> bytes:
    """A DNG whose sensor saw `picture` [h, w, 3], both sides even; with a JPEG preview or none."""
    height, width = picture.shape[:2]
    light = ((picture / 255.0) ** 2.2 * 65535).astype("<u2")
    mosaic = light[..., 1].copy()
    mosaic[::2, ::2] = light[::2, ::2, 0]
    mosaic[1::2, 1::2] = light[1::2, 1::2, 2]
    sensor: list[Tag] = [
        *_picture(width, height, mosaic.tobytes(), [16], 1, 32803),
        (33421, _SHORT, [2, 2]),
        (33422, _BYTE, [0, 1, 1, 2]),
        (50717, _LONG, [65535]),
    ]
    main: list[Tag] = [
        (50706, _BYTE, [1, 4, 0, 0]),
        (50708, _ASCII, b"Familiar Test\0"),
        (271, _ASCII, b"Familiar\0"),
        (272, _ASCII, b"Test\0"),
        (274, _SHORT, [orientation]),
        (700, _BYTE, xmp or b"\0"),
        (34665, _LONG, Directory([(0x9003, _ASCII, taken.encode() + b"\0")])),
        (50721, _SIGNED, _XYZ_TO_SRGB),
        (50728, _RATIONAL, [1, 1, 1]),
        (50778, _SHORT, [21]),
    ]
    if preview is None:
        return tiff(Directory([*main, (254, _LONG, [0]), *sensor]))
    jpeg = encoded(preview, "JPEG", quality=90)
    shown = _picture(preview.shape[1], preview.shape[0], jpeg, [8, 8, 8], 7, 6)
    below = Directory([(254, _LONG, [0]), *sensor])
    return tiff(Directory([*main, (254, _LONG, [1]), *shown, (330, _LONG, below)]))


def _picture(
    width: int, height: int, data: bytes, bits: list[int], compression: int, photometric: int
) -> list[Tag]:
    return [
        (256, _LONG, [width]),
        (257, _LONG, [height]),
        (258, _SHORT, bits),
        (259, _SHORT, [compression]),
        (262, _SHORT, [photometric]),
        (273, _LONG, Blob(data)),
        (277, _SHORT, [len(bits)]),
        (278, _LONG, [height]),
        (279, _LONG, [len(data)]),
    ]


def _put(out: bytearray, tags: Directory) -> int:
    """Append a directory and what it leads to; where it is."""
    entries = []
    for number, kind, values in sorted(tags, key=lambda tag: tag[0]):
        if isinstance(values, Directory):
            count, body = 1, struct.pack("<I", _put(out, values))
        elif isinstance(values, Blob):
            count, body = 1, struct.pack("<I", _append(out, values))
        else:
            count, body = len(values), _packed(kind, values)
        if len(body) > 4:
            body = struct.pack("<I", _append(out, body))
        entries.append(struct.pack("<HHI", number, kind, count) + body.ljust(4, b"\0"))
    return _append(out, struct.pack("<H", len(entries)) + b"".join(entries) + bytes(4))


def _packed(kind: int, values: Sequence[float] | bytes) -> bytes:
    if isinstance(values, bytes):
        return values
    if kind in (_RATIONAL, _SIGNED):
        return b"".join(struct.pack("<ii", round(one * 10_000), 10_000) for one in values)
    letter = {_BYTE: "B", _SHORT: "H", _LONG: "I"}[kind]
    return struct.pack(f"<{len(values)}{letter}", *(int(one) for one in values))


def _append(out: bytearray, data: bytes) -> int:
    out += bytes(len(out) % 2)
    at = len(out)
    out += data
    return at
