"""Signs on their way to a scan: gathered until it is quiet, and files have stopped growing."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.indexing.scanner import Touched
from engine.indexing.signs import Sign

_QUEUE = Path("/proc/sys/fs/inotify/max_queued_events")


@dataclass(frozen=True)
class Pace:
    """How patient a watcher is, in seconds.

    quiet: without a sign, before folders are scanned; steady: without growing, before a file is
    taken as whole; longest: they are scanned after so long even if things go on happening;
    everything: between two scans of the whole library; after: without news, from the last on,
    before one, so that trips and groups of faces follow what has come; poll: between two looks at
    folders that cannot be watched; check: between two looks at which folders there are.
    """

    quiet: float = 0.3
    steady: float = 0.6
    longest: float = 5.0
    everything: float = 15 * 60.0
    after: float = 60.0
    poll: float = 60.0
    check: float = 2.0


class Gathering:
    """What has been heard and not been scanned yet. Times are of one monotonic clock."""

    def __init__(self, pace: Pace, many: int | None = None) -> None:
        """many: signs after which some may have been dropped, so that everything is scanned;
        by default a quarter of what this system keeps for a reader that is slow."""
        self._pace = pace
        self._many = many or min(2000, _most_queued() // 4)
        self._everything = False
        self._heard = 0
        self._last = -math.inf
        self._first = math.inf
        self._folders: dict[Path, bool] = {}
        self._growing: dict[bytes, tuple[tuple[int, int] | None, float]] = {}

    def touch_everything(self) -> None:
        """The whole library is to be scanned."""
        self._everything = True

    def touch(self, folders: Mapping[Path, bool], now: float) -> None:
        """Something has changed in these folders, or below them if they map to True."""
        for folder, deep in folders.items():
            self._folders[folder] = self._folders.get(folder, False) or deep
            self._first = min(self._first, now)

    def hear(self, sign: Sign, now: float) -> None:
        """Something has happened."""
        self._heard += 1
        self._last = now
        path = Path(os.fsdecode(sign.path))
        self.touch({path.parent: False}, now)
        if sign.folder:
            self.touch({path: True}, now)
        elif not sign.gone:
            self._growing[sign.path] = (None, now)

    def due(self, now: float) -> float:
        """In how many seconds something may be ready, if nothing more is heard."""
        if self._everything:
            return 0.0
        if self._growing:
            return self._pace.steady / 2
        if self._folders:
            return max(0.0, self._last + self._pace.quiet - now)
        return math.inf

    def ready(self, now: float) -> Touched | None:
        """What is to be scanned now, and is then no longer waiting; None while nothing is."""
        self._settle(now)
        calm = now >= self._last + self._pace.quiet and not self._growing
        late = now >= self._first + self._pace.longest
        if calm and self._heard >= self._many:
            self._everything = True
        if not self._everything and not (self._folders and (calm or late)):
            return None
        busy = frozenset(Path(os.fsdecode(path)) for path in self._growing)
        ready = Touched(self._folders, busy, everything=self._everything)
        self._everything, self._folders, self._first = False, {}, math.inf
        self.touch({path.parent: False for path in busy}, now)
        if calm:
            self._heard = 0
        return ready

    def _settle(self, now: float) -> None:
        """Files whose size and time have been the same for a while are whole."""
        for path, (before, since) in list(self._growing.items()):
            try:
                found = os.stat(path)
            except OSError:
                del self._growing[path]
                continue
            state = (found.st_size, found.st_mtime_ns)
            if state != before:
                self._growing[path] = (state, now)
            elif now >= since + self._pace.steady:
                del self._growing[path]


def _most_queued() -> int:
    try:
        return int(_QUEUE.read_text())
    except (OSError, ValueError):
        return 16_384
