"""Long work: how far it is, and how it ended."""

# ruff: noqa: S608 (put together from this package's constants; values are always bound)

from __future__ import annotations

from dataclasses import dataclass

from engine.library.identity import now
from engine.library.store import Store

RUNNING = "running"
INTERRUPTED = "interrupted"

KEPT = 500
"""Jobs that are remembered: a library that is watched has some thousand a month."""

_COLUMNS = "id, kind, total, done, state, message, started_at, finished_at"


@dataclass(frozen=True)
class Job:
    """state: running, done, failed, cancelled or interrupted; total is None while unknown."""

    id: int
    kind: str
    total: int | None
    done: int
    state: str
    message: str | None
    started_at: str
    finished_at: str | None


class Jobs:
    """Table of jobs in index.db."""

    def __init__(self, index: Store) -> None:
        self._index = index

    def start(self, kind: str, total: int | None = None) -> int:
        """Begin a job; its id. Of those before, the last are kept."""
        with self._index.transaction():
            job_id = self._index.insert(
                "INSERT INTO jobs (kind, total, done, state, started_at) VALUES (?, ?, 0, ?, ?)",
                (kind, total, RUNNING, now()),
            )
            self._index.run("DELETE FROM jobs WHERE id <= ?", (job_id - KEPT,))
        return job_id

    def progress(self, job_id: int, done: int, total: int | None = None) -> None:
        """How much is done, and how much there is if that has become known."""
        self._index.run(
            "UPDATE jobs SET done = ?, total = coalesce(?, total) WHERE id = ?",
            (done, total, job_id),
        )

    def finish(self, job_id: int, state: str = "done", message: str | None = None) -> None:
        """End a job: done, failed or cancelled, with a sentence if there is something to say."""
        self._index.run(
            "UPDATE jobs SET state = ?, message = ?, finished_at = ? WHERE id = ?",
            (state, message, now(), job_id),
        )

    def forget(self, job_id: int) -> None:
        """Take a job off the list, as if it had never begun."""
        self._index.run("DELETE FROM jobs WHERE id = ?", (job_id,))

    def running(self) -> list[Job]:
        """The jobs that have not ended, oldest first."""
        return [
            Job(*row)
            for row in self._index.rows(
                f"SELECT {_COLUMNS} FROM jobs WHERE state = ? ORDER BY id", (RUNNING,)
            )
        ]

    def recent(self, limit: int = 20) -> list[Job]:
        """The last jobs, newest first."""
        return [
            Job(*row)
            for row in self._index.rows(
                f"SELECT {_COLUMNS} FROM jobs ORDER BY id DESC LIMIT ?", (limit,)
            )
        ]

    def interrupt_running(self) -> int:
        """Call when no other engine is at work: jobs of one that was killed end; how many."""
        return self._index.run(
            "UPDATE jobs SET state = ?, finished_at = ? WHERE state = ?",
            (INTERRUPTED, now(), RUNNING),
        )
