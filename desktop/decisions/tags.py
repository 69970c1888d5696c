"""Decisions made by pointing: this is Biscuit, here."""

from __future__ import annotations

from collections.abc import Mapping
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


def introduce(
    name: str,
    kind: str,
    boxes: Mapping[int, Box | None],
    *,
    in_files: bool = False,
    made: list[int] | None = None,
) -> Decision:
    """Someone new, who is in these photos; what they look like is learned afterwards (`teach`).

    in_files: their files say so, and mean them by that name from now on. made: gets their number,
    once they are there.
    """
    made = [] if made is None else made
    learn: dict[int, frozenset[int]] = {}

    def do(library: Library) -> Change:
        with library.transaction():
            if made:
                library.concepts.restore(made[0])
            else:
                concept = library.concepts.add(name, kind)
                library.tags.add_many(concept.id, boxes)
                made.append(concept.id)
            if in_files:
                library.carried.bear(name, made[0])
        return Change.of("concepts", "sightings", "captions")

    def undo(library: Library) -> Change:
        with library.transaction():
            library.concepts.remove(made[0])
            if in_files:
                library.carried.bear_no_more(name)
        # The lesson may have been cut off: if this is done again, it is learned from the photos.
        learn[made[0]] = frozenset(boxes)
        return Change.of("concepts", "sightings", "captions")

    text = words.tr("{} is among your people now") if in_files else words.tr("{} is in this photo")
    return Decision(text.format(name), do, undo, learn=learn)
