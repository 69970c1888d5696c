"""Watching the library's folders: what the system says is a sign, only a scan is the truth.

Signs are gathered until nothing more happens in a folder and its files have stopped growing. What
a sign may miss, a scan of everything finds: when watching begins, now and then, whenever so much
happens at once that the system may have dropped signs, and when a folder has come back. Folders on
network drives, and those for which the system has no watches left, are looked at now and then.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from engine.errors import LibraryError
from engine.indexing.filesystems import is_network
from engine.indexing.gathering import Gathering, Pace
from engine.indexing.polling import Polled
from engine.indexing.scanner import Touched
from engine.indexing.signs import Sign, Signs
from engine.indexing.walking import FolderKey, folder_key, is_skipped
from engine.library.library import Library

_log = logging.getLogger(__name__)

OnChanges = Callable[[Touched], None]
"""Takes where to look next, for `Indexer.run`; called on the watcher's thread: be quick."""


class Watcher:
    """Watches a library's folders on a thread of its own, from `start` to `stop`.

    polled: the folders that are looked at now and then instead, each with the reason.
    """

    def __init__(
        self,
        library: Library,
        on_changes: OnChanges,
        *,
        pace: Pace | None = None,
        signs: Callable[[Callable[[Sign], None]], Signs] = Signs,
        network: Callable[[Path], bool] = is_network,
    ) -> None:
        """signs, network: for tests, what says that something happened, and where it cannot."""
        self._library = library
        self._on_changes = on_changes
        self._pace = pace or Pace()
        self._network = network
        self._make_signs = signs
        self._signs: Signs | None = None
        self._watched: dict[Path, FolderKey] = {}
        self._polls: dict[Path, Polled] = {}
        self.polled: dict[Path, str] = {}
        self._gathering = Gathering(self._pace)
        self._stirred = threading.Condition()
        self._inbox: list[Sign] = []
        self._later: list[tuple[float, Touched]] = []
        self._stopping = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; the first that is asked for is a scan of everything."""
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)
        self._thread.start()

    def stop(self, patience: float | None = None) -> bool:
        """End, and wait until it has ended; not to be called by `on_changes`.

        False when that takes longer than `patience` seconds, as where a share does not answer.
        """
        with self._stirred:
            self._stopping = True
            self._stirred.notify()
        if self._thread is None:
            return True
        self._thread.join(patience)
        if self._thread.is_alive():
            return False
        self._thread = None
        return True

    def put_off(self, touched: Touched, seconds: float) -> None:
        """Ask once more to look there, after so long; from any thread."""
        with self._stirred:
            self._later.append((time.monotonic() + seconds, touched))
            self._stirred.notify()

    def __enter__(self) -> Watcher:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _hear(self, sign: Sign) -> None:
        """Called on the signs' own thread."""
        with self._stirred:
            self._inbox.append(sign)
            if len(self._inbox) == 1:
                self._stirred.notify()

    def _run(self) -> None:
        try:
            while not self._stopping:
                self._round()
        finally:
            if self._signs is not None:
                self._signs.close()
                self._signs = None

    _checked = _polled_at = _scanned = float("-inf")
    _follow = float("inf")

    def _round(self) -> None:
        """Wait until there is something to do, and do it."""
        pace, gathering = self._pace, self._gathering
        now = time.monotonic()
        if now >= self._checked + pace.check:
            if self._check_folders() or now >= min(self._scanned + pace.everything, self._follow):
                gathering.touch_everything()
            self._checked = now
        if now >= self._polled_at + pace.poll:
            for one in self._polls.values():
                gathering.touch(one.changed(), now)
            self._polled_at = now
        with self._stirred:
            if not self._inbox and not self._stopping:
                ends = min(
                    self._checked + pace.check,
                    self._polled_at + pace.poll,
                    *(at for at, _ in self._later),
                )
                self._stirred.wait(max(0.0, min(gathering.due(now), ends - now)))
            inbox, self._inbox = self._inbox, []
        now = time.monotonic()
        for sign in inbox:
            if self._matters(sign.path):
                gathering.hear(sign, now)
        touched = self._with_put_off(gathering.ready(now), now)
        if touched is not None and not self._stopping:
            if touched.everything:
                self._scanned, self._follow = now, float("inf")
            else:
                self._follow = now + pace.after
            self._on_changes(touched)

    def _with_put_off(self, touched: Touched | None, now: float) -> Touched | None:
        """What is ready together with what was put off until now."""
        with self._stirred:
            due = [one for at, one in self._later if at <= now]
            self._later = [(at, one) for at, one in self._later if at > now]
        for one in due:
            # Which files were being written then says nothing about now.
            again = Touched(one.folders, everything=one.everything)
            touched = again if touched is None else again | touched
        return touched

    def _matters(self, path: bytes) -> bool:
        """Whether a path is the owner's: not Familiar's own, nor what a scan would pass over."""
        separator = os.fsencode(os.sep)
        if path.startswith(os.fsencode(self._library.home) + separator):
            return False
        for folder in self._watched:
            top = os.fsencode(folder) + separator
            if path.startswith(top):
                return not any(map(is_skipped, path[len(top) :].split(separator)))
        return True

    def _check_folders(self) -> bool:
        """Watch folders that have been added or are back; whether everything must be scanned."""
        try:
            folders = {one.path for one in self._library.folders.all()}
        except LibraryError as error:
            _log.warning("The library's folders could not be read (%s).", type(error).__name__)
            return False
        news = False
        for folder in [one for one in self._watched if one not in folders]:
            self._leave(folder)
        for folder in folders:
            key = folder_key(folder) if os.path.isdir(folder) else None
            if self._watched.get(folder) == key:
                continue
            news = True
            if folder in self._watched:
                self._leave(folder)
            if key is not None:
                self._watched[folder] = key
                self._watch(folder)
        return news

    def _watch(self, folder: Path) -> None:
        if self._network(folder):
            why = "It is on a network drive, where changes are not announced."
        else:
            try:
                if self._signs is None:
                    self._signs = self._make_signs(self._hear)
                self._signs.watch(folder, self._library.home)
                return
            except OSError as error:
                why = f"The system cannot watch it ({error.strerror or type(error).__name__})."
                _log.warning("A folder cannot be watched: %s", error.strerror)
        self.polled[folder] = why
        self._polls[folder] = Polled(folder)

    def _leave(self, folder: Path) -> None:
        del self._watched[folder]
        self.polled.pop(folder, None)
        if self._polls.pop(folder, None) is None and self._signs is not None:
            self._signs.leave(folder)
