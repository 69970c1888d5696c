"""What the owner says about the household, with what follows: recognisers learn, captions change.

The library keeps each decision at once; learning comes after, and may be left to indexing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from engine.library import Library
from engine.library.carried import CarriedName
from engine.library.concepts import Concept
from engine.library.groups import FaceGroup
from engine.library.sightings import Sighting
from engine.library.splits import Split
from engine.library.trips import Trip
from engine.pointing import Which, Who, concept_of, photo_of


class Teacher(Protocol):
    """Who learns: the facade. See `Familiar.learn`."""

    def learn(self, decided: Mapping[int, Collection[int]]) -> bool: ...


class Household:
    """The people, pets and things of one library."""

    def __init__(self, library: Library, teacher: Teacher) -> None:
        self._library = library
        self._teacher = teacher

    def groups(self, limit: int = 100) -> list[FaceGroup]:
        """Faces that look alike and that nobody has named, the largest group first."""
        return self._library.groups.largest(limit)

    def names_in_files(self) -> list[CarriedName]:
        """Names that other programs wrote beside faces which are not known to be theirs; teaching
        them from `library.carried.clearest` makes them known."""
        return self._library.carried.all()

    def review(self, who: Who | None = None, limit: int = 50) -> list[Sighting]:
        """What to ask the owner about someone, or about all; see `library.review`."""
        concept_id = None if who is None else concept_of(self._library, who).id
        return self._library.review.queue(concept_id, limit=limit)

    def merge(self, into: Who, other: Who) -> Concept:
        """The two are one; `unmerge` of the other's id undoes it."""
        kept, gone = concept_of(self._library, into), concept_of(self._library, other)
        merged = self._library.concepts.merge(kept.id, gone.id)
        self._teacher.learn({kept.id: ()})
        return merged

    def unmerge(self, concept_id: int) -> Concept:
        """They are two after all."""
        kept = concept_of(self._library, concept_id)
        back = self._library.concepts.unmerge(concept_id)
        self._teacher.learn({kept.id: (), back.id: ()})
        return back

    def split(self, who: Who, photos: Sequence[Which], name: str) -> Split:
        """These photos show somebody else, called `name`; `library.splits.undo` undoes it."""
        concept = concept_of(self._library, who)
        ids = [photo_of(self._library, one) for one in photos]
        split = self._library.splits.split(concept.id, ids, name)
        self._teacher.learn({split.new.id: split.photo_ids, split.old: split.photo_ids})
        return split

    def trips(self) -> list[Trip]:
        """Trips and days found by time and place, the latest first."""
        return self._library.trips.all()
