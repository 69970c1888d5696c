"""An engine without a process: a test answers what pages ask, and says what happens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from desktop.process.engine import JOBS, READY, Done, Engine, Failed, Request
from desktop.process.messages import CANCELLED, PAUSED, RUNNING, Change, Job, Trouble


class FakeEngine(Engine):
    """Records every request in `asked`, oldest first; answer with `answer`, refuse with `refuse`.

    It is ready from the beginning, unless told otherwise.
    """

    def __init__(self, parent: QObject | None = None, state: str = READY) -> None:
        super().__init__(parent)
        self.asked: list[Request] = []
        self.started = self.stopped = 0
        self._state, self._problem = state, ""
        self._jobs: dict[str, Job] = {}

    @property
    def state(self) -> str:
        return self._state

    @property
    def problem(self) -> str:
        return self._problem

    def start(self) -> None:
        self.started += 1

    def stop(self) -> None:
        self.stopped += 1

    def request(
        self,
        method: str,
        params: Mapping[str, Any],
        done: Done,
        failed: Failed | None = None,
        *,
        again: bool = False,
    ) -> Request:
        job = f"job {len(self.asked)}" if method in JOBS else None
        request = Request(method, params, done, failed, again=again, job=job)
        self.asked.append(request)
        if job is not None:
            self.set_job(Job(job, JOBS[method], params.get("name")))
        return request

    def jobs(self) -> list[Job]:
        return list(self._jobs.values())

    def pause(self, job: str) -> None:
        self._move(job, PAUSED)

    def resume(self, job: str) -> None:
        self._move(job, RUNNING)

    def cancel(self, job: str) -> None:
        self._move(job, CANCELLED)

    # What a test does

    def waiting(self, method: str | None = None) -> list[Request]:
        """The requests (of one method) that are neither answered nor cancelled, oldest first."""
        return [one for one in self.asked if not one.over and method in (None, one.method)]

    def answer(self, method: str, result: Any = None) -> Request:
        """Answer the oldest waiting request of a method; for a job, by default, with its id."""
        request = self.waiting(method)[0]
        started = {"job": request.job} if result is None and request.job else result
        request.succeed(started)
        return request

    def refuse(self, method: str, sentence: str) -> Request:
        """Fail the oldest waiting request of a method."""
        request = self.waiting(method)[0]
        request.fail(sentence)
        return request

    def set_state(self, state: str, problem: str = "") -> None:
        """Be in this state from now on."""
        self._state, self._problem = state, problem
        self.state_changed.emit(state)

    def set_job(self, job: Job) -> None:
        """A job is now as given."""
        self._jobs[job.id] = job
        self.job_changed.emit(job)

    def say_changed(self, *what: str, photo_ids: Iterable[int] | None = None) -> None:
        """Something in the library is different now."""
        self.changed.emit(Change.of(*what, photos=photo_ids))

    def say_trouble(self, path: Path, reason: str) -> None:
        """A file could not be read."""
        self.troubled.emit(Trouble(path, reason))

    def _move(self, job: str, state: str) -> None:
        if job in self._jobs and not self._jobs[job].ended:
            self.set_job(replace(self._jobs[job], state=state))
