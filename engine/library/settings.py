"""What the owner chose for this library, such as the pack in use."""

from __future__ import annotations

from engine.library.store import Store

PACK = "pack"


class Settings:
    """Choices by name, in library.db's table `about`: they are the owner's, so they must last."""

    def __init__(self, catalogue: Store) -> None:
        self._catalogue = catalogue

    def get(self, name: str) -> str | None:
        """A choice, or None while none was made."""
        row = self._catalogue.row("SELECT value FROM about WHERE key = ?", (name,))
        return None if row is None else str(row[0])

    def put(self, name: str, value: str) -> None:
        """Make a choice, in place of the one before."""
        self._catalogue.run(
            "INSERT INTO about VALUES (?, ?)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (name, value),
        )
