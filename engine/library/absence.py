"""What is not there right now: files that scans do not find, and folders that are offline."""

# ruff: noqa: S608 (put together from this package's constants; values are always bound)

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.library.identity import AnyPath, as_path, below, path_key
from engine.library.put_away import PutAway
from engine.library.store import Row, Store, id_list


@dataclass(frozen=True)
class Missing:
    """A file that is not found: its path as bytes, its photo, and since when (ISO 8601, UTC).

    kept: the owner wants its photo in the library all the same.
    """

    path: bytes
    photo_id: int
    since: str
    kept: bool


@dataclass(frozen=True)
class Offline:
    """A folder whose photos are away; they stay in the library as they are.

    since: ISO 8601, UTC; reason: a sentence; known: how many files it held when it went away.
    """

    path: Path
    since: str
    reason: str
    known: int


class Absence:
    """Marks on places and the table of offline folders, in library.db; what scans remember of
    drives, in index.db."""

    def __init__(self, catalogue: Store, index: Store, put_away: PutAway) -> None:
        self._catalogue = catalogue
        self._index = index
        self._put_away = put_away

    def away(self, ids: Sequence[int] | None = None) -> set[int]:
        """The photos, among `ids` or of all, none of whose files is there right now.

        Costs as much as there are missing files, however large the library.
        """
        which = ""
        values: Row = ()
        if ids is not None:
            which = " AND photo_id IN (SELECT value FROM json_each(?))"
            values = (id_list(ids),)
        rows = self._catalogue.rows(
            "SELECT DISTINCT photo_id FROM places AS lost WHERE missing_since IS NOT NULL"
            f"{which} AND NOT EXISTS (SELECT 1 FROM places"
            " WHERE photo_id = lost.photo_id AND missing_since IS NULL)",
            values,
        )
        return {row[0] for row in rows}

    def missing(self, folder: AnyPath | None = None) -> list[Missing]:
        """Every file that is not found, below a folder or at all."""
        condition = ""
        values: Row = ()
        if folder is not None:
            condition = " AND (path = ? OR path >= ? AND path < ?)"
            values = (path_key(folder), *below(folder))
        rows = self._catalogue.rows(
            # Left to itself SQLite goes through all that is below the folder, however little of it
            # is missing.
            "SELECT path, photo_id, missing_since, kept FROM places INDEXED BY places_missing"
            f" WHERE missing_since IS NOT NULL{condition}",
            values,
        )
        return [Missing(path, photo, since, bool(kept)) for path, photo, since, kept in rows]

    def miss(self, paths: Iterable[AnyPath], moment: str) -> None:
        """Mark files as not found; those that were missing before stay so since then."""
        self._catalogue.many(
            "UPDATE places SET missing_since = ? WHERE path = ? AND missing_since IS NULL",
            [(moment, path_key(path)) for path in paths],
        )

    def found(self, paths: Iterable[AnyPath]) -> None:
        """Take the mark off files that are there again."""
        self._catalogue.many(
            "UPDATE places SET missing_since = NULL, kept = 0 WHERE path = ?",
            [(path_key(path),) for path in paths],
        )

    def offline(self) -> list[Offline]:
        """The folders that are offline, by path."""
        hidden = self._put_away.hiding()
        return [
            Offline(as_path(row[0]), *row[1:])
            for row in self._catalogue.rows("SELECT * FROM offline ORDER BY path")
            if not hidden(row[0])
        ]

    def put_offline(self, folders: Iterable[Offline]) -> None:
        """Note that folders are offline, in place of what was known of them."""
        self._catalogue.many(
            "INSERT OR REPLACE INTO offline VALUES (?, ?, ?, ?)",
            [(path_key(one.path), one.since, one.reason, one.known) for one in folders],
        )

    def end_offline(self, folders: Iterable[AnyPath]) -> None:
        """Note that folders are back."""
        self._catalogue.many(
            "DELETE FROM offline WHERE path = ?", [(path_key(path),) for path in folders]
        )

    def mounts(self) -> list[bytes]:
        """Folders inside the library's that were drives of their own when last scanned."""
        row = self._index.row("SELECT value FROM about WHERE key = 'mounts'")
        try:
            return [os.fsencode(path) for path in json.loads(row[0])] if row else []
        except ValueError:  # damaged; the next scan notes them again
            return []

    def put_mounts(self, folders: Iterable[bytes]) -> None:
        """Remember those folders, in place of the ones before."""
        paths = sorted(os.fsdecode(path) for path in folders)
        if paths or self.mounts():
            self._index.run(
                "INSERT OR REPLACE INTO about VALUES ('mounts', ?)", (json.dumps(paths),)
            )
