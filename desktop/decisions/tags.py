"""Decisions made by pointing: this is Biscuit, here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop import words
from desktop.decisions.decision import Decision
from desktop.process.messages import Change

if TYPE_CHECKING:
    from engine.library import Library
    from engine.library.tags import Box, Tag


def tag(concept_id: int, name: str, photo_id: int, box: Box | None) -> Decision:
    """Someone known is in this photo, at this place or somewhere."""
    before: list[Tag] = []

    def do(library: Library) -> Change:
        before[:] = library.tags.add_many(concept_id, {photo_id: box})
        return Change.of("sightings", "captions", photos=[photo_id])

    def undo(library: Library) -> Change:
        library.tags.put_back(concept_id, [photo_id], before)
        return Change.of("sightings", "captions", photos=[photo_id])

    text = words.tr("{} is in this photo").format(name)
    return Decision(text, do, undo, learn={concept_id: frozenset([photo_id])})


def introduce(name: str, kind: str, photo_id: int, box: Box | None) -> Decision:
    """Someone new, who is in this photo; what they look like is learned afterwards (`teach`)."""
    made: list[int] = []
    learn: dict[int, frozenset[int]] = {}

    def do(library: Library) -> Change:
        with library.transaction():
            if made:
                library.concepts.restore(made[0])
            else:
                concept = library.concepts.add(name, kind)
                library.tags.add(concept.id, photo_id, box)
                made.append(concept.id)
        return Change.of("concepts", "sightings", "captions")

    def undo(library: Library) -> Change:
        library.concepts.remove(made[0])
        # The lesson may have been cut off: if this is done again, it is learned from the photo.
        learn[made[0]] = frozenset([photo_id])
        return Change.of("concepts", "sightings", "captions")

    return Decision(words.tr("{} is in this photo").format(name), do, undo, learn=learn)
