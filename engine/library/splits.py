"""Taking two apart that were taken for one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.errors import UsageError
from engine.library.concepts import Concept, Concepts
from engine.library.decisions import REJECTED, Decisions
from engine.library.sightings import Sightings
from engine.library.store import Store
from engine.library.tags import Tag, Tags


@dataclass(frozen=True)
class Split:
    """What a split did: the new concept, the photos that went over to it, and the tags that the
    old one had there; `rejected` are the photos where it was rejected because of the split; made:
    whether the new one was not there before, and else the tags that it had there (`before`)."""

    old: int
    new: Concept
    photo_ids: tuple[int, ...]
    tags: tuple[Tag, ...]
    rejected: tuple[int, ...]
    made: bool = True
    before: tuple[Tag, ...] = ()


class Splits:
    """Works on the tables of concepts, tags and decisions in library.db, all or nothing."""

    def __init__(
        self,
        catalogue: Store,
        index: Store,
        concepts: Concepts,
        tags: Tags,
        decisions: Decisions,
        sightings: Sightings,
    ) -> None:
        self._catalogue = catalogue
        self._index = index
        self._concepts = concepts
        self._tags = tags
        self._decisions = decisions
        self._sightings = sightings

    def split(self, concept_id: int, photo_ids: Sequence[int], name: str) -> Split:
        """These photos show somebody else, called `name` from now on.

        They are the new one's tags, in the boxes where the old one was seen, and rejections of the
        old one. `undo` takes it all back; merging the two also joins them again, at any time.
        Raises UsageError for no photos, a photo that does not show the concept, or a bad or taken
        name.
        """
        return self._split(
            concept_id, photo_ids, lambda old: self._concepts.add(name, old.kind, old.noun)
        )

    def move(self, concept_id: int, photo_ids: Sequence[int], into: int) -> Split:
        """Likewise where the somebody else is known: these photos go over to them.

        Raises UsageError as `split` does, and for one of another kind, or the same.
        """

        def known(old: Concept) -> Concept:
            other = self._concepts.get(into)
            if other is None:
                raise UsageError("There is nobody and nothing by that name.")
            if other.id == old.id:
                raise UsageError(f"These photos are among those of {old.name}.")
            if other.kind != old.kind:
                raise UsageError(f"{other.name} is a {other.kind} and {old.name} a {old.kind}.")
            return other

        return self._split(concept_id, photo_ids, known, made=False)

    def again(self, split: Split) -> Split:
        """Do it again after `undo`: it is the same new one, whom later decisions may be about.

        Raises UsageError as `split` does.
        """
        if not split.made:
            return self.move(split.old, split.photo_ids, split.new.id)
        return self._split(
            split.old, split.photo_ids, lambda _: self._concepts.restore(split.new.id)
        )

    def _split(
        self,
        concept_id: int,
        photo_ids: Sequence[int],
        give: Callable[[Concept], Concept],
        *,
        made: bool = True,
    ) -> Split:
        """give: makes the new one, or finds it."""
        wanted = tuple(dict.fromkeys(photo_ids))
        old = self._concepts.get(concept_id)
        if old is None:
            raise UsageError("There is nobody and nothing by that name.")
        if not wanted:
            raise UsageError("Choose at least one photo that shows somebody else.")
        seen = self._sightings.of_photos(wanted)
        boxes = {
            photo_id: one.box
            for photo_id in wanted
            for one in seen.get(photo_id, ())
            if one.concept_id == old.id
        }
        if len(boxes) < len(wanted):
            raise UsageError(f"{old.name} is not in all of these photos.")
        # In the order in which `Library.transaction` takes the two files.
        with self._index.transaction(), self._catalogue.transaction():
            new = give(old)
            tags = self._tags.remove_many(old.id, wanted)
            rejected = self._decisions.decide_many(old.id, wanted, REJECTED)
            # After the rejections: if the two are merged again one day, the tags count.
            before = self._tags.add_many(new.id, boxes)
        return Split(old.id, new, wanted, tuple(tags), tuple(rejected), made, tuple(before))

    def undo(self, split: Split) -> None:
        """Everything is the old one's again; the new one is removed, if it was made."""
        with self._catalogue.transaction():
            self._tags.put_back(split.new.id, split.photo_ids, split.before)
            self._decisions.undo_many(split.old, split.rejected)
            self._tags.put_back(split.old, split.photo_ids, split.tags)
            if split.made:
                self._concepts.remove(split.new.id)
