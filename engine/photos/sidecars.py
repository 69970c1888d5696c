"""XMP files beside a photo, in which other programs keep what they know of it. Never raises."""

from __future__ import annotations

import os
from collections.abc import Collection

from engine.errors import PhotoError
from engine.photos.files import AnyPath, opened
from engine.photos.xmp import MOST_BYTES

ENDINGS = (b".xmp", b".XMP")


def is_sidecar(path: AnyPath) -> bool:
    """Whether a file's name says that it lies beside a photo."""
    return os.fsencode(path).endswith(ENDINGS)


def sign(path: bytes, names: Collection[bytes] | None = None) -> str:
    """Another text whenever a photo's sidecars are others or have changed; empty for none.

    names: of what lies in its folder, where that is known.
    """
    signs = []
    for places in _places(path):
        for place in places:
            if names is not None and os.path.basename(place) not in names:
                continue
            try:
                found = os.stat(place)
            except OSError:
                continue
            signs.append(f"{place[-4:].decode()} {found.st_size} {found.st_mtime_ns}")
            break
        else:
            signs.append("")
    return ", ".join(signs) if any(signs) else ""


def read(path: AnyPath) -> list[bytes]:
    """What the sidecars of a photo hold: photo.jpg.xmp first, then photo.xmp."""
    found = []
    for places in _places(os.fsencode(path)):
        packets = (_content(place) for place in places)
        found += [packet for packet in packets if packet is not None][:1]
    return found


def _places(path: bytes) -> list[list[bytes]]:
    """Where a photo's sidecars may lie: of each row, the first that is there counts."""
    stem = os.path.splitext(path)[0]
    return [[name + ending for ending in ENDINGS] for name in (path, stem)]


def _content(path: bytes) -> bytes | None:
    try:
        with opened(path) as (file, status):
            return file.read(MOST_BYTES) if status.st_size <= MOST_BYTES else None
    except PhotoError:
        return None
