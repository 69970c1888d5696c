"""Answers to searches that need no model: names, favourites and dates, straight from the library.

What a query means is for `engine.search.query` to say; whatever asks for words or exact phrases is
for the engine to answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from desktop import words
from desktop.reading.shown import Shown
from engine.search.query import Known, Query, parse

if TYPE_CHECKING:
    from engine.library import Library
    from engine.library.sightings import Sighting


def needs_engine(query: Query) -> bool:
    """Whether only the engine can answer."""
    return bool(query.meaning or query.phrases) or not query.conditions


def understand(text: str, names: list[Known]) -> Query:
    """A query as the search language reads it."""
    return parse(text, names)


def answer(library: Library, query: Query, timeline: Shown) -> Shown:
    """The photos of the timeline that meet a query's conditions, under the same months."""
    seen = {
        one: _seen(library, one)
        for one in {*query.unwanted, *(i for clause in query.wanted for g in clause for i in g)}
    }
    chosen = timeline.ids
    for clause in query.wanted:
        groups = [_all_of([seen[one] for one in group]) for group in clause]
        found = np.fromiter(set().union(*groups), np.int64)
        chosen = chosen[np.isin(chosen, found)]
    for one in query.unwanted:
        chosen = chosen[~np.isin(chosen, np.fromiter(seen[one], np.int64))]
    if query.favourite:
        chosen = chosen[np.isin(chosen, np.asarray(library.photos.favourites(), np.int64))]
    if query.dates:
        taken = library.info.taken()
        chosen = np.asarray(
            [one for one in chosen.tolist() if query.dates.holds(taken.get(one))], np.int64
        )
    names = library.concepts.names()
    wanted = {names[one]: found for one, found in seen.items() if one not in query.unwanted}

    def why(photo_id: int) -> str:
        return words.together(
            *(_sure(name, found[photo_id]) for name, found in wanted.items() if photo_id in found)
        )

    return timeline.only(chosen, why).ready()


def _seen(library: Library, concept_id: int) -> dict[int, Sighting]:
    return {one.photo_id: one for one in library.sightings.of_concept(concept_id) if one.named}


def _sure(name: str, sighting: Sighting) -> str:
    if sighting.state == "confirmed":
        return words.tr("{}, confirmed by you").format(name)
    return words.tr("{}, {} sure").format(name, f"{sighting.score:.0%}")


def _all_of(groups: list[dict[int, Sighting]]) -> set[int]:
    return set.intersection(*(set(group) for group in groups))
