"""Live Photos: a still and the few seconds around it, which are one photo.

A phone writes IMG_1.HEIC and IMG_1.MOV side by side, and the same identifier into both.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable

LARGEST = 32 << 20
"""Bytes; a movie above this is more than the seconds around a still, whatever its name."""

_STILLS = {b".heic", b".heif", b".hif", b".jpg", b".jpeg", b".jpe"}
_MOVIES = {b".mov", b".mp4"}
_ONLY_WITH_MARK = b".mp4"
"""What phones write is .MOV. Some services rename it, but many other movies are called so too."""
_MARK = b"com.apple.quicktime.content.identifier"
_MARKED_WITHIN = 1 << 18

_APPLE = b"Apple iOS\0"
_PAIR = 0x0011
_ASCII = 2


def movies(names: Iterable[bytes]) -> frozenset[bytes]:
    """Of the names in one folder, those of movies that may belong to a still beside them."""
    stills: set[bytes] = set()
    candidates: list[tuple[bytes, bytes]] = []
    for name in names:
        stem, extension = os.path.splitext(name.lower())
        if extension in _STILLS:
            stills.add(stem)
        elif extension in _MOVIES:
            candidates.append((stem, name))
    return frozenset(name for stem, name in candidates if stem in stills)


def is_moment(path: bytes, size: int) -> bool:
    """Whether a movie of that many bytes, beside a still of its name, belongs to it.

    Raises OSError.
    """
    if size > LARGEST:
        return False
    if not path.lower().endswith(_ONLY_WITH_MARK):
        return True
    with open(path, "rb") as file:
        if _MARK in file.read(_MARKED_WITHIN):
            return True
        file.seek(max(0, size - _MARKED_WITHIN))
        return _MARK in file.read(_MARKED_WITHIN)


def pair_of_still(maker_note: object) -> str | None:
    """The identifier in the EXIF maker note of an Apple camera; None if there is none."""
    if not isinstance(maker_note, bytes) or not maker_note.startswith(_APPLE):
        return None
    try:
        # "Apple iOS\0\0\1MM", then a directory of tags; offsets count from the note's first byte.
        (count,) = struct.unpack_from(">H", maker_note, 14)
        for number in range(min(count, 200)):
            tag, kind, length, at = struct.unpack_from(">HHII", maker_note, 16 + 12 * number)
            if tag == _PAIR and kind == _ASCII and 4 < length <= 200:
                found = maker_note[at : at + length].split(b"\0")[0].decode("ascii")
                return found if found.isprintable() else None
    except (struct.error, UnicodeDecodeError):
        pass
    return None
