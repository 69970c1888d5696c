"""Walking folders: every file that may be a photo, each folder once, whatever links do."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from engine.photos import live, sidecars

SKIPPED_FOLDERS = frozenset(
    {
        b"@eaDir",  # Synology's own thumbnails
        b"@Recycle",
        b"@Recently-Snapshot",
        b"#recycle",
        b"#snapshot",
        b"$RECYCLE.BIN",
        b"System Volume Information",
        b"lost+found",
        b"__MACOSX",
    }
)
_SKIPPED_ENDINGS = (b".lrdata",)  # Lightroom's previews
_CACHE = b"CACHEDIR.TAG"
"""A folder that holds this file is a cache, by the Cache Directory Tagging Specification."""

FOLDER_LIKE_A_PHOTO = "It is a folder, although its name ends like that of a photo."
NOT_THERE = "It is not there right now; what is known about its photos is kept."

FolderKey = tuple[int, int]
"""Device and inode: the same folder through any name or link."""


@dataclass(frozen=True)
class File:
    """A file whose name says photo: its path, size in bytes, and modification time; beside: what
    its sidecars are like (see `sidecars.sign`)."""

    path: bytes
    size: int
    mtime_ns: int
    beside: str = ""


@dataclass(frozen=True)
class Trouble:
    """Something at `path` that cannot be taken, and why, in a sentence.

    `hides`: a folder that could not be looked into, so what lies below it is unknown, not gone.
    """

    path: bytes
    reason: str
    hides: bool = False


def folder_key(path: bytes | str | os.PathLike[str]) -> FolderKey | None:
    """The key of a folder, or None when it is not there."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def is_skipped(name: bytes) -> bool:
    """Whether files and folders of this name are none of the owner's photos."""
    return name.startswith(b".") or name in SKIPPED_FOLDERS or name.endswith(_SKIPPED_ENDINGS)


class Walker:
    """Walks some folders, and knows afterwards where it has been.

    listed: folders whose every entry was seen; folders: those met on the way, entered or not;
    mounts: those of them that lie on another file system than the folder around them; links:
    those that were reached through a link.
    """

    def __init__(
        self, extensions: Collection[str], skipped: Iterable[FolderKey] = (), *, follow: bool = True
    ) -> None:
        """extensions: ".jpg"; skipped: folders not to enter; follow: whether links to folders are
        entered."""
        self._wanted = {os.fsencode(one.lower()) for one in extensions}
        self._visited = set(skipped)
        self._follow = follow
        self.listed: set[bytes] = set()
        self.folders: set[bytes] = set()
        self.mounts: set[bytes] = set()
        self.links: set[bytes] = set()

    def walk(self, top: bytes, *, deep: bool = True) -> Iterator[File | Trouble]:
        """Files in `top` and, if `deep`, below it, in the order of their names.

        A link that leads back, or a folder met before, is walked once.
        """
        waiting: list[tuple[bytes, int | None]] = [(top, None)]
        while waiting:
            folder, around = waiting.pop()
            key = folder_key(folder)
            if key is not None and key in self._visited:
                continue
            try:
                with os.scandir(folder) as entries:
                    listed = sorted(entries, key=lambda entry: entry.name)
            except OSError as error:
                yield Trouble(folder, _why_folder(error), hides=True)
                continue
            if key is not None:
                self._visited.add(key)
                if around is not None and around != key[0]:
                    self.mounts.add(folder)
            if any(entry.name == _CACHE for entry in listed):
                continue
            self.listed.add(folder)
            below: list[bytes] = []
            yield from self._take(listed, below)
            if deep:
                waiting.extend((one, key and key[0]) for one in reversed(below))

    def _take(
        self, listed: Sequence[os.DirEntry[bytes]], below: list[bytes]
    ) -> Iterator[File | Trouble]:
        """The files among a folder's entries; the folders among them go into `below`."""
        moving = live.movies(entry.name for entry in listed)
        beside = {entry.name for entry in listed if entry.name.endswith(sidecars.ENDINGS)}
        for entry in listed:
            if is_skipped(entry.name):
                continue
            named_photo = os.path.splitext(entry.name)[1].lower() in self._wanted
            try:
                if entry.is_dir():
                    self.folders.add(entry.path)
                    if entry.is_symlink():
                        self.links.add(entry.path)
                    if self._follow or not entry.is_symlink():
                        below.append(entry.path)
                    if named_photo:
                        yield Trouble(entry.path, FOLDER_LIKE_A_PHOTO)
                elif named_photo and not _belongs_to_a_still(entry, moving):
                    yield _file(entry, beside)
            except OSError as error:
                yield Trouble(entry.path, _why_file(error))

    def is_gone(self, path: bytes) -> bool:
        """Whether nothing of this very name is there, as far as this walk can tell.

        Where a folder was listed its entries say so: a file system that takes no notice of case
        would claim that a file is still there under the name it had before.
        """
        folder = os.path.dirname(path)
        if folder in self.listed:
            return True
        while (around := os.path.dirname(folder)) != folder:
            if around in self.listed:
                return folder not in self.folders or not os.path.lexists(path)
            folder = around
        return not os.path.lexists(path)


def _belongs_to_a_still(entry: os.DirEntry[bytes], moving: Collection[bytes]) -> bool:
    """Whether a file is the movie of a Live Photo, so that it is no photo of its own."""
    if entry.name not in moving:
        return False
    found = entry.stat()
    return stat.S_ISREG(found.st_mode) and live.is_moment(entry.path, found.st_size)


def _file(entry: os.DirEntry[bytes], beside: Collection[bytes]) -> File | Trouble:
    found = entry.stat()
    if not stat.S_ISREG(found.st_mode):
        return Trouble(entry.path, "It is not an ordinary file but a pipe, a socket or a device.")
    sign = sidecars.sign(entry.path, beside) if beside else ""
    return File(entry.path, found.st_size, found.st_mtime_ns, sign)


def _why_folder(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "Familiar is not allowed to look into this folder."
    if isinstance(error, FileNotFoundError):
        return NOT_THERE
    return f"This folder cannot be read ({error.strerror or type(error).__name__})."


def _why_file(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "It is a link to a file that is not there."
    if isinstance(error, PermissionError):
        return "Familiar is not allowed to read it; its permissions forbid that."
    return f"It cannot be read ({error.strerror or type(error).__name__})."
