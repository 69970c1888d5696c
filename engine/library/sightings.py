"""Who is in which photo: the heads' scores, and what the owner said, which always wins."""

# ruff: noqa: S608 (put together from this package's constants; values are always bound)

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.library.arrays import among
from engine.library.decisions import CONFIRMED, REJECTED
from engine.library.merges import Merges
from engine.library.store import Row, Store, id_list
from engine.library.tags import Box, as_box, box_columns
from engine.library.versions import Versions

RECOGNISED = "recognised"
SUGGESTED = "suggested"

_FAMILY = "concept_id IN (SELECT value FROM json_each(?))"
if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_ONLY = "photo_id IN (SELECT value FROM json_each(?))"
_OF_THESE = "concept_id IN (SELECT value FROM json_each(?))"

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
    """Table of scores in index.db, seen together with tags and decisions in library.db.

    What is stored of a concept that was merged into another counts for that one.
    """

    def __init__(self, catalogue: Store, index: Store, versions: Versions, merges: Merges) -> None:
        self._catalogue = catalogue
        self._index = index
        self._versions = versions
        self._merges = merges

    def put_scores(self, concept_id: int, head_version: str, scores: Iterable[Score]) -> set[int]:
        """Replace all of a concept's scores; see `put_for_photos` for what is returned."""
        rows = [(concept_id, *score) for score in scores]
        family = (id_list(self._merges.family(concept_id)),)
        return self._replace(_FAMILY, family, {concept_id: head_version}, rows)

    def put_for_photos(
        self,
        photo_ids: Sequence[int],
        head_versions: dict[int, str],
        scores: Iterable[tuple[int, int, float, str, Box | None]],
    ) -> set[int]:
        """Replace what heads said of these photos by (concept id, photo id, score, state, box).

        head_versions: by concept id, of every head that was asked; scores of other concepts, such
        as those whose heads wait to be learned for other models, stay. Returns the photos in which
        some concept is named now and was not, or was and is not: their captions are out of date.
        """
        asked = (id_list(photo_ids), id_list(head_versions))
        return self._replace(f"{_ONLY} AND {_OF_THESE}", asked, head_versions, list(scores))

    def of_concept(self, concept_id: int) -> list[Sighting]:
        """Every sighting of a concept, the surest first, the owner's before the machine's."""
        found = self._merged(_FAMILY, (id_list(self._merges.family(concept_id)),))
        return sorted(
            found, key=lambda s: (s.state not in (CONFIRMED, REJECTED), -s.score, s.photo_id)
        )

    def said_of(self, concept_id: int) -> dict[int, str]:
        """What the owner said of a concept, by photo: confirmed or rejected."""
        family = (id_list(self._merges.family(concept_id)),)
        return {photo: state for (_, photo), (state, _) in self._said(_FAMILY, family).items()}

    def scored(self, concept_id: int) -> list[int]:
        """Photos in which a concept's head saw something, or nearly did."""
        family = (id_list(self._merges.family(concept_id)),)
        rows = self._index.rows(f"SELECT DISTINCT photo_id FROM scores WHERE {_FAMILY}", family)
        return [row[0] for row in rows]

    def photos_of(self, concept_id: int) -> NDArray[np.int64]:
        """Ids of the photos that count as showing a concept (`Sighting.named`), in no order.

        Reads numbers alone: quick for someone who is in a million photos.
        """
        import numpy as np

        family = (id_list(self._merges.family(concept_id)),)
        rows = self._index.rows(
            f"SELECT DISTINCT photo_id FROM scores WHERE {_FAMILY} AND state = ?",
            (*family, RECOGNISED),
        )
        found = np.fromiter((row[0] for row in rows), np.int64, len(rows))
        said = {photo: state for (_, photo), (state, _) in self._said(_FAMILY, family).items()}
        confirmed = [photo for photo, state in said.items() if state == CONFIRMED]
        left = found[~among(found, np.fromiter(said, np.int64, len(said)))]
        return np.concatenate((left, np.asarray(confirmed, np.int64)))

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

    def boxes(self, concept_ids: Iterable[int]) -> list[tuple[int, Box | None]]:
        """The photos these concepts are seen in or suggested for, and where: as light as can be."""
        family = (id_list(self._merges.families(concept_ids)),)
        roots = self._merges.roots()
        said = self._said(_FAMILY, family)
        found: list[tuple[int, Box | None]] = []
        scored: set[Key] = set()
        for concept, photo, *edges in self._index.rows(
            f"SELECT concept_id, photo_id, x0, y0, x1, y1 FROM scores WHERE {_FAMILY}", family
        ):
            key = roots[concept], photo
            state, given = said.get(key, (CONFIRMED, None))
            if state == CONFIRMED:
                found.append((photo, given or as_box(*edges)))
            scored.add(key)
        for key, (state, given) in said.items():
            if state == CONFIRMED and key not in scored:
                found.append((key[1], given))
        return found

    def said(self) -> dict[Key, tuple[str, Box | None]]:
        """All that the owner said: confirmed or rejected, and the box if they gave one."""
        return self._said("1", ())

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
        changed = {key for key in {*before, *after} if before[key] != after[key]}
        said = self._said(condition, values) if changed else {}
        return {key[1] for key in changed if key not in said or max(before[key], after[key]) > 1}

    def _named(self, condition: str, values: Row) -> Counter[Key]:
        """Who is recognised where, and by how many heads if they were merged since."""
        roots = self._merges.roots()
        rows = self._index.rows(
            f"SELECT concept_id, photo_id FROM scores WHERE {condition} AND state = ?",
            (*values, RECOGNISED),
        )
        return Counter((roots[concept], photo) for concept, photo in rows)

    def _merged(self, condition: str, values: Row) -> list[Sighting]:
        said = self._said(condition, values)
        roots = self._merges.roots()
        found: dict[Key, Sighting] = {}
        for concept, photo, score, state, *edges in self._index.rows(
            "SELECT concept_id, photo_id, score, state, x0, y0, x1, y1 FROM scores"
            f" WHERE {condition}",
            values,
        ):
            key = roots[concept], photo
            box = as_box(*edges)
            if key in said:
                state, given = said[key]
                box = given or box
            sighting = Sighting(photo, key[0], score, box, state)
            known = found.get(key)
            # Recognised comes before suggested, then the surer one.
            if known is None or (known.state, -known.score) > (state, -score):
                found[key] = sighting
        for key, (state, box) in said.items():
            if key not in found:
                found[key] = Sighting(key[1], key[0], 1.0, box, state)
        return list(found.values())

    def _said(self, condition: str, values: Row) -> dict[Key, tuple[str, Box | None]]:
        """What the owner says: decisions, and tags unless they were rejected afterwards."""
        roots = self._merges.roots()
        decided: dict[Key, tuple[int, str]] = {
            (roots[concept], photo): (number, state)
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
            f" WHERE {condition} ORDER BY created_at",
            values,
        ):
            key = roots[concept], photo
            number, state = decided.get(key, (0, CONFIRMED))
            if state == CONFIRMED or number <= after:
                said[key] = (CONFIRMED, as_box(*edges))
        return said
