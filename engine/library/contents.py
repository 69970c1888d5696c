"""What a photo's file has held, where other programs have written it anew.

Titles, keywords and stars change a file and not its picture. Such a content belongs to the photo
that was known before, so that all that was said and found out about it stays as it is.
"""

# ruff: noqa: S608 (put together from this package's constants; values are always bound)

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from engine.library.store import Store, id_list

_PHOTOS = "photo_id IN (SELECT value FROM json_each(?))"
_LONGEST = 8
"""So many pictures that took one another's place are gone back through."""


class Contents:
    """Tables of contents and edits in library.db."""

    def __init__(self, catalogue: Store) -> None:
        self._catalogue = catalogue

    def photos(self, hashes: Iterable[str]) -> dict[str, int]:
        """The photos of those contents that belong to one with several, by hash."""
        return dict(
            self._catalogue.rows(
                "SELECT content_hash, photo_id FROM contents"
                " WHERE content_hash IN (SELECT value FROM json_each(?))",
                (json.dumps(list(hashes)),),
            )
        )

    def of(self, photo_ids: Iterable[int]) -> dict[int, list[str]]:
        """The contents of those photos that have several, the last recorded first."""
        found: dict[int, list[str]] = {}
        for photo, content_hash in self._catalogue.rows(
            f"SELECT photo_id, content_hash FROM contents WHERE {_PHOTOS} ORDER BY turn DESC",
            (id_list(photo_ids),),
        ):
            found.setdefault(photo, []).append(content_hash)
        return found

    def rewritten(self) -> set[int]:
        """Every photo that has several."""
        return {row[0] for row in self._catalogue.rows("SELECT DISTINCT photo_id FROM contents")}

    def put_many(self, photos: Mapping[str, int]) -> None:
        """These contents were found just now, by hash the photos they show."""
        with self._catalogue.transaction():
            self._catalogue.run(
                "INSERT OR IGNORE INTO contents (content_hash, photo_id, turn)"
                " SELECT content_hash, id, 0 FROM photos"
                " WHERE id IN (SELECT value FROM json_each(?))",
                (id_list(photos.values()),),
            )
            self._catalogue.many(
                "INSERT INTO contents (content_hash, photo_id, turn) SELECT ?1, ?2,"
                " (SELECT max(turn) + 1 FROM contents WHERE photo_id = ?2)"
                " WHERE true ON CONFLICT (content_hash) DO UPDATE SET turn = excluded.turn",
                list(photos.items()),
            )

    def put_edits(self, before: Mapping[int, int]) -> None:
        """Photos that are in the places of others now, and which those are."""
        self._catalogue.many(
            "INSERT OR IGNORE INTO edits (photo_id, before_id) VALUES (?, ?)", list(before.items())
        )

    def before(self, photo_id: int) -> list[int]:
        """A photo and those in whose place it is, the last first."""
        rows = self._catalogue.rows(
            "WITH RECURSIVE line (id, back) AS (VALUES (?, 0) UNION ALL"
            " SELECT before_id, back + 1 FROM edits JOIN line ON edits.photo_id = line.id"
            " WHERE back < ?) SELECT DISTINCT id FROM line ORDER BY back",
            (photo_id, _LONGEST),
        )
        return [row[0] for row in rows]
