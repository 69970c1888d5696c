"""Trips and days that Familiar found by itself, under the names the owner gives them."""

# ruff: noqa: S608 (put together from this package's constants; values are always bound)

from __future__ import annotations

import datetime
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from engine.errors import UsageError
from engine.library.concepts import Concepts
from engine.library.identity import now
from engine.library.put_away import PutAway
from engine.library.store import Row, Store, id_list
from engine.library.templates import render

_LONGEST = 200
_IN = "IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True)
class Trip:
    """A run of photos that belong together: one day, or several.

    first, last: the days of its first and last photo. edited: the title is the owner's. The id
    stays while the trip grows.
    """

    id: int
    title: str
    first: datetime.date
    last: datetime.date
    photos: int
    cover: int
    edited: bool


@dataclass(frozen=True)
class FoundTrip:
    """What the machine finds: its photos in order of time, the moments of the first and last (as
    in `timeline`), a title as a caption's template, and the photo to show."""

    photo_ids: Sequence[int]
    first: int
    last: int
    title: str
    cover: int


class Trips:
    """Tables of trips in index.db; the owner's titles, covers and removals are in library.db, each
    held by a photo of the trip, so that they outlast the index."""

    def __init__(
        self, catalogue: Store, index: Store, concepts: Concepts, put_away: PutAway
    ) -> None:
        self._catalogue = catalogue
        self._index = index
        self._concepts = concepts
        self._put_away = put_away

    def all(self) -> list[Trip]:
        """Every trip, the latest first, less those the owner took away."""
        return self._shown(hidden=False)

    def hidden(self) -> list[Trip]:
        """Those the owner took away, which `restore` brings back."""
        return self._shown(hidden=True)

    def get(self, trip_id: int) -> Trip | None:
        """A trip, unless the owner took it away."""
        return next((one for one in self.all() if one.id == trip_id), None)

    def count(self) -> int:
        """How many trips are shown."""
        return len(self.all())

    def photos(self, trip_id: int) -> list[int]:
        """Ids of a trip's photos, in order of time, but for those that lie nowhere by now."""
        out = self._put_away.photos()
        return [one for one in self._photos(trip_id) if one not in out]

    def _photos(self, trip_id: int) -> list[int]:
        rows = self._index.rows(
            "SELECT trip_photos.photo_id FROM trip_photos"
            " JOIN info ON info.photo_id = trip_photos.photo_id WHERE trip_id = ?"
            " ORDER BY moment, trip_photos.photo_id",
            (trip_id,),
        )
        return [row[0] for row in rows]

    def of_photo(self, photo_id: int) -> int | None:
        """The id of the trip a photo belongs to."""
        row = self._index.row("SELECT trip_id FROM trip_photos WHERE photo_id = ?", (photo_id,))
        return None if row is None else int(row[0])

    def rename(self, trip_id: int, title: str | None) -> None:
        """Give a trip a title of the owner's; None goes back to Familiar's."""
        if title is not None:
            title = " ".join(title.split())
            if not title:
                raise UsageError("An album needs a name.")
            if len(title) > _LONGEST:
                raise UsageError(f"The name of an album can have at most {_LONGEST} characters.")
        self._edit(trip_id, "title", title)

    def set_cover(self, trip_id: int, photo_id: int | None) -> None:
        """Choose the photo that stands for a trip; None leaves it to Familiar."""
        self._edit(trip_id, "cover_photo_id", photo_id)

    def remove(self, trip_id: int) -> None:
        """Show a trip no more; `restore` brings it back. Its photos stay."""
        self._edit(trip_id, "hidden_at", now())

    def restore(self, trip_id: int) -> None:
        """Undo `remove`."""
        self._edit(trip_id, "hidden_at", None)

    def stamp(self) -> str | None:
        """What the trips were made from, as `replace` was told."""
        row = self._index.row("SELECT value FROM about WHERE key = 'trips'")
        return None if row is None else str(row[0])

    def replace(self, found: Sequence[FoundTrip], stamp: str) -> None:
        """Store what was found now, in place of all before; `stamp` says what it was made from.

        A trip that shares most of its photos with one that was there keeps its id.
        """
        with self._index.transaction():
            before: dict[int, int] = dict(
                self._index.rows("SELECT photo_id, trip_id FROM trip_photos")
            )
            numbers = self._numbers(found, before)
            self._index.run("DELETE FROM trips")
            self._index.run("DELETE FROM trip_photos")
            self._index.many(
                "INSERT INTO trips VALUES (?, ?, ?, ?, ?)",
                [
                    (number, one.first, one.last, one.title, one.cover)
                    for number, one in zip(numbers, found, strict=True)
                ],
            )
            self._index.many(
                "INSERT INTO trip_photos VALUES (?, ?)",
                [
                    (photo, number)
                    for number, one in zip(numbers, found, strict=True)
                    for photo in one.photo_ids
                ],
            )
            self._index.run("INSERT OR REPLACE INTO about VALUES ('trips', ?)", (stamp,))

    def _numbers(self, found: Sequence[FoundTrip], before: dict[int, int]) -> list[int]:
        """An id for each: the one most of its photos had, if no other has more of it."""
        shared = sorted(
            (
                (count, -at, trip)
                for at, one in enumerate(found)
                for trip, count in Counter(
                    before[photo] for photo in one.photo_ids if photo in before
                ).items()
            ),
            reverse=True,
        )
        numbers: dict[int, int] = {}
        taken: set[int] = set()
        for _, at, trip in shared:
            if -at not in numbers and trip not in taken:
                numbers[-at] = trip
                taken.add(trip)
        row = self._index.row("SELECT CAST(value AS INTEGER) FROM about WHERE key = 'last_trip'")
        last = 0 if row is None else int(row[0])
        for at in range(len(found)):
            if at not in numbers:
                last += 1
                numbers[at] = last
        self._index.run("INSERT OR REPLACE INTO about VALUES ('last_trip', ?)", (str(last),))
        return [numbers[at] for at in range(len(found))]

    def _shown(self, *, hidden: bool) -> list[Trip]:
        edits = self._edits()
        names = self._concepts.shown_names()
        out = self._put_away.photos()
        # Trips are found anew once there is time; until then these have fewer photos.
        fewer: dict[int, int] = dict(
            self._index.rows(
                f"SELECT trip_id, count(*) FROM trip_photos WHERE photo_id {_IN} GROUP BY trip_id",
                (id_list(out),),
            )
        )
        trips = []
        for number, first, last, template, cover, photos in self._index.rows(
            "SELECT id, first, last, title, cover, (SELECT count(*) FROM trip_photos"
            " WHERE trip_id = trips.id) FROM trips ORDER BY last DESC, id"
        ):
            _, title, chosen, hidden_at = edits.get(number, (None, None, None, None))
            photos -= fewer.get(number, 0)
            if (hidden_at is not None) == hidden and photos:
                if cover in out:
                    cover = self.photos(number)[0]
                trips.append(
                    Trip(
                        id=number,
                        title=render(template, names) if title is None else title,
                        first=day_of(first),
                        last=day_of(last),
                        photos=photos,
                        cover=cover if chosen is None else chosen,
                        edited=title is not None,
                    )
                )
        return trips

    def _edits(self) -> dict[int, Row]:
        """What the owner said, by trip: (photo that holds it, title, cover, hidden at)."""
        rows = self._catalogue.rows(
            "SELECT photo_id, title,"
            " (SELECT photo_id FROM places WHERE places.photo_id = cover_photo_id LIMIT 1),"
            " hidden_at FROM trip_edits"
        )
        trips: dict[int, int] = dict(
            self._index.rows(
                f"SELECT photo_id, trip_id FROM trip_photos WHERE photo_id {_IN}",
                (id_list(row[0] for row in rows),),
            )
        )
        # Of two trips that have become one, the earlier photo's word counts.
        return {trips[row[0]]: row for row in reversed(rows) if row[0] in trips}

    def _edit(self, trip_id: int, column: str, value: object) -> None:
        holder = self._edits().get(trip_id)
        ids = self._photos(trip_id)
        if not ids:
            raise UsageError("There is no such album.")
        try:
            self._catalogue.run(
                f"INSERT INTO trip_edits (photo_id, {column}) VALUES (?1, ?2)"
                f" ON CONFLICT (photo_id) DO UPDATE SET {column} = ?2",
                (ids[0] if holder is None else holder[0], value),
            )
        except sqlite3.IntegrityError as error:
            raise UsageError("There is no such photo in the library.") from error


def day_of(moment: int) -> datetime.date:
    """The day of a moment as `timeline` has it."""
    return (datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=moment)).date()  # noqa: DTZ001
