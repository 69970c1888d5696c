"""What the system says about folders, by way of watchdog. Words of it may be lost."""

from __future__ import annotations

import errno
import os
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from watchdog import events
from watchdog.observers import Observer
from watchdog.observers.api import ObservedWatch

from engine.photos import is_photo, sidecars

# A folder that is made while its parent is being added is watched once, and that is said.
warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"watchdog\.")

_KINDS: list[type[events.FileSystemEvent]] = [
    events.FileCreatedEvent,
    events.FileClosedEvent,
    events.FileMovedEvent,
    events.FileDeletedEvent,
    events.DirCreatedEvent,
    events.DirMovedEvent,
    events.DirDeletedEvent,
]
if sys.platform != "linux":  # others do not say when a file was closed
    _KINDS.append(events.FileModifiedEvent)


@dataclass(frozen=True)
class Sign:
    """Something happened at a path, which is (or was) a folder, a photo or what lies beside one;
    gone: it has left."""

    path: bytes
    folder: bool
    gone: bool


class Signs:
    """Watches folders and all below them, but not what lies behind links."""

    def __init__(self, heard: Callable[[Sign], None]) -> None:
        """heard: called for each sign, on a thread of this object; it must be quick.

        Raises OSError when the system has no room for another watcher.
        """
        self._handler = _Handler(heard)
        self._observer = Observer()
        self._watches: dict[Path, ObservedWatch] = {}
        self._observer.start()

    def watch(self, folder: Path, probe: Path) -> None:
        """Watch a folder. Raises OSError when the system has no watches left for all of it.

        probe: any folder. Of the folders inside, watchdog passes over those that cannot be
        watched; whether there are watches left is seen by asking for one more.
        """
        self._watches[folder] = self._observer.schedule(
            self._handler, str(folder), recursive=True, event_filter=_KINDS
        )
        try:
            asked = self._observer.schedule(
                self._handler, str(probe), event_filter=[events.DirDeletedEvent]
            )
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EMFILE):
                self.leave(folder)
                raise
        else:
            self._observer.unschedule(asked)

    def leave(self, folder: Path) -> None:
        """Watch a folder no longer."""
        watch = self._watches.pop(folder, None)
        if watch is not None:
            self._observer.unschedule(watch)

    def close(self) -> None:
        """Watch nothing any more."""
        self._observer.stop()
        self._observer.join()


class _Handler(events.FileSystemEventHandler):
    """Makes signs of watchdog's events; of files, only of photos and their sidecars."""

    def __init__(self, heard: Callable[[Sign], None]) -> None:
        self._heard = heard

    def dispatch(self, event: events.FileSystemEvent) -> None:
        gone = event.event_type in (events.EVENT_TYPE_DELETED, events.EVENT_TYPE_MOVED)
        self._sign(event.src_path, event.is_directory, gone)
        if event.event_type == events.EVENT_TYPE_MOVED:
            self._sign(event.dest_path, event.is_directory, False)

    def _sign(self, path: str | bytes, folder: bool, gone: bool) -> None:
        if path and (folder or is_photo(path) or sidecars.is_sidecar(path)):
            self._heard(Sign(os.fsencode(path), folder, gone))
