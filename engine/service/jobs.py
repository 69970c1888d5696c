"""Long work, one piece at a time: what is urgent goes first, and everything can rest and go on."""

from __future__ import annotations

import contextlib
import itertools
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from engine.errors import FamiliarError
from engine.progress import Cancelled, Control, Progress, SetAside

_log = logging.getLogger(__name__)

QUEUED = "queued"
RUNNING = "running"
PAUSED = "paused"
DONE = "done"
FAILED = "failed"
CANCELLED = "cancelled"
ENDED = (DONE, FAILED, CANCELLED)

PATIENT, FRESH, PROMPT, AT_ONCE = 0, 1, 2, 3
"""How urgent work is: indexing; photos that have just come; teaching; learning from a decision."""

NEWEST_FIRST = frozenset((FRESH, AT_ONCE))
"""Work of which the newest is what somebody waits for."""

GOES_ON = frozenset(("look", "recognise", "caption"))
"""Stages that count photos, and when they are begun again count only those that are left."""

Run = Callable[["Job"], dict[str, Any]]

_REMEMBERED = 50
_numbers = itertools.count(1)


@dataclass(eq=False)
class Job:
    """One piece of long work.

    run: does it; called again after it was set aside, until it returns the job's result. batch:
    what is to be done; more of the same kind may be added while it is queued and not `begun`.
    memory: whatever `run` wants to find again when it goes on. asked: by somebody; what begins by
    itself rests as long as the owner lets another of its kind rest.
    """

    id: str
    kind: str
    subject: str | None
    urgency: int
    run: Run
    batch: list[Any] = field(default_factory=list)
    memory: Any = None
    asked: bool = True
    begun: bool = False
    state: str = QUEUED
    stage: str | None = None
    done: int = 0
    total: int = 0
    rate: float | None = None
    seconds_left: float | None = None
    message: str | None = None
    result: dict[str, Any] | None = None
    control: Control = field(default_factory=Control)
    tell: Callable[[Job], None] = lambda _: None
    number: int = field(default_factory=lambda: next(_numbers))
    _before: dict[str, int] = field(default_factory=dict)

    def snapshot(self) -> dict[str, Any]:
        """The job as the window is told of it."""
        return {
            "id": self.id,
            "kind": self.kind,
            "subject": self.subject,
            "asked": self.asked,
            "state": self.state,
            "stage": self.stage,
            "done": self.done,
            "total": self.total,
            "rate": self.rate,
            "seconds_left": self.seconds_left,
            "message": self.message,
            "result": self.result,
        }

    def note(self, progress: Progress) -> None:
        """Take in how far the work is, counting what was done before it was set aside."""
        before = self._before.get(progress.stage, 0)
        self.stage = progress.stage
        self.done = before + progress.done
        self.total = before + progress.total if progress.total else 0
        self.rate, self.seconds_left = progress.rate, progress.seconds_left
        self.tell(self)

    def leave(self) -> None:
        """Remember, as the work is set aside, how far it is."""
        if self.stage in GOES_ON:
            self._before[self.stage] = self.done
        self.rate = self.seconds_left = None

    @property
    def waited_for(self) -> bool:
        """Whether somebody sits there until it is done."""
        return self.urgency >= PROMPT

    def takes_along(self, other: Job) -> bool:
        """Whether what the other is to do can be done with this one."""
        alike = (self.kind, self.urgency) == (other.kind, other.urgency)
        return alike and self.state == QUEUED and not self.begun

    @property
    def order(self) -> tuple[int, int]:
        """Sorts by whose turn it is: the urgent first, then in the order they came; of those that
        are NEWEST_FIRST, the newest."""
        return (-self.urgency, -self.number if self.urgency in NEWEST_FIRST else self.number)

    @property
    def resting(self) -> bool:
        """Whether the owner lets it rest, or will as soon as the photos in hand are done."""
        return self.state not in ENDED and self.control.paused


