"""What the owner decided in review: yes, that is Ada; no, that is not."""

# ruff: noqa: S608 (put together from this package's constants; values are always bound)

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from engine.errors import UsageError
from engine.library.identity import now
from engine.library.merges import Merges
from engine.library.store import Store, id_list

CONFIRMED = "confirmed"
REJECTED = "rejected"


_FAMILY = "concept_id IN (SELECT value FROM json_each(?))"
_PHOTOS = "photo_id IN (SELECT value FROM json_each(?))"


class Decisions:
    """A log in library.db; the newest entry that is not undone counts, for ever."""

    def __init__(self, catalogue: Store, merges: Merges) -> None:
        self._catalogue = catalogue
        self._merges = merges

    def decide(self, concept_id: int, photo_id: int, state: str) -> None:
        """Confirm or reject a concept in a photo; deciding the same again changes nothing."""
        self.decide_many(concept_id, [photo_id], state)

    def decide_many(self, concept_id: int, photo_ids: Iterable[int], state: str) -> list[int]:
        """Like `decide` for many photos at once; those for which it was something new.

        `undo_many` of these undoes it.
        """
        if state not in (CONFIRMED, REJECTED):
            raise UsageError(f"A decision is {CONFIRMED!r} or {REJECTED!r}; {state!r} is not.")
        with self._catalogue.transaction():
            family = self._merges.family(concept_id)
            ids = list(dict.fromkeys(photo_ids))
            current = self._newest(family, ids)
            tagged: dict[int, int] = dict(
                self._catalogue.rows(
                    "SELECT photo_id, max(after_decision) FROM tags"
                    f" WHERE {_FAMILY} AND {_PHOTOS} GROUP BY photo_id",
                    (id_list(family), id_list(ids)),
                )
            )
            # What was tagged after the last decision needs saying again.
            new = [
                one
                for one in ids
                if one not in current
                or current[one][1] != state
                or tagged.get(one, -1) >= current[one][0]
            ]
            try:
                self._catalogue.many(
                    "INSERT INTO decisions (concept_id, photo_id, state, decided_at)"
                    " VALUES (?, ?, ?, ?)",
                    [(family[0], one, state, now()) for one in new],
                )
            except sqlite3.IntegrityError as error:
                raise UsageError(
                    "There is no such photo, or nobody by that name, to decide about."
                ) from error
        return new

    def undo(self, concept_id: int, photo_id: int) -> str | None:
        """Take the last decision back; what holds now, or None if nothing was decided before."""
        self.undo_many(concept_id, [photo_id])
        return self.current(concept_id, photo_id)

    def undo_many(self, concept_id: int, photo_ids: Sequence[int]) -> None:
        """Take the last decision about each of these photos back."""
        with self._catalogue.transaction():
            newest = self._newest(self._merges.family(concept_id), photo_ids)
            self._catalogue.run(
                "UPDATE decisions SET undone_at = ? WHERE id IN (SELECT value FROM json_each(?))",
                (now(), id_list(number for number, _ in newest.values())),
            )

    def current(self, concept_id: int, photo_id: int) -> str | None:
        """What was decided about one concept in one photo."""
        newest = self._newest(self._merges.family(concept_id), [photo_id])
        return newest[photo_id][1] if photo_id in newest else None

    def of_concept(self, concept_id: int) -> dict[int, str]:
        """What was decided about a concept, by photo id."""
        # In the order taken, so that the newest is what stays in the dict.
        rows = self._catalogue.rows(
            f"SELECT photo_id, state FROM decisions WHERE {_FAMILY} AND undone_at IS NULL"
            " ORDER BY id",
            (id_list(self._merges.family(concept_id)),),
        )
        return dict(rows)

    def of_photo(self, photo_id: int) -> dict[int, str]:
        """What was decided about a photo, by concept id."""
        roots = self._merges.roots()
        rows = self._catalogue.rows(
            "SELECT concept_id, state FROM decisions"
            " WHERE photo_id = ? AND undone_at IS NULL ORDER BY id",
            (photo_id,),
        )
        return {roots[concept]: state for concept, state in rows}

    def _newest(
        self, family: Sequence[int], photo_ids: Iterable[int]
    ) -> dict[int, tuple[int, str]]:
        """The number and state of the last decision about each of these photos."""
        rows = self._catalogue.rows(
            f"SELECT photo_id, id, state FROM decisions WHERE {_FAMILY} AND {_PHOTOS}"
            " AND undone_at IS NULL ORDER BY id",
            (id_list(family), id_list(photo_ids)),
        )
        return {photo: (number, state) for photo, number, state in rows}
