"""Decisions about names that files carry: these are Ada's, or they are not wanted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from desktop import words
from desktop.decisions.decision import Decision
from desktop.decisions.people import REJECTED
from desktop.process.messages import Change

if TYPE_CHECKING:
    from engine.library import Library
    from engine.library.tags import Box, Tag


def give(name: str, concept_id: int, called: str, boxes: Mapping[int, Box]) -> Decision:
    """What files call `name` is someone known, who is called so or otherwise."""
    before: list[Tag] = []
    new: list[bool] = []

    def do(library: Library) -> Change:
        with library.transaction():
            before[:] = library.tags.add_many(concept_id, boxes)
            new[:] = [library.carried.bear(name, concept_id)]
        return Change.of("sightings", "captions", photos=boxes)

    def undo(library: Library) -> Change:
        with library.transaction():
            library.tags.put_back(concept_id, list(boxes), before)
            if any(new):
                library.carried.bear_no_more(name)
        return Change.of("sightings", "captions", photos=boxes)

    text = words.tr("{} is in {}").format(called, words.photos(len(boxes)))
    return Decision(text, do, undo, learn={concept_id: frozenset(boxes)})


def refuse(name: str) -> Decision:
    """This name is not wanted, however many files carry it."""

    def do(library: Library) -> Change:
        library.carried.refuse(name)
        return Change.of("sightings")

    def undo(library: Library) -> Change:
        library.carried.offer(name)
        return Change.of("sightings")

    return Decision(words.tr("{} will not be offered again").format(name), do, undo)


def not_here(name: str, photo_id: int, concept_id: int | None) -> Decision:
    """The file is wrong: this is not `name`; concept_id: whom the name means, if anybody."""
    decided: list[int] = []

    def do(library: Library) -> Change:
        with library.transaction():
            library.carried.refuse(name, photo_id)
            if concept_id is not None:
                decided[:] = library.decisions.decide_many(concept_id, [photo_id], REJECTED)
        return Change.of("sightings", "captions", photos=[photo_id])

    def undo(library: Library) -> Change:
        with library.transaction():
            library.carried.offer(name, photo_id)
            if concept_id is not None:
                library.decisions.undo_many(concept_id, decided)
        return Change.of("sightings", "captions", photos=[photo_id])

    text = words.tr("{} is not in this photo; that will not be asked again").format(name)
    learn = {} if concept_id is None else {concept_id: frozenset([photo_id])}
    return Decision(text, do, undo, learn=learn)
