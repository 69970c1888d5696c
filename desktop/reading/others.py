"""What other programs write into the library, as `familiar` in a terminal does: it is shown soon.

What this window or its engine writes is told by whoever wrote it; the rest shows only in that the
files are different.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from desktop.changes import Changes
from desktop.process.engine import Engine
from desktop.process.messages import EVERYTHING, RUNNING, Change, Job
from desktop.reading.reader import ASIDE, Reader

if TYPE_CHECKING:
    from engine.library import Library

_EVERY_MS = 3000
_WARY = 60.0
"""Seconds after another's writing in which ours is not told from it: they may take turns."""


class Others(QObject):
    """Looks now and then whether the library was written by somebody else."""

    def __init__(
        self, reader: Reader, engine: Engine, changes: Changes, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._reader = reader
        self._engine = engine
        self._changes = changes
        self._known: tuple[int, int] | None = None
        self._ours = False
        """Whether we have written since the last look, or are told so."""
        self._wary = 0.0
        """Until when."""
        changes.changed.connect(self._note)
        engine.changed.connect(self._note)
        engine.job_changed.connect(self._note_job)
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Look now, and again from time to time."""
        self.look()
        self._timer.start()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    def look(self) -> None:
        """Look now."""
        self._reader.read(self, _written, self._compare, _nothing, lane=ASIDE, key="others")

    def _note(self, _: object) -> None:
        self._ours = True

    def _note_job(self, job: Job) -> None:
        self._ours = self._ours or job.stage is not None

    def _compare(self, written: tuple[int, int]) -> None:
        before, self._known = self._known, written
        ours, self._ours = self._ours or any(map(_is_at_work, self._engine.jobs())), False
        if before is None or written == before:
            return
        now = time.monotonic()
        if not ours:
            self._wary = now + _WARY
        if now < self._wary:
            self._changes.tell(Change(EVERYTHING))
            self._ours = False  # that was the other's


def _is_at_work(job: Job) -> bool:
    # Without a stage it has not begun: perhaps since another program is at the library.
    return job.state == RUNNING and job.stage is not None


def _written(library: Library) -> tuple[int, int]:
    return library.written()


def _nothing(_: str) -> None:
    """Whoever needs the library says why it cannot be read."""
