"""How long work reports itself and is stopped: progress, its rate, and cancelling."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """Where one stage stands: photos done of a total, photos per second, seconds left.

    `total` is 0 while it is not known yet (scanning); rate and time left are None until measured.
    """

    stage: str
    done: int
    total: int
    rate: float | None = None
    seconds_left: float | None = None


Report = Callable[[Progress], None]
"""Takes progress as it happens; called on the thread that does the work, so it must be quick."""


def silent(progress: Progress) -> None:
    """A report that nobody reads."""


class Cancelled(Exception):
    """The work was asked to stop; everything finished so far is kept."""


class Cancel:
    """A token that asks work on another thread to stop after the batch in hand."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """Whether the work was asked to stop."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise Cancelled when the work was asked to stop."""
        if self._event.is_set():
            raise Cancelled


class Meter:
    """Counts one stage's work and reports it, with the rate of the last half minute or so."""

    _MEMORY = 30.0

    def __init__(
        self, stage: str, total: int, report: Report, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stage = stage
        self._total = total
        self._report = report
        self._clock = clock
        self._done = 0
        self._marks = [(clock(), 0)]
        report(Progress(stage, 0, total))

    def advance(self, count: int) -> None:
        """`count` more photos are done."""
        self._done += count
        now = self._clock()
        self._marks.append((now, self._done))
        while len(self._marks) > 2 and now - self._marks[0][0] > self._MEMORY:
            self._marks.pop(0)
        then, before = self._marks[0]
        rate = (self._done - before) / (now - then) if now > then else None
        left = (self._total - self._done) / rate if rate and self._total else None
        self._report(Progress(self._stage, self._done, self._total, rate, left))
