"""Names for positions on the map, with no network: towns and cities of GeoNames (CC BY 4.0), which
come inside the package `reverse_geocode`."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from engine.library.library import Library
from engine.library.spots import Spot
from engine.progress import Cancel

NEAR = 25.0
"""Kilometres from the middle of a town up to which a photo was taken in it."""

FAR = 150.0
"""Kilometres from any town at all beyond which a photo was taken nowhere: at sea, on ice."""

WITHIN = 0.75
"""Part of a place's reach in which a photo is well inside."""

_SIZES = (0, 100_000, 1_000_000)
"""The nearest place is looked for among all, and among the larger ones: what lies in a city is
otherwise named after one of its quarters."""

_TOGETHER = 4096
_EARTH = 6371.0


def locate_photos(library: Library, cancel: Cancel) -> int:
    """Look up where photos with GPS were taken that were not looked up yet; how many.

    Loads the towns only when there are such photos.
    """
    done = 0
    while pending := library.spots.pending(_TOGETHER):
        cancel.check()
        names = spots([(latitude, longitude) for _, latitude, longitude in pending])
        library.spots.put_many({row[0]: spot for row, spot in zip(pending, names, strict=True)})
        done += len(pending)
    return done


def spots(positions: Sequence[tuple[float, float]]) -> list[Spot | None]:
    """The place at each position (latitude, longitude in degrees), None where nothing is near."""
    import reverse_geocode

    found: list[list[Any]] = [
        reverse_geocode.search(list(positions), min_population=size) for size in _SIZES
    ]
    return [
        _best(position, candidates)
        for position, candidates in zip(positions, zip(*found, strict=True), strict=True)
    ]


def _best(position: tuple[float, float], candidates: Sequence[dict[str, Any]]) -> Spot | None:
    """Of the nearest of each size the largest the position is well inside, else the nearest."""
    apart = [distance(position, (one["latitude"], one["longitude"])) for one in candidates]
    inside = [
        at for at, one in enumerate(candidates) if apart[at] <= WITHIN * _reach(one["population"])
    ]
    at = inside[-1] if inside else min(range(len(candidates)), key=apart.__getitem__)
    if apart[at] > FAR:
        return None
    place = candidates[at]
    return Spot(
        # "Mitte (Centre) / Altstadt" is more than anybody says.
        city=re.split(r" [(/]", place["city"])[0] if apart[at] <= NEAR else "",
        region=place.get("state", ""),
        country=place["country"],
        country_code=place["country_code"],
    )


def _reach(population: int) -> float:
    """How far a place of so many people reaches, in kilometres: Paris 13, a village 1."""
    return 1 + 0.008 * math.sqrt(population)


def distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres between two positions in degrees, over the sphere."""
    (a, b), (c, d) = ((math.radians(lat), math.radians(lon)) for lat, lon in (one, other))
    half = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 2 * _EARTH * math.asin(min(1.0, math.sqrt(half)))
