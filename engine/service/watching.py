"""The library's folders are watched for as long as the window is open: what comes is indexed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.indexing.scanner import Touched
from engine.library import Library
from engine.service.jobs import CANCELLED, ENDED, PATIENT, Lane
from engine.service.work import Work

if TYPE_CHECKING:
    from engine.indexing.watching import Watcher


class Watch:
    """Makes jobs of what the watcher finds; `begin` and `end` are called on one thread."""

    def __init__(self, library: Library, work: Work, lane: Lane) -> None:
        self._library = library
        self._work = work
        self._lane = lane
        self._watcher: Watcher | None = None

    def begin(self) -> None:
        """Watch from now on, beginning with a look at everything."""
        if self._watcher is None:
            from engine.indexing.watching import Watcher

            self._watcher = Watcher(self._library, self._found)
            self._watcher.start()

    def end(self, patience: float) -> bool:
        """Watch no more; whether it has ended within so many seconds."""
        watcher, self._watcher = self._watcher, None
        return watcher is None or watcher.stop(patience)

    def _found(self, touched: Touched) -> None:
        """Called on the watcher's thread."""
        watcher = self._watcher
        if watcher is None or (touched.everything and self._is_stopped()):
            return
        self._lane.submit(self._work.watched(touched, watcher.put_off), together=True)

    def _is_stopped(self) -> bool:
        """Whether the owner has stopped the last look at everything: then nothing but photos that
        come is looked at until somebody asks for it, or the window is opened again."""
        ended = [
            job
            for job in self._lane.jobs()
            if job.kind == "index" and job.urgency == PATIENT and job.state in ENDED
        ]
        return bool(ended) and ended[-1].state == CANCELLED
