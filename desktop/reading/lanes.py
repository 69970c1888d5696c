"""Threads that work through what they are given, in order; and one for tests that does so at once.

Python's own threads, not Qt's pool: a connection to SQLite belongs to a thread and is worth
keeping, and Qt's pool ends its threads when they have been idle for a while.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Protocol

Work = Callable[[], None]

PATIENCE = 3.0
"""Seconds that reading gets to come to its end when the window closes: a drive or a share that has
stopped answering may keep a thread for ever."""


class Lane(Protocol):
    """Runs what it is given, one after the other."""

    def submit(self, work: Work) -> None:
        """Run this when everything before it is done; it must not raise."""

    def close(self, patience: float | None = None) -> bool:
        """Finish what was given, then end; nothing may be submitted afterwards.

        False when that takes longer than `patience` seconds: it then goes on until the program
        ends.
        """


class ThreadLane:
    """A lane on a thread of its own, started with the first work."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._queue: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def submit(self, work: Work) -> None:
        """Run this on the lane's thread."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()
        self._queue.put(work)

    def close(self, patience: float | None = None) -> bool:
        """Finish what was given and end the thread; whether it has ended."""
        if self._thread is None:
            return True
        self._queue.put(None)
        self._thread.join(patience)
        if self._thread.is_alive():
            return False
        self._thread = None
        return True

    def _run(self) -> None:
        while (work := self._queue.get()) is not None:
            work()


class InstantLane:
    """A lane without a thread, for tests: work is done before `submit` returns."""

    def submit(self, work: Work) -> None:
        """Run this now."""
        work()

    def close(self, patience: float | None = None) -> bool:
        """Nothing is left to do."""
        return True
