"""One writer at a time: a lock in the home folder that ends with its process."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import LibraryError, NoRoom


class Busy(LibraryError):
    """Another process is at work on the library."""


@contextmanager
def only_writer(home: Path) -> Iterator[None]:
    """Hold the library's writing lock; the system lets go of it even after kill -9.

    Raises Busy when another process holds it, LibraryError when the folder cannot be written to.
    """
    try:
        lock = FileLock.take(home / "indexing.lock")
    except OSError as error:
        kind = NoRoom if error.errno == errno.ENOSPC else LibraryError
        raise kind(
            f"The library's folder {home} cannot be written to ({error.strerror})."
        ) from error
    if lock is None:
        raise Busy(
            "Another Familiar is working on this library right now. "
            "Wait until it is done, or stop it first."
        )
    try:
        yield
    finally:
        lock.release()


class FileLock:
    """A locked file; the lock is the system's, so it ends with the process, however that ends."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    @classmethod
    def take(cls, path: Path) -> FileLock | None:
        """Lock the file, made if it is missing; None when somebody holds it."""
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        if _lock(handle):
            return cls(handle)
        os.close(handle)
        return None

    def release(self) -> None:
        """Let go of it; the file stays."""
        os.close(self._handle)


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
