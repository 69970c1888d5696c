"""Photos whose files the owner deleted: out of the library, and for thirty days to be had back."""

# ruff: noqa: S608 (put together from this package's constants; values are always bound)

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from engine.library.identity import AnyPath, as_path, now, path_key
from engine.library.put_away import PutAway
from engine.library.store import Store, id_list

DAYS = 30
"""How long a photo can be had back."""

_COLUMNS = "path, photo_id, folder_id, size, mtime_ns"


@dataclass(frozen=True)
class Trashed:
    """A photo that left the library, where its file lay, and when it left (ISO 8601, UTC)."""

    photo_id: int
    path: Path
    trashed_at: str


class Trash:
    """Table of trash in library.db. A file that comes back takes its photo out by itself.

    What the owner said of a photo is kept for ever, in the trash and after it.
    """

    def __init__(self, catalogue: Store, put_away: PutAway) -> None:
        self._catalogue = catalogue
        self._put_away = put_away

    def put(self, paths: Iterable[AnyPath]) -> None:
        """Files that are gone for good: their photos leave the library unless they lie elsewhere
        too."""
        keys = [(path_key(path),) for path in paths]
        moment = now()
        with self._catalogue.transaction():
            self._catalogue.many(
                f"INSERT OR REPLACE INTO trash ({_COLUMNS}, trashed_at)"
                f" SELECT {_COLUMNS}, ? FROM places WHERE path = ?"
                " AND NOT EXISTS (SELECT 1 FROM places AS other WHERE"
                " other.photo_id = places.photo_id AND other.missing_since IS NULL)",
                [(moment, *key) for key in keys],
            )
            self._catalogue.many("DELETE FROM places WHERE path = ?", keys)

    def all(self) -> list[Trashed]:
        """What can be had back, the last deleted first."""
        rows = self._catalogue.rows(
            "SELECT photo_id, path, trashed_at FROM trash ORDER BY trashed_at DESC, path"
        )
        hidden = self._put_away.hiding()
        return [Trashed(photo, as_path(path), at) for photo, path, at in rows if not hidden(path)]

    def restore(self, photo_ids: Iterable[int]) -> int:
        """Photos into the library again, as ones whose files are away; how many there were.

        They stay in it from now on, whether or not their files come back.
        """
        wanted = id_list(photo_ids)
        among = "photo_id IN (SELECT value FROM json_each(?))"
        with self._catalogue.transaction():
            row = self._catalogue.row(
                f"SELECT count(DISTINCT photo_id) FROM trash WHERE {among}", (wanted,)
            )
            self._catalogue.run(
                f"INSERT OR IGNORE INTO places ({_COLUMNS}, missing_since, kept)"
                f" SELECT {_COLUMNS}, ?, 1 FROM trash WHERE {among}",
                (now(), wanted),
            )
            # One whose place another picture has taken meanwhile stays in the trash.
            self._catalogue.run(
                f"DELETE FROM trash WHERE {among} AND photo_id IN (SELECT photo_id FROM places)",
                (wanted,),
            )
            self._put_away.sort()
        return 0 if row is None else int(row[0])

    def expire(self, moment: datetime.datetime | None = None) -> int:
        """Let go of what has been in it for thirty days; how many files.

        moment: now, unless told otherwise. A clock that was set back only makes it take longer.
        """
        moment = moment or datetime.datetime.now(datetime.UTC)
        before = moment - datetime.timedelta(days=DAYS)
        return self._catalogue.run(
            "DELETE FROM trash WHERE trashed_at < ?", (before.isoformat(timespec="microseconds"),)
        )
