"""The jobs that the window knows of, as they stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from desktop.process.messages import Job

_REMEMBERED = 50


class Board:
    """Jobs by id, oldest first; `changed` hears of each change."""

    def __init__(self, changed: Callable[[Job], None]) -> None:
        self._changed = changed
        self._jobs: dict[str, Job] = {}

    def all(self) -> list[Job]:
        """Those that have not ended, and the last ones that did."""
        return list(self._jobs.values())

    def get(self, job_id: str) -> Job | None:
        """A job, if it is known."""
        return self._jobs.get(job_id)

    def put(self, job: Job) -> None:
        """A job is as given now."""
        if job.ended:
            self._jobs.pop(job.id, None)  # so that they stand in the order in which they ended
        self._jobs[job.id] = job
        for old in [one for one in self._jobs.values() if one.ended][:-_REMEMBERED]:
            del self._jobs[old.id]
        self._changed(job)

    def become(self, job_id: str, state: str, message: str | None = None) -> None:
        """A job that has not ended is in another state, which nobody but the window knows."""
        job = self._jobs.get(job_id)
        if job is not None and not job.ended:
            self.put(replace(job, state=state, message=message, rate=None, seconds_left=None))

    def end_with(self, job_id: str, other: Job) -> None:
        """A job that has not ended was done as part of another, which has."""
        if job_id in self._jobs and not self._jobs[job_id].ended:
            self.put(replace(other, id=job_id))
