"""Everyone and everything known, counted and with a picture: what a window shows at a glance."""

# ruff: noqa: S608 (put together from this package's constants; values are always bound)

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from engine.library.concepts import Concept, Concepts, Cover
from engine.library.decisions import CONFIRMED, REJECTED
from engine.library.merges import Merges
from engine.library.photos import Photos
from engine.library.put_away import PutAway
from engine.library.sightings import RECOGNISED, SUGGESTED, Key, Sightings
from engine.library.store import Store, id_list
from engine.library.tags import Box, Tags, as_box

_TRIED = 3
"""Photos looked at for a cover, in case one was rejected or is gone."""

_ONLY = "photo_id IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True)
class Person:
    """A concept with how many photos show it (recognised or confirmed) or might (suggested).

    cover: what the owner chose, unless they said since that it is not there, or else a photo where
    it is plain to see; None when it is in none.
    """

    concept: Concept
    photos: int
    confirmed: int
    suggested: int
    tagged: int
    cover: Cover | None


class People:
    """Reads across both databases that cost little however many photos there are."""

    def __init__(
        self,
        index: Store,
        merges: Merges,
        concepts: Concepts,
        photos: Photos,
        tags: Tags,
        sightings: Sightings,
        put_away: PutAway,
    ) -> None:
        self._index = index
        self._merges = merges
        self._concepts = concepts
        self._photos = photos
        self._tags = tags
        self._sightings = sightings
        self._put_away = put_away

    def all(self) -> list[Person]:
        """Everyone and everything that has not been removed, hidden ones too, in the order they
        were added."""
        concepts = self._concepts.all()
        out = self._put_away.photos()
        said = {key: one for key, one in self._sightings.said().items() if key[1] not in out}
        counts = self._counts(said, out)
        tagged = Counter(tag.concept_id for tag in self._tags.all())
        no = {key for key, (state, _) in said.items() if state == REJECTED}
        chosen = {
            one.id: one.cover
            for one in concepts
            if one.cover
            and one.cover.photo_id not in out
            and (one.id, one.cover.photo_id) not in no
        }
        covers = self._covers(said, [one.id for one in concepts if one.id not in chosen], out)
        return [
            Person(
                concept=one,
                photos=counts[one.id, RECOGNISED] + counts[one.id, CONFIRMED],
                confirmed=counts[one.id, CONFIRMED],
                suggested=counts[one.id, SUGGESTED],
                tagged=tagged[one.id],
                cover=chosen.get(one.id) or covers.get(one.id),
            )
            for one in concepts
        ]

    def _counts(
        self, said: dict[Key, tuple[str, Box | None]], out: set[int]
    ) -> Counter[tuple[int, str]]:
        """How many photos there are of each concept and state, but for those that are `out`."""
        counts: Counter[tuple[int, str]] = Counter()
        roots = self._merges.roots()
        merged = {*roots, *roots.values()}
        for concept, state, number in self._index.rows(
            "SELECT concept_id, state, count(*) FROM scores GROUP BY concept_id, state"
        ):
            if concept not in merged:
                counts[concept, state] = number
        # What the owner said, what is out, and those that were merged, are looked at one by one.
        photos = {photo for concept, photo in said if concept not in merged} | out
        for concept, photo, state in self._index.rows(
            f"SELECT concept_id, photo_id, state FROM scores WHERE {_ONLY}", (id_list(photos),)
        ):
            if ((concept, photo) in said or photo in out) and concept not in merged:
                counts[concept, state] -= 1
        counts.update(
            (concept, state) for (concept, _), (state, _) in said.items() if concept not in merged
        )
        for root in set(roots.values()):
            seen = self._sightings.of_concept(root)
            counts.update((root, one.state) for one in seen if one.photo_id not in out)
        return counts

    def _covers(
        self, said: dict[Key, tuple[str, Box | None]], wanted: Iterable[int], out: set[int]
    ) -> dict[int, Cover]:
        """A photo for each concept: one the owner named it in, else where it is surest."""
        ids = set(wanted)
        candidates: dict[int, list[Cover]] = {}
        for (concept, photo), (state, box) in said.items():
            if state == CONFIRMED and concept in ids:
                candidates.setdefault(concept, []).append(Cover(photo, box))
        for found in candidates.values():
            found.sort(key=lambda one: one.box is None)  # stable: the first tag with a box
        for concept, cover in self._surest(ids, out):
            if (concept, cover.photo_id) not in said:
                candidates.setdefault(concept, []).append(cover)
        here = self._photos.present(one.photo_id for some in candidates.values() for one in some)
        return {
            concept: next(one for one in found if one.photo_id in here)
            for concept, found in candidates.items()
            if any(one.photo_id in here for one in found)
        }

    def _surest(self, ids: Iterable[int], out: set[int]) -> list[tuple[int, Cover]]:
        roots = self._merges.roots()
        rows = self._index.rows(
            "SELECT concept_id, photo_id, x0, y0, x1, y1 FROM json_each(?1) AS wanted JOIN scores"
            " ON concept_id = wanted.value AND photo_id IN"
            " (SELECT photo_id FROM scores WHERE concept_id = wanted.value AND state = ?2"
            " AND photo_id NOT IN (SELECT value FROM json_each(?3))"
            f" ORDER BY score DESC LIMIT {_TRIED}) ORDER BY score DESC",
            (id_list(self._merges.families(ids)), RECOGNISED, id_list(out)),
        )
        return [(roots[row[0]], Cover(row[1], as_box(*row[2:6]))) for row in rows]
