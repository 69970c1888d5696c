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


class SetAside(Cancelled):
    """The work was asked to leave off for now; done once more, it goes on from there."""


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
        """Between two batches: raise Cancelled when the work was asked to stop."""
        if self._event.is_set():
            raise Cancelled

    def check_within(self) -> None:
        """Within one piece of work, which is lost when this raises: only if the owner says so."""
        self.check()


class Control(Cancel):
    """A token that also lets work rest, give way to what is more urgent, and go gently.

    Work that rests or gives way is set aside: it ends with SetAside, so that it holds no lock, no
    transaction and no thread meanwhile, and is done once more to go on.
    """

    _LONGEST_REST = 2.0

    def __init__(
        self,
        urgent: Callable[[], bool] = lambda: False,
        gently: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """urgent: whether something waits that goes first; gently: whether to leave the machine
        room, by resting after each batch for as long as the batch took, 2 seconds at most."""
        super().__init__()
        self._urgent = urgent
        self._gently = gently
        self._clock = clock
        self._since = clock()
        self._resting = threading.Event()
        self._stirred = threading.Event()

    def cancel(self) -> None:
        super().cancel()
        self.stir()

    def pause(self) -> None:
        """Ask the work to rest; `resume` takes that back, whoever does the work begins it again."""
        self._resting.set()
        self.stir()

    def resume(self) -> None:
        """The work may go on."""
        self._resting.clear()

    @property
    def paused(self) -> bool:
        """Whether the work was asked to rest."""
        return self._resting.is_set()

    def stir(self) -> None:
        """End a rest between two batches: something has changed that the work should look at."""
        self._stirred.set()

    def check(self) -> None:
        """Raise Cancelled or SetAside when the work is to stop here."""
        self._obey()
        if self._gently():
            self._stirred.wait(min(self._clock() - self._since, self._LONGEST_REST))
            self._obey()
        self._stirred.clear()
        self._since = self._clock()

    def check_within(self) -> None:
        super().check()
        if self.paused:
            raise SetAside

    def _obey(self) -> None:
        self.check_within()
        if self._urgent():
            raise SetAside


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