class Lane:
    """A queue with a thread that does its jobs, one at a time.

    tell: hears of every change of a job. gently: whether a job is to leave the machine room,
    where its models compute accordingly; asked on the lane's thread, first and after each batch.
    """

    def __init__(
        self,
        name: str,
        tell: Callable[[Job], None],
        gently: Callable[[Job], bool] = lambda _: False,
    ) -> None:
        self._tell = tell
        self._gently = gently
        self._jobs: dict[str, Job] = {}
        self._current: Job | None = None
        self._closing = False
        self._turn = threading.Condition()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def submit(self, job: Job, *, together: bool = False, paused: bool = False) -> Job:
        """Queue a job, or with `paused` keep it until it is resumed; the one that does the work.

        That is another one when the same job is here already, or when `together` and one of its
        kind and urgency is still to begin: it takes this one's batch along.
        """
        with self._turn:
            same = self._jobs.get(job.id)
            if same is not None and same.state not in ENDED:
                return same
            for other in self._jobs.values() if together else ():
                if other.takes_along(job):
                    other.batch += job.batch
                    other.asked = other.asked or job.asked
                    other.subject = other.subject if other.subject == job.subject else None
                    return other
            job.tell = self._tell
            job.control = Control(lambda: self._is_urgent_beside(job), lambda: self._gently(job))
            if paused:
                job.control.pause()
                job.state = PAUSED
            self._jobs.pop(job.id, None)
            self._jobs[job.id] = job
            self._forget_old()
            self._stir()
        self._tell(job)
        return job

    def jobs(self) -> list[Job]:
        """Those that have not ended, and the last ones that did, in the order they came."""
        with self._turn:
            return list(self._jobs.values())

    def pause(self, job_id: str) -> bool:
        """Let a job rest; False when it is not here."""
        with self._changing(job_id) as job:
            if job is not None:
                job.control.pause()
                if job.state == QUEUED:
                    job.state = PAUSED
            return job is not None

    def resume(self, job_id: str) -> bool:
        """Let it go on; False when it is not here."""
        with self._changing(job_id) as job:
            if job is not None:
                job.control.resume()
                if job.state == PAUSED:
                    job.state = QUEUED
            return job is not None

    def cancel(self, job_id: str) -> bool:
        """End it, and what waits of its kind that nobody asked for; False when it is not here."""
        with self._changing(job_id) as job:
            along = [] if job is None else self._unasked(job)
            for one in along if job is None else (job, *along):
                one.control.cancel()
                if one.state in (QUEUED, PAUSED):
                    one.state = CANCELLED
        for one in along:
            self._tell(one)
        return job is not None

    def close(self) -> None:
        """End the work in hand at its next batch, and begin nothing more."""
        with self._turn:
            self._closing = True
            for job in self._jobs.values():
                job.control.cancel()
            self._turn.notify_all()

    def join(self, seconds: float) -> bool:
        """Wait for the thread to end after `close`; whether it has."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    @contextlib.contextmanager
    def _changing(self, job_id: str) -> Iterator[Job | None]:
        with self._turn:
            job = self._jobs.get(job_id)
            job = None if job is None or job.state in ENDED else job
            yield job
            self._stir()
        if job is not None:
            self._tell(job)

    def _stir(self) -> None:
        if self._current is not None:
            self._current.control.stir()
        self._turn.notify_all()

    def _is_urgent_beside(self, job: Job) -> bool:
        """Whether a running job is to give way: to what is more urgent, or to a newer decision."""
        with self._turn:
            return any(
                other.urgency > job.urgency
                or (other.urgency == job.urgency in NEWEST_FIRST and other.number > job.number)
                for other in self._ready()
            )

    def _ready(self) -> list[Job]:
        """Jobs that may begin now."""
        jobs = self._jobs.values()
        resting = {job.kind for job in jobs if job.resting}
        return [
            job for job in jobs if job.state == QUEUED and (job.asked or job.kind not in resting)
        ]

    def _unasked(self, job: Job) -> list[Job]:
        """Those of a job's kind that wait and that nobody asked for."""
        return [
            one
            for one in self._jobs.values()
            if one is not job and one.kind == job.kind and one.state == QUEUED and not one.asked
        ]

    def _forget_old(self) -> None:
        ended = [job for job in self._jobs.values() if job.state in ENDED]
        for job in ended[:-_REMEMBERED]:
            del self._jobs[job.id]

    def _work(self) -> None:
        while True:
            with self._turn:
                self._current = None
                self._turn.wait_for(lambda: self._closing or self._next() is not None)
                job = self._next()
                if self._closing or job is None:
                    return
                self._current = job
                job.state, job.begun = RUNNING, True
            self._tell(job)
            self._do(job)
            if not self._closing:
                self._tell(job)

    def _next(self) -> Job | None:
        return min(self._ready(), key=lambda job: job.order, default=None)

    def _do(self, job: Job) -> None:
        """Run a job until it returns or is stopped; how it is afterwards."""
        state, message = DONE, None
        result: dict[str, Any] | None = None
        try:
            self._gently(job)  # unlike the job before, perhaps
            result = job.run(job)
        except SetAside:
            state = QUEUED
        except Cancelled:
            state = CANCELLED
        except FamiliarError as error:
            state, message = FAILED, str(error)
        except Exception as error:
            _log.exception("a job failed: %s", job.kind)
            state, message = FAILED, fault(error)
        with self._turn:
            job.leave()
            job.result, job.message = result, message
            job.state = PAUSED if state == QUEUED and job.control.paused else state
            if state == QUEUED and job.control.cancelled:
                job.state = CANCELLED


def fault(error: Exception) -> str:
    """A sentence for an error that is nobody's fault but Familiar's, or the machine's."""
    if isinstance(error, MemoryError):
        return "There is not enough memory for this."
    return (
        f"Something in Familiar itself went wrong ({type(error).__name__}). "
        "The log in the library's folder says where."
    )
