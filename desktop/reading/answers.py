"""Answers to searches that need no model: names, favourites, stars and dates, straight from the
library.

What a query means is for `engine.search.query` to say; whatever asks for words, exact phrases,
places, albums or types is for the engine to answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from desktop import words
from desktop.reading.shown import Ids, Shown
from desktop.reading.tiles import Seen, Tile
from engine.search.query import Known, Query, parse

if TYPE_CHECKING:
    from engine.library import Library


def needs_engine(query: Query) -> bool:
    """Whether only the engine can answer."""
    asked = query.meaning or query.phrases or query.places or query.albums or query.types
    return bool(asked) or not query.conditions


def understand(text: str, names: list[Known]) -> Query:
    """A query as the search language reads it."""
    return parse(text, names)


def answer(library: Library, query: Query, timeline: Shown) -> Shown:
    """The photos of the timeline that meet a query's conditions, under the same months."""
    wanted = {one for clause in query.wanted for group in clause for one in group}
    # Where in the timeline each of them is: with rows marked, conditions are a few quick steps.
    marks = {
        one: _marked(timeline, library.sightings.photos_of(one)) for one in wanted | query.unwanted
    }
    chosen = np.ones(len(timeline), bool)
    for clause in query.wanted:
        groups = [np.logical_and.reduce([marks[one] for one in group]) for group in clause]
        chosen &= np.logical_or.reduce(groups)
    for one in query.unwanted:
        chosen &= ~marks[one]
    if query.favourite:
        chosen &= _marked(timeline, np.asarray(library.photos.favourites(), np.int64))
    if query.rating:
        rated = np.asarray(sorted(library.hints.rated(query.rating)), np.int64)
        chosen &= _marked(timeline, rated)
    rows = np.flatnonzero(chosen)
    if query.dates:
        taken = library.info.taken()
        ids = timeline.ids[rows].tolist()
        rows = rows[np.fromiter((query.dates.holds(taken.get(one)) for one in ids), bool, len(ids))]

    def why(_: int, tile: Tile | None) -> str:
        seen = {} if tile is None else tile.seen
        return words.together(*(_sure(one) for key, one in seen.items() if key in wanted))

    return timeline.at(rows, why).ready()


def _marked(timeline: Shown, photo_ids: Ids) -> NDArray[np.bool_]:
    marks = np.zeros(len(timeline), bool)
    marks[timeline.rows_of(photo_ids)] = True
    return marks


def _sure(seen: Seen) -> str:
    if seen.state == "confirmed":
        return words.tr("{}, confirmed by you").format(seen.name)
    return words.tr("{}, {} sure").format(seen.name, f"{seen.score:.0%}")
