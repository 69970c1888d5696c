"""Looking where nobody says that something has changed: at the folders' own times, not at files."""

from __future__ import annotations

import os
from pathlib import Path

from engine.indexing.walking import is_skipped


class Polled:
    """A folder and those inside it, and when each of them last changed.

    A folder changes when a file in it comes, goes or is renamed. What is written within a file
    that stays (a sidecar too), and what lies behind a link, is left to the scan of everything.
    """

    def __init__(self, top: Path) -> None:
        """Takes what is there now as known."""
        self._top = os.fsencode(top)
        self._times: dict[bytes, int] = {}
        self._enter(self._top)

    def changed(self) -> dict[Path, bool]:
        """Folders in which something has changed since the last time, those that have come or gone
        with all below them (True); empty while the folder is not there at all."""
        if not os.path.isdir(self._top):
            return {}
        changed: dict[bytes, bool] = {}
        for folder, before in list(self._times.items()):
            now = _time(folder)
            if now == before:
                continue
            del self._times[folder]
            changed[folder] = now is None
            changed.update(dict.fromkeys(self._enter(folder), True))
        return {Path(os.fsdecode(path)): deep for path, deep in changed.items()}

    def _enter(self, top: bytes) -> list[bytes]:
        """Remember a folder and all below it; which of those right in it were not known."""
        new: list[bytes] = []
        waiting = [top]
        while waiting:
            folder = waiting.pop()
            time = _time(folder)  # before its entries are listed: what comes later is news
            if time is None:
                continue
            try:
                with os.scandir(folder) as entries:
                    inside = [one.path for one in entries if self._is_new(one)]
            except OSError:
                continue
            self._times[folder] = time
            if folder == top:
                new = inside
            waiting += inside
        return new

    def _is_new(self, entry: os.DirEntry[bytes]) -> bool:
        return (
            not is_skipped(entry.name)
            and entry.is_dir(follow_symlinks=False)
            and entry.path not in self._times
        )


def _time(folder: bytes) -> int | None:
    try:
        return os.stat(folder).st_mtime_ns
    except OSError:
        return None
