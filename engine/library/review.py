"""What to ask the owner: is this Biscuit? Whatever was answered is never asked again."""

# ruff: noqa: S608 (put together from this package's constants; values are always bound)

from __future__ import annotations

from collections.abc import Collection, Iterator

from engine.library.concepts import Concepts
from engine.library.merges import Merges
from engine.library.photos import Photos
from engine.library.sightings import RECOGNISED, SUGGESTED, Sighting, Sightings
from engine.library.store import Store, id_list

EDGE = 0.5
"""The score from which a head is sure: an answer near it teaches most."""

DOUBTFUL = 0.62
"""Up to this score a recognised sighting may be asked about too."""

_PAGE = 200


class Review:
    """Questions from the scores in index.db, less what the owner has said in library.db."""

    def __init__(
        self, index: Store, concepts: Concepts, sightings: Sightings, photos: Photos, merges: Merges
    ) -> None:
        self._index = index
        self._concepts = concepts
        self._sightings = sightings
        self._photos = photos
        self._merges = merges

    def queue(
        self, concept_id: int | None = None, *, limit: int = 50, doubtful: int = 3
    ) -> list[Sighting]:
        """Sightings to ask about, of one concept or of all that are not hidden.

        Nearest the edge first, from both sides: `suggested` ones, and at most `doubtful` that were
        `recognised` but only just. Photos that lie nowhere are not asked about.
        """
        if concept_id is None:
            wanted = {one.id for one in self._concepts.all() if not one.hidden}
        else:
            wanted = {self._merges.root(concept_id)}
        found = self._take(wanted, SUGGESTED, limit)
        found += self._take(wanted, RECOGNISED, min(doubtful, limit))
        found.sort(key=lambda one: (abs(one.score - EDGE), one.photo_id, one.concept_id))
        return found[:limit]

    def _take(self, wanted: Collection[int], state: str, most: int) -> list[Sighting]:
        found: dict[tuple[int, int], Sighting] = {}
        for photo_ids in self._pages(wanted, state):
            if len(found) >= most:
                break
            here = self._photos.present(photo_ids)
            for sightings in self._sightings.of_photos(
                [p for p in photo_ids if p in here]
            ).values():
                for one in sightings:
                    near = state == SUGGESTED or one.score < DOUBTFUL
                    if one.state == state and one.concept_id in wanted and near:
                        found[one.concept_id, one.photo_id] = one
        ordered = sorted(found.values(), key=lambda one: abs(one.score - EDGE))
        return ordered[:most]

    def _pages(self, wanted: Collection[int], state: str) -> Iterator[list[int]]:
        """Photos with such scores, nearest the edge first, some at a time."""
        family = self._merges.families(wanted)
        start = 0
        way = "DESC" if state == SUGGESTED else "ASC"
        while rows := self._index.rows(
            "SELECT photo_id FROM scores WHERE concept_id IN (SELECT value FROM json_each(?))"
            f" AND state = ? AND score < ? ORDER BY score {way}, photo_id"
            f" LIMIT {_PAGE} OFFSET {start}",
            (id_list(family), state, 2 if state == SUGGESTED else DOUBTFUL),
        ):
            yield [row[0] for row in rows]
            start += len(rows)
