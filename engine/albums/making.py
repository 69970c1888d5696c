"""Finds a library's trips and days, and names them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.albums.finding import NIGHT, find_runs
from engine.albums.titles import Facts, title
from engine.library.library import Library
from engine.library.timeline import Timeline
from engine.library.trips import FoundTrip, day_of
from engine.progress import Cancel

_METHOD = 1
"""Another number when trips are found or named in another way."""

_SAID = ("recognise", "caption")
"""Stages whose results titles are made of."""


def make_albums(library: Library, cancel: Cancel) -> bool:
    """Bring the trips up to date; whether anything was different from when they were found last.

    Raises Cancelled with the trips as they were.
    """
    timeline = library.timelines.read()
    stamp = _stamp(library, timeline)
    if library.trips.stamp() == stamp:
        return False
    ids, moments = timeline.ids[timeline.dated][::-1], timeline.moments[timeline.dated][::-1]
    favourites = set(timeline.ids[timeline.favourites].tolist())
    latitudes, longitudes = _positions(library, ids)
    found = []
    for run in find_runs(moments, latitudes, longitudes):
        cancel.check()
        some = slice(run.start, run.end)
        found.append(
            _trip(library, ids[some].tolist(), moments[some].tolist(), favourites, away=run.away)
        )
    library.trips.replace(found, stamp)
    return True


def _stamp(library: Library, timeline: Timeline) -> str:
    """A digest of all that trips and their titles follow from."""
    digest = hashlib.blake2b(f"{_METHOD} {library.spots.count()}".encode(), digest_size=16)
    for array in (timeline.ids, timeline.moments, timeline.dated, timeline.favourites):
        digest.update(array.tobytes())
    for stage in _SAID:
        digest.update(f"{stage} {library.stages.latest(stage)} ".encode())
    digest.update(f"{len(library.sightings.said())}".encode())
    return digest.hexdigest()


def _positions(
    library: Library, ids: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Latitudes and longitudes [n] of these photos, NaN where there is no GPS."""
    known = library.info.positions()
    at = {photo: row for row, photo in enumerate(ids.tolist())} if known else {}
    places = np.full((2, len(ids)), np.nan)
    for photo, latitude, longitude in known:
        if photo in at:
            places[:, at[photo]] = latitude, longitude
    return places[0], places[1]


def _trip(
    library: Library,
    ids: Sequence[int],
    moments: Sequence[int],
    favourites: set[int],
    *,
    away: bool,
) -> FoundTrip:
    captions = library.captions.many(ids)
    sightings = library.sightings.of_photos(ids)
    spots = library.spots.many(ids)
    named = {
        photo: [one.concept_id for one in some if one.named] for photo, some in sightings.items()
    }
    facts = Facts(
        first=day_of(moments[0] - NIGHT),
        last=day_of(moments[-1] - NIGHT),
        photos=len(ids),
        spots=list(spots.values()),
        captions=[captions[one].template for one in ids if one in captions],
        named=Counter(concept for concepts in named.values() for concept in concepts),
        away=away,
    )
    cover = _cover(ids, favourites, {photo: len(some) for photo, some in named.items()})
    return FoundTrip(ids, moments[0], moments[-1], title(facts), cover)


def _cover(ids: Sequence[int], favourites: set[int], people: dict[int, int]) -> int:
    """A favourite, else one with company, else one from the middle."""
    middle = len(ids) // 2
    best = max(
        range(len(ids)),
        key=lambda at: (
            ids[at] in favourites,
            min(people.get(ids[at], 0), 3),
            -abs(at - middle),
        ),
    )
    return ids[best]
