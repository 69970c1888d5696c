"""Files that could not be read, or that need a word, each with the reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from engine.library.identity import AnyPath, as_path, now, path_key
from engine.library.put_away import PutAway
from engine.library.store import Store


@dataclass(frozen=True)
class Problem:
    """size and mtime_ns are the file's when it was tried, None if it had none to tell."""

    path: Path
    reason: str
    size: int | None
    mtime_ns: int | None
    noticed_at: str


class Problems:
    """Table of problems in index.db, at most one per path.

    The size and time say whether a file has changed since, and so is worth another try.
    """

    def __init__(self, index: Store, put_away: PutAway) -> None:
        self._index = index
        self._put_away = put_away

    def put(
        self, path: AnyPath, reason: str, size: int | None = None, mtime_ns: int | None = None
    ) -> None:
        """Note a problem with a file, in place of an older one."""
        self._index.run(
            "INSERT OR REPLACE INTO problems VALUES (?, ?, ?, ?, ?)",
            (path_key(path), reason, size, mtime_ns, now()),
        )

    def clear(self, path: AnyPath) -> None:
        """The file is fine now."""
        self.clear_many([path])

    def clear_many(self, paths: Iterable[AnyPath]) -> None:
        """Like `clear` for many, in one transaction."""
        self._index.many(
            "DELETE FROM problems WHERE path = ?", [(path_key(path),) for path in paths]
        )

    def all(self) -> list[Problem]:
        """Every problem, by path, but for those in folders that were taken out."""
        hidden = self._put_away.hiding()
        return [
            Problem(as_path(row[0]), *row[1:])
            for row in self._index.rows("SELECT * FROM problems ORDER BY path")
            if not hidden(row[0])
        ]

    def count(self) -> int:
        """How many files have one."""
        return len(self.all())

    def for_paths(self, paths: Iterable[AnyPath]) -> dict[Path, Problem]:
        """The problems of these files, by path."""
        found = {}
        for path in paths:
            row = self._index.row("SELECT * FROM problems WHERE path = ?", (path_key(path),))
            if row is not None:
                found[as_path(row[0])] = Problem(as_path(row[0]), *row[1:])
        return found
