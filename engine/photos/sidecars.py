"""XMP files beside a photo, in which other programs keep what they know of it. Never raises."""

from __future__ import annotations

import os

from engine.errors import PhotoError
from engine.photos.files import AnyPath, opened
from engine.photos.xmp import MOST_BYTES


def read(path: AnyPath) -> list[bytes]:
    """What the sidecars of a photo hold: photo.jpg.xmp first, then photo.xmp."""
    whole = os.fsencode(path)
    stem = os.path.splitext(whole)[0]
    found = []
    for name in (whole, stem):
        for extension in (b".xmp", b".XMP"):
            packet = _content(name + extension)
            if packet is not None:
                found.append(packet)
                break
    return found


def _content(path: bytes) -> bytes | None:
    try:
        with opened(path) as (file, status):
            return file.read(MOST_BYTES) if status.st_size <= MOST_BYTES else None
    except PhotoError:
        return None
