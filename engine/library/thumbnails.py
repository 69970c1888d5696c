"""Small pictures, ready to be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.library.store import Store, id_list


class Thumbnails:
    """Table of thumbnails in index.db: JPEG bytes, long side at most 512 pixels."""

    def __init__(self, index: Store) -> None:
        self._index = index

    def put_many(self, thumbnails: Mapping[int, bytes]) -> None:
        """Store thumbnails by photo id."""
        self._index.many(
            "INSERT INTO thumbnails (photo_id, jpeg) VALUES (?, ?)"
            " ON CONFLICT (photo_id) DO UPDATE SET jpeg = excluded.jpeg",
            list(thumbnails.items()),
        )

    def get(self, photo_id: int) -> bytes | None:
        """One thumbnail."""
        row = self._index.row("SELECT jpeg FROM thumbnails WHERE photo_id = ?", (photo_id,))
        return None if row is None else row[0]

    def many(self, photo_ids: Sequence[int]) -> dict[int, bytes]:
        """Thumbnails by photo id; those not made yet are left out."""
        rows = self._index.rows(
            "SELECT photo_id, jpeg FROM thumbnails"
            " WHERE photo_id IN (SELECT value FROM json_each(?))",
            (id_list(photo_ids),),
        )
        return dict(rows)
