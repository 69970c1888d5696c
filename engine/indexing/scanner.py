"""Finding photos: what is new, changed or gone below the library's folders, and what is in the way.

An unchanged file costs one look at its size and time. Only new and changed files are read, to know
their content: those first that may have been moved here, then the newest. What is gone is dealt
with last (see `engine.indexing.missing`), when it is known what has only been moved.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from pathlib import Path

from engine import news
from engine.errors import PhotoError
from engine.indexing import stages
from engine.indexing.beside import Beside
from engine.indexing.likeness import Likeness
from engine.indexing.missing import Absent, settle
from engine.indexing.walking import File, Trouble, Walker, folder_key, is_skipped
from engine.library.folders import Folder
from engine.library.identity import as_path, below
from engine.library.library import Library
from engine.library.photos import Found, Place
from engine.library.problems import Problem
from engine.news import PHOTOS, PROBLEMS, Change, Tell, to_nobody
from engine.photos import SUPPORTED, read_file, sidecars, thumbnails
from engine.progress import Cancel, Progress, Report

_TOGETHER = 64
SCAN = "scan"

STILL_WRITTEN = "It is being written right now; it is looked at the next time."


@dataclass
class Scan:
    """What a scan found: counts of files, and the problems that are new since the last one.

    ids: the photos that were recorded, and those whose sidecars have changed; trashed: how many
    left the library, their files being deleted; unsettled: files that were changing while they were
    read.
    """

    files: int = 0
    added: int = 0
    unchanged: int = 0
    trashed: int = 0
    ids: list[int] = field(default_factory=list)
    unsettled: list[Path] = field(default_factory=list)
    troubles: list[tuple[Path, str]] = field(default_factory=list)
    notes: list[tuple[Path, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Touched:
    """Where in the library something may have changed.

    folders: these, and if they map to True all that is below them; busy: files that somebody is
    writing right now, which are left for later; everything: anywhere at all.
    """

    folders: Mapping[Path, bool] = field(default_factory=dict)
    busy: frozenset[Path] = frozenset()
    everything: bool = False

    def __or__(self, later: Touched) -> Touched:
        """Both together; busy is what is so later."""
        folders = dict(self.folders)
        for path, deep in later.folders.items():
            folders[path] = folders.get(path, False) or deep
        return Touched(folders, later.busy, self.everything or later.everything)


class Scanner:
    """One scan of a library's folders; `result` is what it found so far.

    Either `scan`, or one of the surveys and then `take` until it has nothing more, so that the
    photos found can be looked at in between.
    """

    def __init__(
        self,
        library: Library,
        report: Report,
        cancel: Cancel,
        tell: Tell = to_nobody,
        *,
        side: Callable[[], int] = lambda: thumbnails.SIDE,
    ) -> None:
        """side: says at which longest side, in pixels, photos are decoded."""
        self._library = library
        self._report = report
        self._cancel = cancel
        self._tell = tell
        self._known: dict[bytes, Place] = {}
        self._problems: dict[Path, Problem] = {}
        self._seen: set[bytes] = set()
        self._back: dict[bytes, Place] = {}
        self._hidden: dict[bytes, str] = {}
        self._busy: set[bytes] = set()
        self._standing: set[Path] = set()
        self._new: deque[tuple[File, Folder]] = deque()
        self._movable: dict[int, list[bytes]] = {}
        self._walker = Walker(SUPPORTED)
        self._absent = Absent()
        self._beside = Beside(library)
        self._likeness = Likeness(library, cancel, side)
        self._over = False
        self.result = Scan()

    def scan(self, folders: Sequence[Folder]) -> Scan:
        """All of a scan at once; raises Cancelled between batches."""
        self.survey(folders)
        while self.take() is not None:
            self._cancel.check()
        return self.result

    def survey(self, folders: Sequence[Folder], busy: Iterable[Path] = ()) -> None:
        """Walk the folders and compare; raises Cancelled. busy: files to leave for later."""
        self._busy = {os.fsencode(path) for path in busy}
        home = folder_key(self._library.home)
        walker = Walker(SUPPORTED, {home} if home else set())
        self._known = self._library.photos.places()
        self._problems = {problem.path: problem for problem in self._library.problems.all()}
        self._beside.know_all()
        self._report(Progress(SCAN, 0, 0))
        for folder in folders:
            self._compare(_files_of(folder, walker), folder)
        self._order(walker, folders, everywhere=True)

    def survey_within(self, folders: Sequence[Folder], touched: Touched) -> None:
        """Like `survey`, but only in the touched folders.

        Those that are in none of `folders`, or in a folder that is not there, are passed over.
        """
        self._busy = {os.fsencode(path) for path in touched.busy}
        home = folder_key(self._library.home)
        walker = Walker(SUPPORTED, {home} if home else set(), follow=False)
        around: dict[int, Folder] = {}
        for path, deep in touched.folders.items():
            folder = _innermost(path, folders)
            if folder is None or not os.path.isdir(folder.path) or _is_skipped(path, folder.path):
                continue
            around[folder.id] = folder
            top, photos = os.fsencode(path), self._library.photos
            known = photos.places(path) if deep else photos.places_in(path)
            self._known.update(known)
            self._beside.know(path if deep else known)
            self._beside.know_photos({place.photo_id for place in known.values()})
            # Whether a link leads somewhere new, only a walk through everything can tell.
            if os.path.isdir(top) and (known or not _is_linked(path, folder.path)):
                self._compare(walker.walk(top, deep=deep), folder)
        tops = tuple(below(path)[0] for path, deep in touched.folders.items() if deep)
        self._problems = {
            problem.path: problem
            for problem in self._library.problems.all()
            if problem.path.parent in touched.folders or os.fsencode(problem.path).startswith(tops)
        }
        self._order(walker, list(around.values()), everywhere=False)

    def take(self, most: int = _TOGETHER) -> list[int] | None:
        """Read and record the next files, at most so many; their photos, in order.

        None when there are none left, and what is gone has been dealt with. Raises Cancelled
        between two files; those before are read again then, as nothing of them is recorded.
        """
        batch = [self._new.popleft() for _ in range(min(most, len(self._new)))]
        if batch:
            try:
                return self._record(batch)
            except BaseException:  # for who goes on from here later
                self._new.extendleft(reversed(batch))
                raise
        if not self._over:
            self._finish()
            self._over = True
        return None

    @property
    def left(self) -> int:
        """How many new files there are still to be read."""
        return len(self._new)

    def _compare(self, found: Iterable[File | Trouble], folder: Folder) -> None:
        for batch in _batches(iter(found), _TOGETHER):
            self._cancel.check()
            for item in batch:
                if isinstance(item, Trouble):
                    self._trouble(item)
                    continue
                self._seen.add(item.path)
                if item.path in self._busy:
                    continue
                self.result.files += 1
                place = self._known.get(item.path)
                if place and (place.size, place.mtime_ns) == (item.size, item.mtime_ns):
                    self.result.unchanged += 1
                    self._beside.see(item, place.photo_id)
                    if place.missing:
                        self._back[item.path] = place
                else:
                    self._new.append((item, folder))
            self._report(Progress(SCAN, self.result.files, 0))

    def _order(self, walker: Walker, folders: Sequence[Folder], *, everywhere: bool) -> None:
        """Which files are gone; and the new ones in the order in which to read them."""
        hidden = tuple(below(path)[0] for path in self._hidden)
        offline = tuple(below(one.path)[0] for one in self._library.folders.offline())
        gone: dict[bytes, Place] = {}
        covered: dict[bytes, Place] = {}
        for path, place in self._known.items():
            if path in self._seen:
                continue
            if path.startswith(hidden) or path in self._hidden:
                covered[path] = place
            elif walker.is_gone(path):
                gone[path] = place
        self._absent = Absent(
            everywhere=everywhere,
            folders=[one.path for one in folders],
            hidden=self._hidden,
            mounts=walker.mounts,
            gone=gone,
            covered=covered,
            back=self._back,
        )
        # A file can only have come from where one of its size has gone, so those are read first;
        # then those that are known to be something else, before copies of what they are now.
        for path, place in gone.items():
            if not path.startswith(offline):
                self._movable.setdefault(place.photo_id, []).append(path)
        sizes = {place.size for place in gone.values()}
        self._new = deque(
            sorted(
                self._new,
                key=lambda one: (
                    one[0].size not in sizes,
                    one[0].path not in self._known,
                    -one[0].mtime_ns,
                    one[0].path,
                ),
            )
        )
        self._walker = walker
        self.result.ids += self._beside.settle()
        self._report(Progress(SCAN, self.result.files, self.result.files))

    def _record(self, batch: Sequence[tuple[File, Folder]]) -> list[int]:
        read: list[tuple[File, Found]] = []
        hashes = self._hashes([file for file, _ in batch])
        for (file, folder), hashed in zip(batch, hashes, strict=True):
            path = as_path(file.path)
            if hashed is None:
                self._leave(path)
            elif isinstance(hashed, str):
                self._put(path, hashed, file)
            else:
                read.append((file, Found(path, *hashed, folder.id)))
        taken = self._compared(read)
        found = [one for _, one in taken]
        readable = [as_path(file.path) for file, _ in taken]
        with self._library.transaction():
            ids = self._library.photos.record_many(found)
            self._beside.know_photos(ids)
            for (file, _), photo_id in zip(taken, ids, strict=True):
                for left in self._movable.get(photo_id, ())[:1]:
                    self._beside.follow(left, file.path)
                self._beside.see(file, photo_id)
            self._write_anew(one.shows for one in found if one.shows is not None)
            moved = [path for one in set(ids) for path in self._movable.pop(one, ())]
            self._library.photos.forget_places(moved)
            for left in moved:
                self._beside.leave(left)
            self._beside.settle()
            self._library.problems.clear_many(
                [path for path in readable if self._problems.pop(path, None) is not None]
            )
        for left in moved:
            del self._absent.gone[left]
        self.result.added += len(found)
        self.result.ids += ids
        if ids:
            self._tell(Change.of(PHOTOS, photos=ids))
        failed = self._unreadable
        for path, one, photo_id in zip(readable, found, ids, strict=True):
            if photo_id in failed:  # a copy of a file that is known to be unreadable
                self._put(path, failed[photo_id], File(b"", one.size, one.mtime_ns))
            elif not is_utf8(path):
                self._note(path, File(b"", one.size, one.mtime_ns))
        return ids

    def _write_anew(self, photo_ids: Iterable[int]) -> None:
        """Photos of which a file holds other words now: those of all their files count anew."""
        photos = self._library.photos.many(list(photo_ids))
        self._beside.write_anew(photos)
        for photo in photos.values():
            for path in photo.paths:
                place = self._library.photos.place(path)
                if place is not None and not place.missing:
                    key = os.fsencode(path)
                    file = File(key, place.size, place.mtime_ns, sidecars.sign(key))
                    self._beside.see(file, photo.id)

    def _compared(self, read: Sequence[tuple[File, Found]]) -> list[tuple[File, Found]]:
        """The same files, with the photos they still show where they were only written anew;
        without those that are being written right now."""
        before = {
            one: place.photo_id for file, one in read if (place := self._known.get(file.path))
        }
        shown = self._likeness.of(before)
        compared = []
        for file, one in read:
            if shown.get(one, one) is None:
                self._leave(as_path(file.path))
            else:
                compared.append((file, replace(one, shows=shown.get(one))))
        return compared

    def _leave(self, path: Path) -> None:
        self.result.unsettled.append(path)
        self.result.notes.append((path, STILL_WRITTEN))

    def _hashes(self, files: Sequence[File]) -> list[tuple[str, int, int] | str | None]:
        """What `_hash` says of each; leaves off where the work is stopped, as videos take long."""
        with ThreadPoolExecutor(2, thread_name_prefix="hashing") as pool:
            try:
                waiting = [pool.submit(_hash, file) for file in files]
                hashes = []
                for one in waiting:
                    self._cancel.check_within()
                    hashes.append(one.result())
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return hashes

    @cached_property
    def _unreadable(self) -> dict[int, str]:
        """Contents known to be unreadable, with the reason."""
        failures = self._library.stages.failures()
        return {one.photo_id: one.reason for one in failures if one.stage == stages.READ}

    def _note(self, path: Path, file: File) -> None:
        shown = os.fsencode(path).decode("utf-8", "replace")
        reason = f"Its name is not valid UTF-8; it is indexed, and shown as {shown}."
        self._library.problems.put(path, reason, file.size, file.mtime_ns)
        self.result.notes.append((path, reason))

    def _trouble(self, trouble: Trouble) -> None:
        if trouble.hides:
            self._hidden[trouble.path] = trouble.reason
        self._put(as_path(trouble.path), trouble.reason, None)

    def _put(self, path: Path, reason: str, file: File | None) -> None:
        """Record a problem; the same one with the same file is not news."""
        size, mtime_ns = (file.size, file.mtime_ns) if file else (None, None)
        self._standing.add(path)
        old = self._problems.get(path)
        if old and (old.reason, old.size, old.mtime_ns) == (reason, size, mtime_ns):
            return
        self._library.problems.put(path, reason, size, mtime_ns)
        self.result.troubles.append((path, reason))
        self._tell(news.Trouble(path, reason))
        self._tell(Change.of(PROBLEMS))

    def _finish(self) -> None:
        """Let go of what is gone for certain, never of what only cannot be seen right now."""
        settled = settle(self._library, self._absent)
        self.result.trashed = len(settled.trashed)
        for path, reason in settled.offline.items():
            self._put(path, reason, None)
        if settled.changed:
            self._tell(Change.of(PHOTOS, photos=settled.changed))
        hidden = tuple(below(path)[0] for path in self._hidden)
        over = [
            path
            for path, problem in self._problems.items()
            if path not in self._standing
            and not os.fsencode(path).startswith(hidden)
            # What a scan itself finds in the way is found again for as long as it is there.
            and (problem.size is None or self._is_gone(os.fsencode(path)))
        ]
        self._library.problems.clear_many(over)
        if over:
            self._tell(Change.of(PROBLEMS))

    def _is_gone(self, path: bytes) -> bool:
        return path not in self._seen and self._walker.is_gone(path)


def _files_of(folder: Folder, walker: Walker) -> Iterator[File | Trouble]:
    """A folder's files; a single photo that was taught may stand in a folder's place."""
    top = os.fsencode(folder.path)
    if not os.path.isfile(top):
        yield from walker.walk(top)
        return
    try:
        found = os.stat(top)
        yield File(top, found.st_size, found.st_mtime_ns, sidecars.sign(top))
    except OSError:
        yield Trouble(top, "It cannot be read right now.", hides=True)


def _innermost(path: Path, folders: Sequence[Folder]) -> Folder | None:
    """The folder of the library that a path is in or is itself."""
    around = [one for one in folders if one.path == path or one.path in path.parents]
    return max(around, key=lambda one: len(one.path.parts), default=None)


def _is_skipped(path: Path, top: Path) -> bool:
    return any(is_skipped(os.fsencode(part)) for part in path.relative_to(top).parts)


def _is_linked(path: Path, top: Path) -> bool:
    return path != top and (os.path.islink(path) or _is_linked(path.parent, top))


def _hash(file: File) -> tuple[str, int, int] | str | None:
    """A file's content hash, size and time; why it cannot be read; None while it is changing."""
    path = as_path(file.path)
    try:
        read = read_file(path)
        now = os.stat(path)
    except PhotoError as error:
        return str(error)
    except OSError:
        return None
    if (now.st_size, now.st_mtime_ns) != (read.size, read.mtime_ns):
        return None
    return read.content_hash, read.size, read.mtime_ns


def is_utf8(path: Path) -> bool:
    """Whether a path can be shown as it is."""
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _batches(items: Iterator[File | Trouble], size: int) -> Iterator[list[File | Trouble]]:
    take: Callable[[], list[File | Trouble]] = lambda: list(islice(items, size))  # noqa: E731
    return iter(take, [])
