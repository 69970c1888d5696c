"""What the owner decided in review: yes, that is Ada; no, that is not."""

from __future__ import annotations

import sqlite3

from engine.errors import UsageError
from engine.library.identity import now
from engine.library.store import Store

CONFIRMED = "confirmed"
REJECTED = "rejected"


class Decisions:
    """A log in library.db; the newest entry that is not undone counts, for ever."""

    def __init__(self, catalogue: Store) -> None:
        self._catalogue = catalogue

    def decide(self, concept_id: int, photo_id: int, state: str) -> None:
        """Confirm or reject a concept in a photo; deciding the same again changes nothing."""
        if state not in (CONFIRMED, REJECTED):
            raise UsageError(f"A decision is {CONFIRMED!r} or {REJECTED!r}; {state!r} is not.")
        with self._catalogue.transaction():
            if self.current(concept_id, photo_id) == state and not self._outweighed(
                concept_id, photo_id
            ):
                return
            try:
                self._catalogue.run(
                    "INSERT INTO decisions (concept_id, photo_id, state, decided_at)"
                    " VALUES (?, ?, ?, ?)",
                    (concept_id, photo_id, state, now()),
                )
            except sqlite3.IntegrityError as error:
                raise UsageError(
                    "There is no such photo, or nobody by that name, to decide about."
                ) from error

    def undo(self, concept_id: int, photo_id: int) -> str | None:
        """Take the last decision back; what holds now, or None if nothing was decided before."""
        with self._catalogue.transaction():
            self._catalogue.run(
                "UPDATE decisions SET undone_at = ? WHERE id = (SELECT max(id) FROM decisions"
                " WHERE concept_id = ? AND photo_id = ? AND undone_at IS NULL)",
                (now(), concept_id, photo_id),
            )
            return self.current(concept_id, photo_id)

    def current(self, concept_id: int, photo_id: int) -> str | None:
        """What was decided about one concept in one photo."""
        row = self._catalogue.row(
            "SELECT state FROM decisions WHERE concept_id = ? AND photo_id = ?"
            " AND undone_at IS NULL ORDER BY id DESC LIMIT 1",
            (concept_id, photo_id),
        )
        return None if row is None else str(row[0])

    def of_concept(self, concept_id: int) -> dict[int, str]:
        """What was decided about a concept, by photo id."""
        # In the order taken, so that the newest is what stays in the dict.
        rows = self._catalogue.rows(
            "SELECT photo_id, state FROM decisions"
            " WHERE concept_id = ? AND undone_at IS NULL ORDER BY id",
            (concept_id,),
        )
        return dict(rows)

    def of_photo(self, photo_id: int) -> dict[int, str]:
        """What was decided about a photo, by concept id."""
        rows = self._catalogue.rows(
            "SELECT concept_id, state FROM decisions"
            " WHERE photo_id = ? AND undone_at IS NULL ORDER BY id",
            (photo_id,),
        )
        return dict(rows)

    def _outweighed(self, concept_id: int, photo_id: int) -> bool:
        """Whether the photo was tagged after the last decision, which then needs saying again."""
        row = self._catalogue.row(
            "SELECT 1 FROM tags WHERE concept_id = ? AND photo_id = ? AND after_decision >="
            " (SELECT max(id) FROM decisions WHERE concept_id = tags.concept_id"
            " AND photo_id = tags.photo_id AND undone_at IS NULL)",
            (concept_id, photo_id),
        )
        return row is not None
