"""Files of folders that the owner took out of the library, as they were: for when they return."""

# ruff: noqa: S608 (put together from this package's constants; values are always bound)

from __future__ import annotations

import threading
from collections.abc import Callable

from engine.library.identity import below
from engine.library.store import Store

_COLUMNS = "path, photo_id, folder_id, size, mtime_ns, missing_since, kept"
_REMOVED = "folder_id IN (SELECT id FROM folders WHERE removed_at IS NOT NULL)"
_WITHIN = "(path = ? OR path >= ? AND path < ?)"


class PutAway:
    """Table of files put away in library.db.

    What lies in a folder that was taken out is put away, unless another folder of the library
    holds it too. Everything said and made of these photos stays as it is.
    """

    def __init__(self, catalogue: Store) -> None:
        self._catalogue = catalogue
        self._last = threading.local()

    def sort(self) -> None:
        """Put away what is in no folder of the library, and bring back what is in one again.

        Costs next to nothing where no folder was taken out.
        """
        with self._catalogue.transaction():
            kept, removed = self._folders()
            put_away = self._catalogue.row("SELECT 1 FROM put_away LIMIT 1") is not None
            if not removed and not put_away:
                return
            for number, path in sorted(kept, key=lambda one: -len(one[1])):
                within = (path, *below(path))
                self._catalogue.run(
                    f"UPDATE places SET folder_id = ? WHERE {_REMOVED} AND {_WITHIN}",
                    (number, *within),
                )
                self._catalogue.run(
                    f"INSERT OR IGNORE INTO places ({_COLUMNS})"
                    f" SELECT {_COLUMNS.replace('folder_id', '?')} FROM put_away WHERE {_WITHIN}",
                    (number, *within),
                )
                self._catalogue.run(f"DELETE FROM put_away WHERE {_WITHIN}", within)
            self._catalogue.run(
                f"INSERT OR REPLACE INTO put_away ({_COLUMNS})"
                f" SELECT {_COLUMNS} FROM places WHERE {_REMOVED}"
            )
            self._catalogue.run(f"DELETE FROM places WHERE {_REMOVED}")

    def photos(self) -> set[int]:
        """The photos that are known and lie nowhere in the library: their folders were taken out,
        their files were deleted, or hold another picture since they were edited."""
        moment = self._catalogue.moment()
        if getattr(self._last, "moment", None) != moment:
            rows = self._catalogue.rows(
                "SELECT id FROM photos WHERE id NOT IN (SELECT photo_id FROM places)"
            )
            self._last.photos, self._last.moment = frozenset(row[0] for row in rows), moment
        return set(self._last.photos)

    def hiding(self) -> Callable[[bytes], bool]:
        """Says of a path whether it lies in a folder that was taken out and in none that is in the
        library."""
        kept, removed = self._folders()
        return lambda path: _holds(removed, path) and not _holds(kept, path)

    def _folders(self) -> tuple[list[tuple[int, bytes]], list[tuple[int, bytes]]]:
        """The library's folders, and those that were taken out: (id, path)."""
        rows = self._catalogue.rows("SELECT id, path, removed_at IS NOT NULL FROM folders")
        kept = [(number, path) for number, path, removed in rows if not removed]
        return kept, [(number, path) for number, path, removed in rows if removed]


def _holds(folders: list[tuple[int, bytes]], path: bytes) -> bool:
    return any(path == folder or path.startswith(below(folder)[0]) for _, folder in folders)
