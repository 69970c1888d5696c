"""Finding photos: what is new, changed or gone below the library's folders, and what is in the way.

An unchanged file costs one look at its size and time. Only new and changed files are read, to know
their content. Nothing that the owner said is ever lost here: a file that is gone only loses its
place, and only when its content is known to lie somewhere else.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path

from engine import news
from engine.errors import PhotoError
from engine.indexing import stages
from engine.indexing.walking import File, FolderKey, Trouble, folder_key, walk
from engine.library.folders import Folder
from engine.library.identity import as_path
from engine.library.library import Library
from engine.library.photos import Found, Place
from engine.library.problems import Problem
from engine.news import PHOTOS, PROBLEMS, Change, Tell, to_nobody
from engine.photos import SUPPORTED, read_file
from engine.progress import Cancel, Progress, Report

_TOGETHER = 64
SCAN = "scan"


@dataclass
class Scan:
    """What a scan found: counts of files, and the problems that are new since the last one."""

    files: int = 0
    added: int = 0
    unchanged: int = 0
    troubles: list[tuple[Path, str]] = field(default_factory=list)
    notes: list[tuple[Path, str]] = field(default_factory=list)


class Scanner:
    """One scan of a library's folders."""

    def __init__(
        self, library: Library, report: Report, cancel: Cancel, tell: Tell = to_nobody
    ) -> None:
        self._library = library
        self._report = report
        self._cancel = cancel
        self._tell = tell
        self._problems: dict[Path, Problem] = {}
        self._seen: set[bytes] = set()
        self._hidden: set[Path] = set()
        self._standing: set[Path] = set()
        self._result = Scan()

    def scan(self, folders: Sequence[Folder]) -> Scan:
        """Walk the folders and record what changed; raises Cancelled between batches."""
        self._problems = {problem.path: problem for problem in self._library.problems.all()}
        home = folder_key(self._library.home)
        visited: set[FolderKey] = {home} if home else set()
        known = {folder.id: self._library.photos.places_under(folder.id) for folder in folders}
        self._report(Progress(SCAN, 0, 0))
        for folder in folders:
            for batch in _batches(_files_of(folder, visited), _TOGETHER):
                self._cancel.check()
                self._take(batch, folder, known)
                self._report(Progress(SCAN, self._result.files, 0))
        self._tidy(known)
        self._report(Progress(SCAN, self._result.files, self._result.files))
        return self._result

    def _take(
        self,
        batch: Sequence[File | Trouble],
        folder: Folder,
        known: dict[int, dict[bytes, Place]],
    ) -> None:
        new: list[File] = []
        for item in batch:
            self._seen.add(item.path)
            if isinstance(item, Trouble):
                self._trouble(item)
                continue
            self._result.files += 1
            place = _known(item.path, folder.id, known)
            if place and (place.size, place.mtime_ns) == (item.size, item.mtime_ns):
                self._result.unchanged += 1
            else:
                new.append(item)
        if new:
            self._record(new, folder)

    def _record(self, files: Sequence[File], folder: Folder) -> None:
        found: list[Found] = []
        readable: list[Path] = []
        with ThreadPoolExecutor(2, thread_name_prefix="hashing") as pool:
            for file, hashed in zip(files, pool.map(_hash, files), strict=True):
                path = as_path(file.path)
                if isinstance(hashed, str):
                    self._put(path, hashed, file)
                    continue
                content_hash, size, mtime_ns = hashed
                found.append(Found(path, content_hash, size, mtime_ns, folder.id))
                readable.append(path)
        with self._library.transaction():
            ids = self._library.photos.record_many(found)
            self._library.problems.clear_many(
                [path for path in readable if self._problems.pop(path, None) is not None]
            )
        self._result.added += len(found)
        if ids:
            self._tell(Change.of(PHOTOS, photos=ids))
        failed = self._unreadable
        for path, one, photo_id in zip(readable, found, ids, strict=True):
            if photo_id in failed:  # a copy of a file that is known to be unreadable
                self._put(path, failed[photo_id], File(b"", one.size, one.mtime_ns))
            elif not _is_utf8(path):
                self._note(path, File(b"", one.size, one.mtime_ns))

    @cached_property
    def _unreadable(self) -> dict[int, str]:
        """Contents known to be unreadable, with the reason."""
        failures = self._library.stages.failures()
        return {one.photo_id: one.reason for one in failures if one.stage == stages.READ}

    def _note(self, path: Path, file: File) -> None:
        shown = os.fsencode(path).decode("utf-8", "replace")
        reason = f"Its name is not valid UTF-8; it is indexed, and shown as {shown}."
        self._library.problems.put(path, reason, file.size, file.mtime_ns)
        self._result.notes.append((path, reason))

    def _trouble(self, trouble: Trouble) -> None:
        if trouble.hides:
            self._hidden.add(as_path(trouble.path))
        self._put(as_path(trouble.path), trouble.reason, None)

    def _put(self, path: Path, reason: str, file: File | None) -> None:
        """Record a problem; the same one with the same file is not news."""
        size, mtime_ns = (file.size, file.mtime_ns) if file else (None, None)
        self._standing.add(path)
        old = self._problems.get(path)
        if old and (old.reason, old.size, old.mtime_ns) == (reason, size, mtime_ns):
            return
        self._library.problems.put(path, reason, size, mtime_ns)
        self._result.troubles.append((path, reason))
        self._tell(news.Trouble(path, reason))
        self._tell(Change.of(PROBLEMS))

    def _tidy(self, known: dict[int, dict[bytes, Place]]) -> None:
        """Let go of what is gone for certain, never of what only cannot be seen right now."""
        over = [
            path
            for path, problem in self._problems.items()
            if self._is_gone(os.fsencode(path))
            # What a scan itself finds in the way is found again for as long as it is there.
            or (problem.size is None and path not in self._standing and not self._is_hidden(path))
        ]
        self._library.problems.clear_many(over)
        lost: dict[bytes, int] = {}
        for places in known.values():
            for path, place in places.items():
                if path not in self._seen and self._is_gone(path):
                    lost[path] = place.photo_id
        photos = self._library.photos.many(sorted(set(lost.values())))
        moved = [
            path
            for path, photo_id in lost.items()
            if any(os.fsencode(other) in self._seen for other in photos[photo_id].paths)
        ]
        self._library.photos.forget_places([as_path(path) for path in moved])
        if over:
            self._tell(Change.of(PROBLEMS))
        if moved:
            self._tell(Change.of(PHOTOS, photos=(lost[path] for path in moved)))

    def _is_gone(self, path: bytes) -> bool:
        if path in self._seen or self._is_hidden(as_path(path)):
            return False
        return not os.path.lexists(path)

    def _is_hidden(self, path: Path) -> bool:
        return any(top in path.parents for top in self._hidden)


