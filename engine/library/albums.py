"""Albums made by hand."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from engine.errors import UsageError
from engine.library.identity import now
from engine.library.store import Store


@dataclass(frozen=True)
class Album:
    """An album and how many photos it holds."""

    id: int
    name: str
    created_at: str
    photos: int


class Albums:
    """Tables of albums in library.db."""

    def __init__(self, catalogue: Store) -> None:
        self._catalogue = catalogue

    def create(self, name: str) -> Album:
        """Make an empty album. Raises UsageError for an empty name."""
        name = " ".join(name.split())
        if not name:
            raise UsageError("An album needs a name.")
        moment = now()
        album_id = self._catalogue.insert(
            "INSERT INTO albums (name, created_at) VALUES (?, ?)", (name, moment)
        )
        return Album(album_id, name, moment, 0)

    def add(self, album_id: int, photo_ids: Iterable[int]) -> None:
        """Put photos into an album; those already there stay where they are."""
        moment = now()
        try:
            self._catalogue.many(
                "INSERT INTO album_photos (album_id, photo_id, added_at) VALUES (?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                [(album_id, photo_id, moment) for photo_id in photo_ids],
            )
        except sqlite3.IntegrityError as error:
            raise UsageError("There is no such album, or no such photo.") from error

    def take_out(self, album_id: int, photo_ids: Iterable[int]) -> None:
        """Take photos out of an album; the photos themselves stay."""
        self._catalogue.many(
            "DELETE FROM album_photos WHERE album_id = ? AND photo_id = ?",
            [(album_id, photo_id) for photo_id in photo_ids],
        )

    def all(self) -> list[Album]:
        """Every album, by name."""
        rows = self._catalogue.rows(
            "SELECT id, name, created_at, (SELECT count(*) FROM album_photos"
            " WHERE album_id = albums.id) FROM albums ORDER BY name COLLATE NOCASE, id"
        )
        return [Album(*row) for row in rows]

    def photos(self, album_id: int) -> list[int]:
        """Ids of an album's photos in the order they were added."""
        rows = self._catalogue.rows(
            "SELECT photo_id FROM album_photos WHERE album_id = ? ORDER BY added_at, photo_id",
            (album_id,),
        )
        return [row[0] for row in rows]
