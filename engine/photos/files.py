"""Reads a photo's file: once, whole, and never anything that is not a plain file.

Only videos, which may be larger than memory, are read piece by piece.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from engine.errors import PhotoError
from engine.photos import formats

MAX_BYTES = 1 << 30
"""Files above this are not read, videos excepted: no photo is that big, and it has to fit in
memory."""

_PIECE = 1 << 20

AnyPath = str | bytes | os.PathLike[str]


class PhotoVanished(PhotoError):
    """The file is not there (any more): its drive may be away, so nothing should be forgotten."""


@dataclass(frozen=True)
class PhotoFile:
    """A file's bytes, with its size and modification time when they were read.

    data: all of them, but of a video only the first ones; size: how many there are.
    """

    path: AnyPath
    data: bytes
    size: int
    mtime_ns: int
    streamed_hash: str | None = None

    @property
    def is_video(self) -> bool:
        """Whether it is a video, so that the rest of it is only in the file."""
        return self.streamed_hash is not None

    @cached_property
    def content_hash(self) -> str:
        """BLAKE2b-256 of all the file's bytes, in hex: the photo's identity."""
        return self.streamed_hash or content_hash(self.data)

    @contextlib.contextmanager
    def stream(self) -> Iterator[io.FileIO]:
        """The file once more, from its start; PhotoVanished if it has changed since."""
        with opened(self.path) as (file, status):
            if (status.st_size, status.st_mtime_ns) != (self.size, self.mtime_ns):
                raise PhotoVanished("The file is being changed right now.")
            yield file


def content_hash(data: bytes) -> str:
    """BLAKE2b-256 of a file's bytes, in hex."""
    return hashlib.blake2b(data, digest_size=32).hexdigest()


def read_file(path: AnyPath) -> PhotoFile:
    """The bytes of a photo's file. Raises PhotoError with the reason, never waits for a pipe."""
    with opened(path) as (file, status):
        head = file.read(formats.HEAD)
        if formats.is_video(head):
            size, whole_hash = _hashed(file, head)
            return PhotoFile(path, head, size, status.st_mtime_ns, whole_hash)
        data = read_whole(file, status)
    return PhotoFile(path, data, len(data), status.st_mtime_ns)


@contextlib.contextmanager
def opened(path: AnyPath) -> Iterator[tuple[io.FileIO, os.stat_result]]:
    """A plain file, open for reading, and what it is; every error of the file is a PhotoError."""
    file, status = _open(path)
    with file:
        try:
            yield file, status
        except OSError as error:
            raise _sentence(error) from error


def read_whole(file: io.FileIO, status: os.stat_result) -> bytes:
    """All of an open file that is no video. Raises PhotoError if it is empty or too big."""
    _refuse_large(status.st_size)
    file.seek(0)
    data = _whole(file, status.st_size)
    _refuse_large(len(data))
    if not data:
        raise PhotoError("The file is empty (zero bytes).")
    return data


def _open(path: AnyPath) -> tuple[io.FileIO, os.stat_result]:
    try:
        _check(os.stat(path))
        # Should it be swapped for a pipe right now, O_NONBLOCK keeps open() from waiting for ever.
        flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
        descriptor = os.open(path, flags | getattr(os, "O_CLOEXEC", 0))
        file = io.FileIO(descriptor, "rb")
        try:
            status = os.fstat(descriptor)
            _check(status)
        except BaseException:
            file.close()
            raise
    except ValueError as error:
        raise PhotoError("Its name is not one that a file can have.") from error
    except OSError as error:
        raise _sentence(error) from error
    return file, status


def _hashed(file: io.FileIO, head: bytes) -> tuple[int, str]:
    """The size and content hash of a file whose first bytes were read already."""
    state = hashlib.blake2b(head, digest_size=32)
    size = len(head)
    while piece := file.read(_PIECE):
        state.update(piece)
        size += len(piece)
    return size, state.hexdigest()


def _whole(file: io.FileIO, size: int) -> bytes:
    """All there is, even if it has grown since `size`, but little more than MAX_BYTES."""
    parts: list[bytes] = []
    total = 0
    # One read may stop early: at 2 GiB, at a signal, or on network drives.
    while total <= MAX_BYTES and (part := file.read(max(size + 1 - total, 1 << 16))):
        parts.append(part)
        total += len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _check(status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise PhotoError("It is a folder, not a picture.")
    if not stat.S_ISREG(status.st_mode):
        raise PhotoError("It is not an ordinary file but a pipe, a socket or a device.")


def _refuse_large(size: int) -> None:
    if size > MAX_BYTES:
        raise PhotoError(
            f"The file is larger than {MAX_BYTES >> 20} MB, which is too big for a photo."
        )


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
