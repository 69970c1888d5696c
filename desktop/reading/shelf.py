"""The library as the window has it: opened once, in the background, by whoever needs it first."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.library import Library


class Shelf:
    """The library of one home; used from worker threads alone."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._lock = threading.Lock()
        self._library: Library | None = None
        self._closed = False

    def library(self) -> Library:
        """The open library, made if there is none.

        Raises LibraryError when it cannot be used, each time anew.
        """
        from engine.errors import LibraryError
        from engine.library import Library

        with self._lock:
            if self._closed:
                raise LibraryError("The library has been closed.")
            if self._library is None:
                self._library = Library.open(self.home)
            return self._library

    def close(self) -> None:
        """Close it, once no thread uses it any more."""
        with self._lock:
            self._closed = True
            if self._library is not None:
                self._library.close()
                self._library = None
