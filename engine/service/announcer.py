"""What the window is told without asking, gathered so that it is never told too much.

Work reports after every batch and every step; the window hears of each job some ten times a second
at most, always of how it stands then, and of changes to the library together.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from engine.news import Change, Trouble

PERIOD = 0.1
"""Seconds between two announcements."""

MOST_PHOTOS = 500
"""Photos named in one announcement of changes; for more, it may be any."""

_MOST_TROUBLES = 1000
_MOST_JOBS = 100
"""Jobs of which is remembered how they were told last; a watched library has no end of them."""


class Announcer:
    """Takes news from any thread, and tells it from one of its own."""

    def __init__(self, tell: Callable[[str, Mapping[str, Any]], None]) -> None:
        self._tell = tell
        self._jobs: dict[str, Callable[[], Mapping[str, Any]]] = {}
        self._last: dict[str, Mapping[str, Any]] = {}
        self._changes: dict[str, set[int] | None] = {}
        self._troubles: list[Trouble] = []
        self._lock = threading.Lock()
        self._news = threading.Event()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="announcer", daemon=True)
        self._thread.start()

    def job(self, job_id: str, describe: Callable[[], Mapping[str, Any]]) -> None:
        """A job has changed; it is described when that is told, the last one to change last."""
        with self._lock:
            self._jobs.pop(job_id, None)
            self._jobs[job_id] = describe
        self._news.set()

    def news(self, news: Change | Trouble) -> None:
        """What has changed in the library, or a file that could not be read."""
        with self._lock:
            if isinstance(news, Trouble):
                if len(self._troubles) < _MOST_TROUBLES:
                    self._troubles.append(news)
            else:
                for what in news.what:
                    self._changes[what] = _together(self._changes.get(what, set()), news.photo_ids)
        self._news.set()

    def close(self) -> None:
        """Tell what is left, and stop."""
        self._closing.set()
        self._news.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._closing.is_set():
            self._news.wait()
            self._news.clear()
            self._flush()
            self._closing.wait(PERIOD)
        self._flush()

    def _flush(self) -> None:
        with self._lock:
            jobs, self._jobs = self._jobs, {}
            changes, self._changes = self._changes, {}
            troubles, self._troubles = self._troubles, []
        # Changes first: who hears that a job is done finds all of it in the library.
        anywhere = sorted(what for what, photos in changes.items() if photos is None)
        somewhere = {what: photos for what, photos in changes.items() if photos is not None}
        if anywhere:
            self._tell("changed", {"what": anywhere, "all": True})
        if somewhere:
            photos = sorted(set().union(*somewhere.values()))
            self._tell(
                "changed", {"what": sorted(somewhere), "photo_ids": [str(one) for one in photos]}
            )
        for trouble in troubles:
            self._tell("trouble", {"path": str(trouble.path), "reason": trouble.reason})
        for job_id, describe in jobs.items():
            job = describe()
            if self._last.get(job_id) != job:
                self._last.pop(job_id, None)  # so that they stand in the order they were told
                self._last[job_id] = job
                self._tell("job", job)
        while len(self._last) > _MOST_JOBS:
            del self._last[next(iter(self._last))]


def _together(known: set[int] | None, more: frozenset[int] | None) -> set[int] | None:
    """Two sets of photos as one, None for any."""
    if known is None or more is None:
        return None
    both = known | more
    return both if len(both) <= MOST_PHOTOS else None
