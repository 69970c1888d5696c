"""The folders whose photos belong to the library."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.library.absence import Absence, Offline
from engine.library.identity import AnyPath, as_path, now, path_key
from engine.library.store import Store


@dataclass(frozen=True)
class Folder:
    """A folder the owner added; its photos are found by looking, never moved or changed."""

    id: int
    path: Path
    added_at: str


class Folders:
    """Table of folders in library.db."""

    def __init__(self, catalogue: Store, absence: Absence) -> None:
        self._catalogue = catalogue
        self._absence = absence

    def add(self, path: AnyPath) -> Folder:
        """Add a folder, or return it if it is there already."""
        key = path_key(path)
        with self._catalogue.transaction():
            self._catalogue.run(
                "INSERT OR IGNORE INTO folders (path, added_at) VALUES (?, ?)", (key, now())
            )
            row = self._catalogue.row(
                "SELECT id, path, added_at FROM folders WHERE path = ?", (key,)
            )
        assert row is not None
        return Folder(row[0], as_path(row[1]), row[2])

    def all(self) -> list[Folder]:
        """Every folder, in the order they were added."""
        rows = self._catalogue.rows("SELECT id, path, added_at FROM folders ORDER BY id")
        return [Folder(number, as_path(path), added) for number, path, added in rows]

    def offline(self) -> list[Offline]:
        """Those, or folders inside them, whose photos are away right now, each with the reason;
        `Absence.away` says which photos these are."""
        return self._absence.offline()
