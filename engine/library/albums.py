"""Albums made by hand, and saved searches, whose photos are whatever they find."""

# ruff: noqa: S608 (put together from this package's constants; values are always bound)

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.errors import UsageError
from engine.library.identity import now
from engine.library.store import Row, Store, id_list

_HERE = "EXISTS (SELECT 1 FROM places WHERE places.photo_id = album_photos.photo_id)"
"""Photos that lie nowhere keep their place in an album, but are not shown there."""

_COLUMNS = (
    "id, name, created_at,"
    f" (SELECT count(*) FROM album_photos WHERE album_id = albums.id AND {_HERE}),"
    " query, (SELECT photo_id FROM places WHERE photo_id = cover_photo_id LIMIT 1)"
)
_LONGEST = 200
_NONE = "There is no such album."


@dataclass(frozen=True)
class Album:
    """An album and how many photos were put into it.

    query: what a saved search looks for, None for an album by hand. cover: the photo the owner
    chose to stand for it, if any.
    """

    id: int
    name: str
    created_at: str
    photos: int
    query: str | None = None
    cover: int | None = None


class Albums:
    """Tables of albums in library.db."""

    def __init__(self, catalogue: Store) -> None:
        self._catalogue = catalogue

    def create(self, name: str) -> Album:
        """Make an empty album. Raises UsageError for an empty name."""
        return self._create(name, None)

    def save_search(self, name: str, query: str) -> Album:
        """Make an album of whatever a search finds. Raises UsageError when either is empty."""
        return self._create(name, _query(query))

    def rename(self, album_id: int, name: str) -> Album:
        """Give an album another name."""
        return self._set(album_id, "name", _name(name))

    def set_cover(self, album_id: int, photo_id: int | None) -> Album:
        """Choose the photo that stands for an album; None leaves it to Familiar."""
        try:
            return self._set(album_id, "cover_photo_id", photo_id)
        except sqlite3.IntegrityError as error:
            raise UsageError("There is no such photo in the library.") from error

    def remove(self, album_id: int) -> None:
        """Take an album out of the library; `restore` brings it back. Its photos stay."""
        self._known(album_id)
        self._catalogue.run("UPDATE albums SET removed_at = ? WHERE id = ?", (now(), album_id))

    def restore(self, album_id: int) -> Album:
        """Undo `remove`."""
        self._catalogue.run("UPDATE albums SET removed_at = NULL WHERE id = ?", (album_id,))
        return self._known(album_id)

    def add(self, album_id: int, photo_ids: Iterable[int]) -> list[int]:
        """Put photos into an album; those that were not there yet."""
        moment = now()
        try:
            with self._catalogue.transaction():
                if self._known(album_id).query is not None:
                    raise UsageError("A saved search finds its photos by itself.")
                rows = self._catalogue.rows(
                    "SELECT photo_id FROM album_photos WHERE album_id = ?", (album_id,)
                )
                there = {row[0] for row in rows}
                new = [one for one in dict.fromkeys(photo_ids) if one not in there]
                self._catalogue.many(
                    "INSERT INTO album_photos (album_id, photo_id, added_at) VALUES (?, ?, ?)",
                    [(album_id, photo_id, moment) for photo_id in new],
                )
        except sqlite3.IntegrityError as error:
            raise UsageError("There is no such album, or no such photo.") from error
        return new

    def take_out(self, album_id: int, photo_ids: Iterable[int]) -> dict[int, str]:
        """Take photos out of an album; the photos themselves stay.

        When each of them had been put in, by photo id, so that `put_back` can undo it.
        """
        with self._catalogue.transaction():
            rows = self._catalogue.rows(
                "SELECT photo_id, added_at FROM album_photos WHERE album_id = ?"
                " AND photo_id IN (SELECT value FROM json_each(?))",
                (album_id, id_list(photo_ids)),
            )
            self._catalogue.many(
                "DELETE FROM album_photos WHERE album_id = ? AND photo_id = ?",
                [(album_id, photo_id) for photo_id, _ in rows],
            )
        return dict(rows)

    def put_back(self, album_id: int, taken_out: Mapping[int, str]) -> None:
        """Undo `take_out`: each photo to where it was."""
        self._catalogue.many(
            "INSERT OR IGNORE INTO album_photos (album_id, photo_id, added_at) VALUES (?, ?, ?)",
            [(album_id, photo_id, added_at) for photo_id, added_at in taken_out.items()],
        )

    def get(self, album_id: int) -> Album | None:
        """An album that has not been removed."""
        return next(iter(self._where("id = ? AND removed_at IS NULL", (album_id,))), None)

    def all(self) -> list[Album]:
        """Every album, by name."""
        return self._where("removed_at IS NULL ORDER BY name COLLATE NOCASE, id")

    def removed(self) -> list[Album]:
        """Those that can be restored, the last removed first."""
        return self._where("removed_at IS NOT NULL ORDER BY removed_at DESC, id DESC")

    def count(self) -> int:
        """How many albums there are."""
        row = self._catalogue.row("SELECT count(*) FROM albums WHERE removed_at IS NULL")
        return 0 if row is None else int(row[0])

    def photos(self, album_id: int) -> list[int]:
        """Ids of an album's photos that lie somewhere, in the order they were added."""
        rows = self._catalogue.rows(
            f"SELECT photo_id FROM album_photos WHERE album_id = ? AND {_HERE}"
            " ORDER BY added_at, photo_id",
            (album_id,),
        )
        return [row[0] for row in rows]

    def first_photos(self) -> dict[int, int]:
        """The photo that was put into each album first, by album id."""
        rows = self._catalogue.rows(
            "SELECT album_id, photo_id, min(added_at) FROM album_photos"
            f" WHERE {_HERE} GROUP BY album_id"
        )
        return {album_id: photo_id for album_id, photo_id, _ in rows}

    def of_photo(self, photo_id: int) -> list[Album]:
        """The albums a photo was put into, by name."""
        return self._where(
            "removed_at IS NULL"
            " AND id IN (SELECT album_id FROM album_photos WHERE photo_id = ?)"
            " ORDER BY name COLLATE NOCASE, id",
            (photo_id,),
        )

    def _create(self, name: str, query: str | None) -> Album:
        name, moment = _name(name), now()
        album_id = self._catalogue.insert(
            "INSERT INTO albums (name, created_at, query) VALUES (?, ?, ?)", (name, moment, query)
        )
        return Album(album_id, name, moment, 0, query)

    def _set(self, album_id: int, column: str, value: object) -> Album:
        with self._catalogue.transaction():
            self._known(album_id)
            self._catalogue.run(f"UPDATE albums SET {column} = ? WHERE id = ?", (value, album_id))
            return self._known(album_id)

    def _known(self, album_id: int) -> Album:
        album = self.get(album_id)
        if album is None:
            raise UsageError(_NONE)
        return album

    def _where(self, condition: str, values: Row = ()) -> list[Album]:
        rows = self._catalogue.rows(f"SELECT {_COLUMNS} FROM albums WHERE {condition}", values)
        return [Album(*row) for row in rows]


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise UsageError("An album needs a name.")
    if len(name) > _LONGEST:
        raise UsageError(f"The name of an album can have at most {_LONGEST} characters.")
    return name


def _query(query: str) -> str:
    query = " ".join(query.replace("\0", " ").split())
    if not query:
        raise UsageError("A saved search needs something to look for.")
    return query