def _files_of(folder: Folder, visited: set[FolderKey]) -> Iterator[File | Trouble]:
    """A folder's files; a single photo that was taught may stand in a folder's place."""
    top = os.fsencode(folder.path)
    if not os.path.isfile(top):
        yield from walk(top, SUPPORTED, visited)
        return
    try:
        found = os.stat(top)
        yield File(top, found.st_size, found.st_mtime_ns)
    except OSError:
        yield Trouble(top, "It cannot be read right now.", hides=True)


def _known(path: bytes, folder_id: int, known: dict[int, dict[bytes, Place]]) -> Place | None:
    """The place as recorded, whichever of several nested folders it was found through."""
    here = known[folder_id].get(path)
    if here is not None:
        return here
    return next((places[path] for places in known.values() if path in places), None)


def _hash(file: File) -> tuple[str, int, int] | str:
    """A file's content hash, size and time, or why it cannot be read."""
    try:
        read = read_file(as_path(file.path))
    except PhotoError as error:
        return str(error)
    return read.content_hash, read.size, read.mtime_ns


def _is_utf8(path: Path) -> bool:
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _batches(items: Iterator[File | Trouble], size: int) -> Iterator[list[File | Trouble]]:
    take: Callable[[], list[File | Trouble]] = lambda: list(islice(items, size))  # noqa: E731
    return iter(take, [])
