"""Who is in which photo: the heads' scores, and what the owner said, which always wins."""

# ruff: noqa: S608 (put together from this package's constants; values are always bound)

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.library.decisions import CONFIRMED, REJECTED
from engine.library.store import Row, Store, id_list
from engine.library.tags import Box, as_box, box_columns
from engine.library.versions import Versions

RECOGNISED = "recognised"
SUGGESTED = "suggested"

_ONLY = "photo_id IN (SELECT value FROM json_each(?))"

Score = tuple[int, float, str, "Box | None"]
"""photo id, score 0..1, recognised or suggested, and where in the picture if known."""

Key = tuple[int, int]
"""concept id, photo id"""


@dataclass(frozen=True)
class Sighting:
    """A concept in a photo. `score` is the head's, or 1 where only the owner says so."""

    photo_id: int
    concept_id: int
    score: float
    box: Box | None
    state: str

    @property
    def named(self) -> bool:
        """Whether captions and searches count it: recognised or confirmed."""
        return self.state in (RECOGNISED, CONFIRMED)


class Sightings:
    """Table of scores in index.db, seen together with tags and decisions in library.db."""

    def __init__(self, catalogue: Store, index: Store, versions: Versions) -> None:
        self._catalogue = catalogue
        self._index = index
        self._versions = versions

    def put_scores(self, concept_id: int, head_version: str, scores: Iterable[Score]) -> set[int]:
        """Replace all of a concept's scores; see `put_for_photos` for what is returned."""
        rows = [(concept_id, *score) for score in scores]
        return self._replace("concept_id = ?", (concept_id,), {concept_id: head_version}, rows)

    def put_for_photos(
        self,
        photo_ids: Sequence[int],
        head_versions: dict[int, str],
        scores: Iterable[tuple[int, int, float, str, Box | None]],
    ) -> set[int]:
        """Replace all scores of these photos by (concept id, photo id, score, state, box).

        head_versions: by concept id, of every concept in `scores`. Returns the photos in which
        some concept is named now and was not, or was and is not: their captions are out of date.
        """
        return self._replace(_ONLY, (id_list(photo_ids),), head_versions, list(scores))

    def of_concept(self, concept_id: int) -> list[Sighting]:
        """Every sighting of a concept, the surest first, the owner's before the machine's."""
        found = self._merged("concept_id = ?", (concept_id,))
        return sorted(
            found, key=lambda s: (s.state not in (CONFIRMED, REJECTED), -s.score, s.photo_id)
        )

    def of_photo(self, photo_id: int) -> list[Sighting]:
        """The sightings in one photo of concepts that have not been removed, by concept id."""
        return self.of_photos([photo_id]).get(photo_id, [])

    def of_photos(self, photo_ids: Sequence[int]) -> dict[int, list[Sighting]]:
        """Like `of_photo` for many photos, by photo id; those without any are left out."""
        rows = self._catalogue.rows("SELECT id FROM concepts WHERE removed_at IS NULL")
        alive = {row[0] for row in rows}
        photos: dict[int, list[Sighting]] = {}
        for sighting in self._merged(_ONLY, (id_list(photo_ids),)):
            if sighting.concept_id in alive:
                photos.setdefault(sighting.photo_id, []).append(sighting)
        for sightings in photos.values():
            sightings.sort(key=lambda s: s.concept_id)
        return photos

    def _replace(
        self, condition: str, values: Row, head_versions: dict[int, str], rows: list[Row]
    ) -> set[int]:
        with self._index.transaction():
            before = self._named(condition, values)
            self._index.run(f"DELETE FROM scores WHERE {condition}", values)
            numbers = {key: self._versions.number(name) for key, name in head_versions.items()}
            self._index.many(
                "INSERT INTO scores VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (concept, photo, numbers[concept], float(score), state, *box_columns(box))
                    for concept, photo, score, state, box in rows
                ],
            )
            after = self._named(condition, values)
        changed = before ^ after
        said = self._said(condition, values) if changed else {}
        return {photo for concept, photo in changed if (concept, photo) not in said}

    def _named(self, condition: str, values: Row) -> set[Key]:
        rows = self._index.rows(
            f"SELECT concept_id, photo_id FROM scores WHERE {condition} AND state = ?",
            (*values, RECOGNISED),
        )
        return set(rows)

    def _merged(self, condition: str, values: Row) -> list[Sighting]:
        said = self._said(condition, values)
        found = []
        for concept, photo, score, state, *edges in self._index.rows(
            "SELECT concept_id, photo_id, score, state, x0, y0, x1, y1 FROM scores"
            f" WHERE {condition}",
            values,
        ):
            box = as_box(*edges)
            if (concept, photo) in said:
                state, given = said.pop((concept, photo))
                box = given or box
            found.append(Sighting(photo, concept, score, box, state))
        found.extend(
            Sighting(photo, concept, 1.0, box, state)
            for (concept, photo), (state, box) in said.items()
        )
        return found

    def _said(self, condition: str, values: Row) -> dict[Key, tuple[str, Box | None]]:
        """What the owner says: decisions, and tags unless they were rejected afterwards."""
        decided: dict[Key, tuple[int, str]] = {
            (concept, photo): (number, state)
            for number, concept, photo, state in self._catalogue.rows(
                "SELECT id, concept_id, photo_id, state FROM decisions"
                f" WHERE {condition} AND undone_at IS NULL ORDER BY id",
                values,
            )
        }
        said: dict[Key, tuple[str, Box | None]] = {
            key: (state, None) for key, (_, state) in decided.items()
        }
        for concept, photo, after, *edges in self._catalogue.rows(
            f"SELECT concept_id, photo_id, after_decision, x0, y0, x1, y1 FROM tags"
            f" WHERE {condition}",
            values,
        ):
            number, state = decided.get((concept, photo), (0, CONFIRMED))
            if state == CONFIRMED or number <= after:
                said[concept, photo] = (CONFIRMED, as_box(*edges))
        return said
