"""Answers to searches that need no model: names, favourites and dates, straight from the library.

What a query means is for `engine.search.query` to say; whatever asks for words or exact phrases is
for the engine to answer.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from desktop import words
from desktop.reading.shown import Shown
from desktop.reading.tiles import Seen, Tile
from engine.search.query import Known, Query, parse

if TYPE_CHECKING:
    from engine.library import Library


def needs_engine(query: Query) -> bool:
    """Whether only the engine can answer."""
    return bool(query.meaning or query.phrases) or not query.conditions


def understand(text: str, names: list[Known]) -> Query:
    """A query as the search language reads it."""
    return parse(text, names)


def answer(library: Library, query: Query, timeline: Shown) -> Shown:
    """The photos of the timeline that meet a query's conditions, under the same months."""
    wanted = {one for clause in query.wanted for group in clause for one in group}
    photos = {one: library.sightings.photos_of(one) for one in wanted | query.unwanted}
    chosen = timeline.ids
    for clause in query.wanted:
        groups = [reduce(np.intersect1d, [photos[one] for one in group]) for group in clause]
        chosen = chosen[np.isin(chosen, np.concatenate(groups))]
    for one in query.unwanted:
        chosen = chosen[~np.isin(chosen, photos[one])]
    if query.favourite:
        chosen = chosen[np.isin(chosen, np.asarray(library.photos.favourites(), np.int64))]
    if query.dates:
        taken = library.info.taken()
        chosen = np.asarray(
            [one for one in chosen.tolist() if query.dates.holds(taken.get(one))], np.int64
        )

    def why(_: int, tile: Tile | None) -> str:
        seen = {} if tile is None else tile.seen
        return words.together(*(_sure(one) for key, one in seen.items() if key in wanted))

    return timeline.only(chosen, why).ready()


def _sure(seen: Seen) -> str:
    if seen.state == "confirmed":
        return words.tr("{}, confirmed by you").format(seen.name)
    return words.tr("{}, {} sure").format(seen.name, f"{seen.score:.0%}")
