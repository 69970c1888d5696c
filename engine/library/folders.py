"""The folders whose photos belong to the library."""

# ruff: noqa: S608 (put together from this package's constants; values are always bound)

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.errors import UsageError
from engine.library.absence import Absence, Offline
from engine.library.identity import AnyPath, as_path, now, path_key
from engine.library.put_away import PutAway
from engine.library.store import Row, Store

_COLUMNS = "id, path, added_at"
_NONE = "There is no such folder in the library."


@dataclass(frozen=True)
class Folder:
    """A folder the owner added; its photos are found by looking, never moved or changed."""

    id: int
    path: Path
    added_at: str


class Folders:
    """Table of folders in library.db."""

    def __init__(self, catalogue: Store, absence: Absence, put_away: PutAway) -> None:
        self._catalogue = catalogue
        self._absence = absence
        self._put_away = put_away

    def add(self, path: AnyPath) -> Folder:
        """Add a folder, or return it if it is there already. One that was taken out is back with
        all its photos."""
        key = path_key(path)
        with self._catalogue.transaction():
            self._catalogue.run(
                "INSERT INTO folders (path, added_at) VALUES (?, ?)"
                " ON CONFLICT (path) DO UPDATE SET removed_at = NULL",
                (key, now()),
            )
            self._put_away.sort()
            row = self._catalogue.row(f"SELECT {_COLUMNS} FROM folders WHERE path = ?", (key,))
        assert row is not None
        return _folder(row)

    def remove(self, folder_id: int) -> None:
        """Take a folder out of the library; `restore` or `add` brings it back.

        Its photos go with it, unless another folder of the library holds them too. All that was
        said and made of them stays stored, and the files are not touched.
        """
        with self._catalogue.transaction():
            changed = self._catalogue.run(
                "UPDATE folders SET removed_at = ? WHERE id = ? AND removed_at IS NULL",
                (now(), folder_id),
            )
            if not changed:
                raise UsageError(_NONE)
            self._put_away.sort()

    def restore(self, folder_id: int) -> Folder:
        """Undo `remove`: the folder's photos are in the library again, as they were."""
        row = self._catalogue.row("SELECT path FROM folders WHERE id = ?", (folder_id,))
        if row is None:
            raise UsageError(_NONE)
        return self.add(row[0])

    def all(self) -> list[Folder]:
        """Every folder of the library, in the order they were added."""
        rows = self._catalogue.rows(
            f"SELECT {_COLUMNS} FROM folders WHERE removed_at IS NULL ORDER BY id"
        )
        return [_folder(row) for row in rows]

    def offline(self) -> list[Offline]:
        """Those, or folders inside them, whose photos are away right now, each with the reason;
        `Absence.away` says which photos these are."""
        return self._absence.offline()


def _folder(row: Row) -> Folder:
    return Folder(row[0], as_path(row[1]), row[2])
