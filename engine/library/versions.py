"""Short numbers for the long names of model versions."""

from __future__ import annotations

from engine.library.store import Store


class Versions:
    """Maps a model version to the number that index.db's rows hold."""

    def __init__(self, index: Store) -> None:
        self._index = index

    def number(self, name: str) -> int:
        """The number of a version, given to it now if it has none."""
        number = self.find(name)
        if number is None:
            self._index.run("INSERT OR IGNORE INTO versions (name) VALUES (?)", (name,))
            number = self.find(name)
        assert number is not None
        return number

    def find(self, name: str) -> int | None:
        """The number of a version, or None if nothing was ever stored under it."""
        row = self._index.row("SELECT id FROM versions WHERE name = ?", (name,))
        return None if row is None else int(row[0])
