"""What a downloaded pack consists of, written down beside it: every file with its SHA-256."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.progress import Cancel

NAME = "manifest.json"

_CHUNK = 1 << 20
_SHA256_LENGTH = 64


@dataclass(frozen=True)
class StoredFile:
    """A file, by its path in the pack's folder, with its size in bytes and SHA-256 in hex."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class StoredPart:
    """The files of one repository, and the commit its branch stood for when they came."""

    repository: str
    revision: str
    commit: str
    files: tuple[StoredFile, ...]


@dataclass(frozen=True)
class Manifest:
    """A pack's parts."""

    parts: tuple[StoredPart, ...]

    @property
    def files(self) -> list[StoredFile]:
        """The files of all parts."""
        return [file for part in self.parts for file in part.files]

    @classmethod
    def read(cls, folder: Path) -> Manifest | None:
        """The manifest in a pack's folder; None when there is none, or none that can be used."""
        try:
            found = json.loads((folder / NAME).read_text("utf-8"))
            return cls(
                tuple(
                    StoredPart(
                        str(part["repository"]),
                        str(part["revision"]),
                        str(part["commit"]),
                        tuple(
                            StoredFile(str(file["path"]), int(file["size"]), str(file["sha256"]))
                            for file in part["files"]
                        ),
                    )
                    for part in found["parts"]
                )
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, folder: Path) -> None:
        """Write it, safely on the disk when this returns."""
        with (folder / NAME).open("w", encoding="utf-8") as file:
            json.dump(asdict(self), file, indent=1)
            file.flush()
            os.fsync(file.fileno())


def matches(
    path: Path, digest: str, cancel: Cancel, advance: Callable[[int], None] = lambda _: None
) -> bool:
    """Whether a file's content has this digest: a SHA-256, or git's SHA-1 of a blob, in hex.

    advance: told of the bytes as they are read.
    """
    if len(digest) == _SHA256_LENGTH:
        state = hashlib.sha256()
    else:
        state = hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            cancel.check()
            state.update(chunk)
            advance(len(chunk))
    return state.hexdigest() == digest


def sha256_of(path: Path, digest: str) -> str:
    """A checked file's SHA-256: its digest if that is one, else computed."""
    if len(digest) == _SHA256_LENGTH:
        return digest
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def bytes_below(folder: Path) -> int:
    """The size of all files in a folder and below it; links count nothing and are not followed."""
    paths = (Path(top) / name for top, _, names in os.walk(folder) for name in names)
    return sum(path.lstat().st_size for path in paths if not path.is_symlink())


def links_below(folder: Path) -> Sequence[Path]:
    """Symbolic links in a folder and below it; none is followed."""
    paths = (
        Path(top) / name for top, folders, names in os.walk(folder) for name in folders + names
    )
    return [path for path in paths if path.is_symlink()]
