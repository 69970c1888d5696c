"""Walking folders: every file that may be a photo, each folder once, whatever links do."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from engine.photos import live

SKIPPED_FOLDERS = frozenset(
    {
        b"@eaDir",  # Synology's own thumbnails
        b"#recycle",
        b"#snapshot",
        b"$RECYCLE.BIN",
        b"System Volume Information",
        b"lost+found",
        b"__MACOSX",
    }
)

FOLDER_LIKE_A_PHOTO = "It is a folder, although its name ends like that of a photo."

FolderKey = tuple[int, int]
"""Device and inode: the same folder through any name or link."""


@dataclass(frozen=True)
class File:
    """A file whose name says photo: its path, size in bytes, and modification time."""

    path: bytes
    size: int
    mtime_ns: int


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


def walk(
    top: bytes, extensions: Collection[str], visited: set[FolderKey]
) -> Iterator[File | Trouble]:
    """Files below `top` with one of the extensions (".jpg"), in the order of their names.

    `visited` holds the folders not to enter, and collects those entered: a link that leads back,
    or a folder added twice, is walked once.
    """
    wanted = {os.fsencode(one.lower()) for one in extensions}
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        key = folder_key(folder)
        if key is not None and key in visited:
            continue
        try:
            with os.scandir(folder) as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            yield Trouble(folder, _why_folder(error), hides=True)
            continue
        if key is not None:
            visited.add(key)
        below: list[bytes] = []
        moving = live.movies(entry.name for entry in listed)
        for entry in listed:
            if entry.name.startswith(b".") or entry.name in SKIPPED_FOLDERS:
                continue
            named_photo = os.path.splitext(entry.name)[1].lower() in wanted
            try:
                if entry.is_dir():
                    below.append(entry.path)
                    if named_photo:
                        yield Trouble(entry.path, FOLDER_LIKE_A_PHOTO)
                elif named_photo and not _belongs_to_a_still(entry, moving):
                    yield _file(entry)
            except OSError as error:
                yield Trouble(entry.path, _why_file(error))
        waiting.extend(reversed(below))


def _belongs_to_a_still(entry: os.DirEntry[bytes], moving: Collection[bytes]) -> bool:
    """Whether a file is the movie of a Live Photo, so that it is no photo of its own."""
    if entry.name not in moving:
        return False
    found = entry.stat()
    return stat.S_ISREG(found.st_mode) and live.is_moment(entry.path, found.st_size)


def _file(entry: os.DirEntry[bytes]) -> File | Trouble:
    found = entry.stat()
    if not stat.S_ISREG(found.st_mode):
        return Trouble(entry.path, "It is not an ordinary file but a pipe, a socket or a device.")
    return File(entry.path, found.st_size, found.st_mtime_ns)


def _why_folder(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "Familiar is not allowed to look into this folder."
    if isinstance(error, FileNotFoundError):
        return "It is not there right now; what is known about its photos is kept."
    return f"This folder cannot be read ({error.strerror or type(error).__name__})."


def _why_file(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "It is a link to a file that is not there."
    if isinstance(error, PermissionError):
        return "Familiar is not allowed to read it; its permissions forbid that."
    return f"It cannot be read ({error.strerror or type(error).__name__})."
