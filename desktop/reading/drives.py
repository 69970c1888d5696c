"""Which of the library's folders are there right now: drives are unplugged, shares are away."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.changes import Changes
from desktop.process.messages import Change
from desktop.reading.reader import ASIDE, Reader

if TYPE_CHECKING:
    from engine.library import Library

_EVERY_MS = 20_000


class Drives(QObject):
    """Looks now and then, in the background, since asking a share that is away may take long."""

    changed = Signal()

    def __init__(self, reader: Reader, changes: Changes, parent: QObject | None = None) -> None:
        super().__init__(parent)
        changes.changed.connect(self._hear)
        self._reader = reader
        self._away: tuple[Path, ...] = ()
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.look)

    @property
    def away(self) -> tuple[Path, ...]:
        """The folders that are not there."""
        return self._away

    def holds(self, path: Path) -> bool:
        """Whether the file's folder is there, as far as is known."""
        return not any(path.is_relative_to(folder) for folder in self._away)

    def start(self) -> None:
        """Look now, and again from time to time."""
        self.look()
        self._timer.start()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    def _hear(self, change: Change) -> None:
        if "folders" in change.what:
            self.look()

    def look(self) -> None:
        """Look now."""
        self._reader.read(self, _missing, self.show, lane=ASIDE, key="drives")

    def show(self, away: tuple[Path, ...]) -> None:
        """These folders are not there, all others are."""
        if away != self._away:
            self._away = away
            self.changed.emit()


def _missing(library: Library) -> tuple[Path, ...]:
    folders = [one.path for one in library.folders.all()]
    found = [one.path for one in library.folders.offline()]  # drives within folders, too
    away = {path for path in folders if not os.path.exists(path)}
    away |= {path for path in found if not _has_something(path)}
    return tuple(sorted(path for path in away if away.isdisjoint(path.parents)))


def _has_something(path: Path) -> bool:
    """Whether there is anything in a folder: a drive's is empty while the drive is away."""
    try:
        return not os.path.isdir(path) or any(True for _ in path.iterdir())
    except OSError:
        return False
