"""What becomes of files that a scan did not find: away for now, moved, or deleted by the owner.

Nothing leaves the library because a drive is unplugged or a share is not mounted. A folder that is
not there, holds none of its photos, or has lost more than a fifth of them, is offline: its photos
stay, and are known again without any work when they are back. Other files that are gone leave the
library when a second scan of everything does not find them either, and then lie in the trash.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.indexing.lock import only_writer
from engine.indexing.walking import NOT_THERE
from engine.library.absence import Offline
from engine.library.identity import as_path, below, now
from engine.library.library import Library
from engine.library.photos import Place

EMPTY = "None of its photos is there right now; what is known about them is kept."

FRACTION = 5
"""A folder that has lost more than one in so many photos is not being tidied up: it is offline."""


@dataclass
class Absent:
    """What a scan did not find.

    everywhere: whether it went through the whole library; folders: the library's folders it was in;
    hidden: folders that could not be looked into, each with the reason; mounts: folders on other
    file systems than the one around them; gone: files that are not there; covered: files in hidden
    folders; back: files that were missing and are there again.
    """

    everywhere: bool = False
    folders: Sequence[Path] = ()
    hidden: Mapping[bytes, str] = field(default_factory=dict)
    mounts: Collection[bytes] = ()
    gone: dict[bytes, Place] = field(default_factory=dict)
    covered: dict[bytes, Place] = field(default_factory=dict)
    back: dict[bytes, Place] = field(default_factory=dict)


@dataclass
class Settled:
    """What was decided: folders that are offline and why, photos that left the library, and all
    photos that are now elsewhere, away or back."""

    offline: dict[Path, str] = field(default_factory=dict)
    trashed: list[int] = field(default_factory=list)
    changed: set[int] = field(default_factory=set)


def settle(library: Library, absent: Absent) -> Settled:
    """Mark, and if the scan was of everything decide about, what was not found; all or nothing."""
    with library.transaction():
        return _Settling(library, absent).run()


def let_go(library: Library, folder: Path) -> int:
    """The owner says that what is missing below a folder is gone for good; how many files.

    Raises LibraryError when another process is at work on the library.
    """
    with only_writer(library.home), library.transaction():
        lost = [as_path(one.path) for one in library.absence.missing(folder)]
        library.trash.put(lost)
        over = [one.path for one in library.folders.offline() if _is_within(one.path, folder)]
        library.absence.end_offline(over)
        library.problems.clear_many(over)
    return len(lost)


def _is_within(path: Path, folder: Path) -> bool:
    return path == folder or folder in path.parents


class _Settling:
    def __init__(self, library: Library, absent: Absent) -> None:
        self._library = library
        self._absent = absent
        self._moment = now()
        self._before = {one.path: one for one in library.absence.offline()}
        self._offline: dict[Path, Offline] = {}
        self._result = Settled()

    def run(self) -> Settled:
        absence, absent = self._library.absence, self._absent
        missed_before = self._missed_before()
        unseen = {**absent.gone, **absent.covered}
        newly = {path: place for path, place in unseen.items() if not place.missing}
        absence.found(absent.back)
        absence.miss(newly, self._moment)
        for path, reason in absent.hidden.items():
            self._put_offline(as_path(path), reason)
        if absent.everywhere:
            self._unmounted()
        for folder in sorted(absent.folders, key=lambda one: -len(one.parts)):
            if folder not in self._offline:
                self._judge(folder, missed_before)
        self._write()
        if absent.everywhere:
            self._library.trash.expire()
        here = (*newly.values(), *absent.back.values())
        self._result.changed |= {place.photo_id for place in here}
        return self._result

    def _missed_before(self) -> set[bytes]:
        """Files that a scan has looked for before and not found, where they could be seen."""
        if not self._absent.everywhere:
            return set()
        covered = tuple(below(path)[0] for path in self._before)
        missing = (one.path for one in self._library.absence.missing())
        return {path for path in missing if not path.startswith(covered)}

    def _unmounted(self) -> None:
        """Folders that were drives of their own, and are none now, are drives that are away."""
        absence, mounts = self._library.absence, set(self._absent.mounts)
        for path in absence.mounts():
            folder = as_path(path)
            if path in mounts or not path.startswith(self._tops()):
                continue
            missing = absence.missing(folder)
            if self._is_covered(path) or len(missing) >= self._library.photos.places_below(folder):
                mounts.add(path)
                if missing and not self._is_covered(path):
                    self._put_offline(folder, NOT_THERE)
        absence.put_mounts(mounts)

    def _tops(self) -> tuple[bytes, ...]:
        return tuple(below(folder)[0] for folder in self._absent.folders)

    def _judge(self, folder: Path, missed_before: Collection[bytes]) -> None:
        """Whether a folder of the library is offline, and if not, what in it was deleted."""
        found = self._library.absence.missing(folder)
        lost = [one for one in found if not one.kept and not self._is_covered(one.path)]
        if not lost:
            return
        known = self._library.photos.places_below(folder)
        known -= sum(one.known for path, one in self._offline.items() if folder in path.parents)
        if known <= len(lost) + sum(one.kept for one in found):
            self._put_offline(folder, EMPTY)
            return
        away = self._library.absence.away([one.photo_id for one in lost])
        nowhere = [one for one in lost if one.photo_id in away]
        before = self._before.get(folder)
        if len(nowhere) > 1 and len(nowhere) * FRACTION > (before.known if before else known):
            reason = (
                f"{len(nowhere):,} of its {known:,} photos are not there right now; "
                "what is known about them is kept."
            )
            self._put_offline(folder, reason)
            return
        # Those that lie elsewhere too only lose this place; the others wait for a second scan.
        copies = [one for one in lost if one.photo_id not in away]
        self._library.photos.forget_places([as_path(one.path) for one in copies])
        deleted = [one for one in nowhere if one.path in missed_before]
        self._library.trash.put([as_path(one.path) for one in deleted])
        self._result.trashed += sorted({one.photo_id for one in deleted})
        self._result.changed |= {one.photo_id for one in (*copies, *deleted)}

    def _is_covered(self, path: bytes) -> bool:
        """Whether a path is in a folder that is offline."""
        return path.startswith(tuple(below(one)[0] for one in self._offline))

    def _put_offline(self, folder: Path, reason: str) -> None:
        before = self._before.get(folder)
        known = self._library.photos.places_below(folder)
        if not known and folder not in self._absent.folders:
            return
        since = before.since if before else self._moment
        self._offline[folder] = Offline(folder, since, reason, before.known if before else known)
        if os.fsencode(folder) not in self._absent.hidden:
            self._result.offline[folder] = reason

    def _write(self) -> None:
        """The offline folders, in place of those that this scan can say something about."""
        tops = self._tops()
        over = [
            path
            for path in self._before
            if path not in self._offline
            and (
                self._absent.everywhere
                or (path in self._absent.folders and os.fsencode(path).startswith(tops))
            )
        ]
        self._library.absence.end_offline(over)
        self._library.absence.put_offline(self._offline.values())
