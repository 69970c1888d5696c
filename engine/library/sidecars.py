"""What lay beside photos' files when it was last read, so that a change of it is noticed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.library.identity import AnyPath, below, path_key
from engine.library.store import Store


class Sidecars:
    """Table of signs in index.db, by the path of the photo's file; see `photos.sidecars.sign`."""

    def __init__(self, index: Store) -> None:
        self._index = index

    def all(self, folder: AnyPath | None = None) -> dict[bytes, str]:
        """The signs of all files, or of those below a folder; those without one are absent."""
        if folder is None:
            return dict(self._index.rows("SELECT path, sign FROM sidecars"))
        return dict(
            self._index.rows(
                "SELECT path, sign FROM sidecars WHERE path >= ? AND path < ?", below(folder)
            )
        )

    def of(self, paths: Iterable[AnyPath]) -> dict[bytes, str]:
        """Likewise of some files."""
        with self._index.snapshot():
            return {
                row[0]: row[1]
                for path in paths
                for row in self._index.rows(
                    "SELECT path, sign FROM sidecars WHERE path = ?", (path_key(path),)
                )
            }

    def put_many(self, signs: Mapping[bytes, str]) -> None:
        """Remember these signs; an empty one is forgotten."""
        with self._index.transaction():
            self._index.many("DELETE FROM sidecars WHERE path = ?", [(path,) for path in signs])
            self._index.many(
                "INSERT INTO sidecars VALUES (?, ?)", [one for one in signs.items() if one[1]]
            )
