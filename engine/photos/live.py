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

_APPLE = b"Apple iOS\0"
_PAIR = 0x0011
_ASCII = 2


def movies(names: Iterable[bytes]) -> frozenset[bytes]:
    """Of the names in one folder, those of movies that belong to a still beside them.

    Names alone cannot tell a long movie from a short one: see `LARGEST`.
    """
    stills: set[bytes] = set()
    candidates: list[tuple[bytes, bytes]] = []
    for name in names:
        stem, extension = os.path.splitext(name.lower())
        if extension in _STILLS:
            stills.add(stem)
        elif extension in _MOVIES:
            candidates.append((stem, name))
    return frozenset(name for stem, name in candidates if stem in stills)


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
