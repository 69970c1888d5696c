"""How a photo is known: by the bytes its file had when it was found, never by where it lies."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

AnyPath = str | bytes | os.PathLike[str]
"""A path as callers have it; names that are not UTF-8 ride in str as surrogate escapes."""


def photo_id(content_hash: str) -> int:
    """The 63-bit id of a photo: the first eight bytes of its content hash, halved.

    It follows from the content alone, so index.db and the vector files can be made again from
    the photos. Halving keeps it positive in SQLite's and FAISS's signed 64-bit integers.
    """
    return int(content_hash[:16], 16) >> 1


def path_key(path: AnyPath) -> bytes:
    """The bytes under which an absolute path is stored; a relative one is made absolute."""
    return os.path.abspath(os.fsencode(path))


def below(folder: AnyPath) -> tuple[bytes, bytes]:
    """The bounds of the keys of everything below a folder: from the first, up to the second."""
    separator = os.fsencode(os.sep)
    key = path_key(folder).rstrip(separator)
    return key + separator, key + bytes((separator[0] + 1,))


def as_path(key: bytes) -> Path:
    """The path that `path_key` made into bytes."""
    return Path(os.fsdecode(key))


def now() -> str:
    """This moment in UTC, ISO 8601 with microseconds."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="microseconds")
