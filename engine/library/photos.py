"""Photos and the places they lie in."""

# ruff: noqa: S608 (put together from this package's constants; values are always bound)

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import LibraryError, UsageError
from engine.library.contents import Contents
from engine.library.identity import AnyPath, as_path, below, now, path_key, photo_id
from engine.library.put_away import PutAway
from engine.library.store import Row, Store, id_list

_PLACE = "path, photo_id, size, mtime_ns, missing_since IS NOT NULL"


@dataclass(frozen=True)
class Place:
    """A file as it was when it was last read; `missing`: it was not found since."""

    photo_id: int
    size: int
    mtime_ns: int
    missing: bool = False


@dataclass(frozen=True)
class Photo:
    """One picture, known by its content. `paths` is empty while it lies nowhere.

    content_hash: of the content found last; others: its other contents, where programs have
    written the file anew and left the picture as it was.
    """

    id: int
    content_hash: str
    paths: tuple[Path, ...]
    added_at: str
    favourite: bool
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """A file that was read: what `Photos.record_many` takes.

    shows: the photo whose picture it was seen to show, when its content is a new one.
    """

    path: AnyPath
    content_hash: str
    size: int
    mtime_ns: int
    folder_id: int
    shows: int | None = None


class Photos:
    """Tables of photos and places in library.db.

    A photo is never deleted: when its last file goes, what the owner said about it waits.
    """

    def __init__(self, catalogue: Store, put_away: PutAway, contents: Contents) -> None:
        self._catalogue = catalogue
        self._put_away = put_away
        self._contents = contents

    def record(
        self, path: AnyPath, content_hash: str, size: int, mtime_ns: int, folder_id: int
    ) -> int:
        """Note that a file with this content lies at `path`; its photo's id."""
        return self.record_many([Found(path, content_hash, size, mtime_ns, folder_id)])[0]

    def record_many(self, found: Iterable[Found]) -> list[int]:
        """Like `record` for many files in one transaction; their photos' ids in order.

        A picture never seen before, in the place of another, is that one edited: it comes into
        its albums and is a favourite if that was one. A new content that shows a known picture is
        one more of that photo's. Whatever is found leaves the trash.
        """
        found = list(found)
        moment = now()
        photos: list[Row] = []
        places: list[Row] = []
        try:
            with self._catalogue.transaction():
                rewritten = self._rewritten(found)
                for file in found:
                    photo = rewritten.get(file.content_hash)
                    if photo is None:
                        photo = photo_id(file.content_hash)
                        photos.append((photo, file.content_hash, file.size, moment))
                    path = path_key(file.path)
                    places.append((path, photo, file.folder_id, file.size, file.mtime_ns))
                edited = self._edited([(path, photo) for path, photo, *_ in places])
                self._catalogue.many(
                    "INSERT OR IGNORE INTO photos (id, content_hash, size, added_at)"
                    " VALUES (?, ?, ?, ?)",
                    photos,
                )
                self._refuse_twins(photos)
                self._catalogue.many(
                    "INSERT INTO places (path, photo_id, folder_id, size, mtime_ns)"
                    " VALUES (?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET"
                    " photo_id = excluded.photo_id, folder_id = excluded.folder_id,"
                    " size = excluded.size, mtime_ns = excluded.mtime_ns,"
                    " missing_since = NULL, kept = 0",
                    places,
                )
                self._inherit(edited)
                self._contents.put_many(rewritten)
                self._catalogue.many(
                    "DELETE FROM trash WHERE photo_id = ? OR path = ?",
                    [(photo, path) for path, photo, *_ in places],
                )
                # A scan may have begun before the folder was taken out.
                self._put_away.sort()
        except sqlite3.IntegrityError as error:
            raise UsageError("A photo can only be recorded in a folder of the library.") from error
        return [place[1] for place in places]

    def place(self, path: AnyPath) -> Place | None:
        """What lies at `path` as far as the library knows."""
        row = self._catalogue.row(f"SELECT {_PLACE} FROM places WHERE path = ?", (path_key(path),))
        return None if row is None else _place(row[1:])

    def places(self, folder: AnyPath | None = None) -> dict[bytes, Place]:
        """Every known file, or those below a folder and at its own path, by path as bytes
        (`os.fsencode`); for the scanner."""
        condition = ""
        values: Row = ()
        if folder is not None:
            condition = " WHERE path = ? OR path >= ? AND path < ?"
            values = (path_key(folder), *below(folder))
        rows = self._catalogue.rows(f"SELECT {_PLACE} FROM places{condition}", values)
        return {row[0]: _place(row[1:]) for row in rows}

    def places_in(self, folder: AnyPath) -> dict[bytes, Place]:
        """Like `places`, but only the files right in a folder; what lies in the folders inside it
        is jumped over, so that it costs nothing however much that is."""
        at, end = below(folder)
        length, separator = len(at), os.fsencode(os.sep)
        found: dict[bytes, Place] = {}
        while rows := self._catalogue.rows(
            f"SELECT {_PLACE} FROM places WHERE path >= ? AND path < ? ORDER BY path LIMIT 256",
            (at, end),
        ):
            for row in rows:
                name, inside, _ = row[0][length:].partition(separator)
                if inside:
                    at = below(row[0][:length] + name)[1]
                    break
                found[row[0]] = _place(row[1:])
            else:
                at = rows[-1][0] + b"\0"
        return found

    def places_below(self, folder: AnyPath) -> int:
        """How many files are known below a folder or at its own path."""
        row = self._catalogue.row(
            "SELECT count(*) FROM places WHERE path = ? OR path >= ? AND path < ?",
            (path_key(folder), *below(folder)),
        )
        return 0 if row is None else int(row[0])

    def forget_place(self, path: AnyPath) -> None:
        """Note that nothing lies at `path` any more; the photo itself stays known."""
        self.forget_places([path])

    def forget_places(self, paths: Iterable[AnyPath]) -> None:
        """Like `forget_place` for many, in one transaction."""
        self._catalogue.many(
            "DELETE FROM places WHERE path = ?", [(path_key(path),) for path in paths]
        )

    def get(self, photo: int) -> Photo | None:
        """One photo with every place it lies in."""
        return self.many([photo]).get(photo)

    def many(self, ids: Sequence[int]) -> dict[int, Photo]:
        """Photos by id, in the order asked for; unknown ids are left out."""
        wanted = id_list(ids)
        paths: dict[int, list[Path]] = {}
        for photo, path in self._catalogue.rows(
            "SELECT photo_id, path FROM places"
            " WHERE photo_id IN (SELECT value FROM json_each(?)) ORDER BY path",
            (wanted,),
        ):
            paths.setdefault(photo, []).append(as_path(path))
        rows = self._catalogue.rows(
            "SELECT id, content_hash, added_at, favourite FROM photos"
            " WHERE id IN (SELECT value FROM json_each(?))",
            (wanted,),
        )
        contents = self._contents.of(ids)
        found = {}
        for photo, content_hash, added_at, favourite in rows:
            last, *others = contents.get(photo, [content_hash])
            there = tuple(paths.get(photo, ()))
            found[photo] = Photo(photo, last, there, added_at, bool(favourite), tuple(others))
        return {photo: found[photo] for photo in ids if photo in found}

    def by_content(self, content_hash: str) -> Photo | None:
        """The photo that a file with this content shows."""
        return self.get(
            self._contents.photos([content_hash]).get(content_hash, photo_id(content_hash))
        )

    def never_seen(self, hashes: Iterable[str]) -> set[str]:
        """Those of these contents that no file is known to have had."""
        wanted = {one: photo_id(one) for one in hashes}
        rows = self._catalogue.rows(
            "SELECT id FROM photos WHERE id IN (SELECT value FROM json_each(?))",
            (id_list(wanted.values()),),
        )
        known, rewritten = {row[0] for row in rows}, self._contents.photos(wanted)
        return {one for one, photo in wanted.items() if photo not in known and one not in rewritten}

    def by_path(self, path: AnyPath) -> Photo | None:
        """The photo that lies at `path`."""
        place = self.place(path)
        return None if place is None else self.get(place.photo_id)

    def ids(self) -> list[int]:
        """Every photo that lies somewhere, first found first."""
        rows = self._catalogue.rows(
            "SELECT id FROM photos WHERE id IN (SELECT photo_id FROM places) ORDER BY added_at, id"
        )
        return [row[0] for row in rows]

    def present(self, ids: Iterable[int]) -> set[int]:
        """Those of these photos that lie somewhere."""
        rows = self._catalogue.rows(
            "SELECT DISTINCT photo_id FROM places"
            " WHERE photo_id IN (SELECT value FROM json_each(?))",
            (id_list(ids),),
        )
        return {row[0] for row in rows}

    def count(self) -> int:
        """How many photos lie somewhere."""
        row = self._catalogue.row("SELECT count(DISTINCT photo_id) FROM places")
        return 0 if row is None else int(row[0])

    def modified(
        self, ids: Iterable[int] | None = None, *, there: bool = False
    ) -> list[tuple[int, int]]:
        """(photo id, newest modification time of its files in ns) for those, among `ids` or of
        all, that lie somewhere; `there`: whose file was found by the last scan."""
        conditions = ["missing_since IS NULL"] if there else []
        values: Row = ()
        if ids is not None:
            conditions.append("photo_id IN (SELECT value FROM json_each(?))")
            values = (id_list(ids),)
        which = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        return self._catalogue.rows(
            f"SELECT photo_id, max(mtime_ns) FROM places{which} GROUP BY photo_id", values
        )

    def favourites(self) -> list[int]:
        """Ids of the owner's favourites."""
        return [row[0] for row in self._catalogue.rows("SELECT id FROM photos WHERE favourite")]

    def set_favourite(self, photo: int, favourite: bool) -> None:
        """Make a photo one of the owner's favourites, or no longer."""
        self.set_favourites([photo], favourite)

    def set_favourites(self, ids: Iterable[int], favourite: bool) -> list[int]:
        """Like `set_favourite` for many at once; those that were not so before, to undo it with.

        Raises UsageError, with nothing changed, when there is no such photo.
        """
        wanted = list(dict.fromkeys(ids))
        with self._catalogue.transaction():
            rows = self._catalogue.rows(
                "SELECT id, favourite FROM photos WHERE id IN (SELECT value FROM json_each(?))",
                (id_list(wanted),),
            )
            before: dict[int, int] = dict(rows)
            if len(before) < len(wanted):
                raise UsageError("There is no such photo in the library.")
            changed = [one for one in wanted if bool(before[one]) != favourite]
            self._catalogue.run(
                "UPDATE photos SET favourite = ? WHERE id IN (SELECT value FROM json_each(?))",
                (int(favourite), id_list(changed)),
            )
        return changed

    def hashes(self, ids: Iterable[int]) -> list[str]:
        """The content hashes of these photos, in the order of their ids."""
        rows = self._catalogue.rows(
            "SELECT content_hash FROM photos WHERE id IN (SELECT value FROM json_each(?)) "
            "ORDER BY id",
            (id_list(ids),),
        )
        return [row[0] for row in rows]

    def _edited(self, places: Iterable[tuple[bytes, int]]) -> list[tuple[int, int]]:
        """(photo before, photo now) where a picture never seen before has taken another's place."""
        pairs = []
        for path, photo in places:
            row = self._catalogue.row(
                "SELECT photo_id FROM places WHERE path = ? AND photo_id != ?"
                " AND NOT EXISTS (SELECT 1 FROM photos WHERE id = ?)",
                (path, photo, photo),
            )
            if row is not None:
                pairs.append((int(row[0]), photo))
        return pairs

    def _rewritten(self, found: Sequence[Found]) -> dict[str, int]:
        """By content hash the photos of those files that show one by another content."""
        known = self._contents.photos(one.content_hash for one in found)
        shown = {one.content_hash: one.shows for one in found if one.shows is not None}
        return {one: shown[one] for one in self.never_seen(shown)} | known

    def _inherit(self, pairs: Sequence[tuple[int, int]]) -> None:
        self._contents.put_edits({photo: before for before, photo in pairs})
        self._catalogue.many(
            "UPDATE photos SET favourite = 1"
            " WHERE id = ?2 AND (SELECT favourite FROM photos WHERE id = ?1)",
            pairs,
        )
        self._catalogue.many(
            "INSERT OR IGNORE INTO album_photos (album_id, photo_id, added_at)"
            " SELECT album_id, ?2, added_at FROM album_photos WHERE photo_id = ?1",
            pairs,
        )

    def _refuse_twins(self, photos: list[Row]) -> None:
        """Two different contents with one id: never seen, but it must not mix two photos up."""
        hashes = {row[0]: row[1] for row in photos}
        known = self._catalogue.rows(
            "SELECT id, content_hash FROM photos WHERE id IN (SELECT value FROM json_each(?))",
            (id_list(hashes),),
        )
        if dict(known) != hashes or len(hashes) != len({row[1] for row in photos}):
            raise LibraryError("Two different photos happen to have the same number.")


def _place(columns: Row) -> Place:
    photo, size, mtime_ns, missing = columns
    return Place(photo, size, mtime_ns, bool(missing))
