"""One writer at a time: a lock in the home folder that ends with its process."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import LibraryError


class Busy(LibraryError):
    """Another process is at work on the library."""


@contextmanager
def only_writer(home: Path) -> Iterator[None]:
    """Hold the library's writing lock; the system lets go of it even after kill -9.

    Raises Busy when another process holds it.
    """
    handle = os.open(home / "indexing.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _lock(handle):
            raise Busy(
                "Another Familiar is working on this library right now. "
                "Wait until it is done, or stop it first."
            )
        yield
    finally:
        os.close(handle)


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
