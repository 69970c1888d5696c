"""Reads a photo's file: once, whole, and never anything that is not a plain file."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import stat
from dataclasses import dataclass
from functools import cached_property

from engine.errors import PhotoError

MAX_BYTES = 1 << 30
"""Files above this are not read: no photo is that big, and it has to fit in memory."""

AnyPath = str | bytes | os.PathLike[str]


class PhotoVanished(PhotoError):
    """The file is not there (any more): its drive may be away, so nothing should be forgotten."""


@dataclass(frozen=True)
class PhotoFile:
    """A file's bytes, with its size and modification time when they were read."""

    data: bytes
    mtime_ns: int

    @property
    def size(self) -> int:
        """How many bytes were read."""
        return len(self.data)

    @cached_property
    def content_hash(self) -> str:
        """BLAKE2b-256 of the bytes, in hex: the photo's identity."""
        return content_hash(self.data)


def content_hash(data: bytes) -> str:
    """BLAKE2b-256 of a file's bytes, in hex."""
    return hashlib.blake2b(data, digest_size=32).hexdigest()


def read_file(path: AnyPath) -> PhotoFile:
    """The bytes of a photo's file. Raises PhotoError with the reason, never waits for a pipe."""
    try:
        _check(os.stat(path))
        # Should it be swapped for a pipe right now, O_NONBLOCK keeps open() from waiting for ever.
        flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
        descriptor = os.open(path, flags | getattr(os, "O_CLOEXEC", 0))
        with open(descriptor, "rb", buffering=0) as file:
            status = os.fstat(descriptor)
            _check(status)
            data = _whole(file, status.st_size)
    except ValueError as error:
        raise PhotoError("Its name is not one that a file can have.") from error
    except OSError as error:
        raise _sentence(error) from error
    if not data:
        raise PhotoError("The file is empty (zero bytes).")
    if len(data) > MAX_BYTES:
        raise PhotoError(_TOO_BIG)
    return PhotoFile(data, status.st_mtime_ns)


def _whole(file: io.FileIO, size: int) -> bytes:
    """All there is, even if it has grown since `size`, but little more than MAX_BYTES."""
    parts: list[bytes] = []
    total = 0
    # One read may stop early: at 2 GiB, at a signal, or on network drives.
    while total <= MAX_BYTES and (part := file.read(max(size + 1 - total, 1 << 16))):
        parts.append(part)
        total += len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


_TOO_BIG = f"The file is larger than {MAX_BYTES >> 20} MB, which is too big for a photo."


def _check(status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise PhotoError("It is a folder, not a picture.")
    if not stat.S_ISREG(status.st_mode):
        raise PhotoError("It is not an ordinary file but a pipe, a socket or a device.")
    if status.st_size > MAX_BYTES:
        raise PhotoError(_TOO_BIG)


def _sentence(error: OSError) -> PhotoError:
    if isinstance(error, PermissionError):
        return PhotoError("Familiar is not allowed to read it; its permissions forbid that.")
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return PhotoVanished("The file is not there any more.")
    if error.errno == errno.ELOOP:
        return PhotoError("It is a link that only leads back to itself.")
    if error.errno in (errno.EIO, errno.ESTALE, errno.ENXIO):
        return PhotoError(f"The disk could not deliver it ({error.strerror}).")
    return PhotoError(f"It cannot be opened ({error.strerror or error}).")
