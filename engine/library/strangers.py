"""Faces the owner does not want to be asked about: nobody they know."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.errors import UsageError
from engine.library.identity import now
from engine.library.store import Row, Store, id_list
from engine.library.tags import Box, checked


@dataclass(frozen=True)
class Stranger:
    """A face by the photo it is in and where; faces have no lasting number of their own."""

    id: int
    photo_id: int
    box: Box


class Strangers:
    """Table of strangers in library.db."""

    def __init__(self, catalogue: Store) -> None:
        self._catalogue = catalogue

    def ignore(self, faces: Iterable[tuple[int, Box]]) -> list[int]:
        """These faces, by photo id and box, are nobody the owner knows.

        Their numbers, with which `notice` undoes it. Raises UsageError when there is no such photo
        or a box is none.
        """
        moment = now()
        numbers = []
        try:
            with self._catalogue.transaction():
                for photo_id, box in faces:
                    checked(box)
                    numbers.append(
                        self._catalogue.insert(
                            "INSERT INTO strangers (photo_id, x0, y0, x1, y1, noted_at)"
                            " VALUES (?, ?, ?, ?, ?, ?)",
                            (photo_id, *(float(edge) for edge in box), moment),
                        )
                    )
        except sqlite3.IntegrityError as error:
            raise UsageError("There is no such photo in the library.") from error
        return numbers

    def notice(self, numbers: Iterable[int]) -> None:
        """Ask about these faces again: undoes `ignore`."""
        self._catalogue.run(
            "DELETE FROM strangers WHERE id IN (SELECT value FROM json_each(?))",
            (id_list(numbers),),
        )

    def all(self) -> list[Stranger]:
        """Every face that is ignored, the last one first."""
        return self._where("1 ORDER BY id DESC", ())

    def of_photos(self, photo_ids: Sequence[int]) -> dict[int, list[Stranger]]:
        """Ignored faces by photo id; photos without any are left out."""
        found: dict[int, list[Stranger]] = {}
        for one in self._where(
            "photo_id IN (SELECT value FROM json_each(?)) ORDER BY id", (id_list(photo_ids),)
        ):
            found.setdefault(one.photo_id, []).append(one)
        return found

    def _where(self, condition: str, values: Row) -> list[Stranger]:
        rows = self._catalogue.rows(
            f"SELECT id, photo_id, x0, y0, x1, y1 FROM strangers WHERE {condition}",  # noqa: S608
            values,
        )
        return [Stranger(row[0], row[1], row[2:6]) for row in rows]
