"""Which photos belong together: trips away from home, and days on which much was photographed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.albums.gazetteer import distance
from engine.library.timeline import DAY

NIGHT = 4 * 3600
"""A day ends at four in the morning: a party belongs to the evening it began."""

AWAY = 60.0
"""Kilometres from home from which a day is one away."""

KNOWN_DAYS = 10
"""Days with GPS that it takes to tell where home is."""

TRIP = 8
"""Photos that make a trip."""

BUSY = 15
"""Photos that make a day, if they are also `BUSIER` times those of a usual day of the season."""

BUSIER = 3
SEASON = 45
"""Days before and after one that tell what is usual."""

_YEAR = 365

Moments = NDArray[np.int64]
Degrees = NDArray[np.float64]


@dataclass(frozen=True)
class Run:
    """Photos from `start` up to `end` (left out), by their places in order of time.

    away: whether it is a trip away from home.
    """

    start: int
    end: int
    away: bool


@dataclass(frozen=True)
class _Day:
    """One day's photos; where they were taken in the middle, if any has GPS."""

    number: int
    start: int
    end: int
    where: tuple[float, float] | None


def find_runs(moments: Moments, latitudes: Degrees, longitudes: Degrees) -> list[Run]:
    """The trips and days among photos, in order of time.

    moments int64 [n], rising, as in `Timeline`; latitudes, longitudes float64 [n] in degrees, NaN
    for photos without GPS. A trip goes on over one day without photos, and over days without GPS.
    """
    days = _days(moments, latitudes, longitudes)
    away = _away(days)
    runs = []
    at = 0
    while at < len(days):
        if not away[at]:
            at += 1
            continue
        last = end = at
        while end + 1 < len(days) and away[end + 1] is not False and _near(days, end):
            end += 1
            if away[end]:
                last = end
        if days[last].end - days[at].start >= TRIP:
            runs.append((at, last, True))
        at = last + 1
    taken = {day for first, last, _ in runs for day in range(first, last + 1)}
    if days:
        runs += [(first, last, False) for first, last in _busy(days, taken)]
    return [Run(days[first].start, days[last].end, away) for first, last, away in sorted(runs)]


def _days(moments: Moments, latitudes: Degrees, longitudes: Degrees) -> list[_Day]:
    if not len(moments):
        return []
    numbers = (moments - NIGHT) // DAY
    starts = np.flatnonzero(np.diff(numbers, prepend=numbers[:1] - 1))
    days = []
    for start, end in zip(starts.tolist(), [*starts[1:].tolist(), len(moments)], strict=True):
        known = ~np.isnan(latitudes[start:end])
        where = None
        if known.any():
            where = _middle(latitudes[start:end][known], longitudes[start:end][known])
        days.append(_Day(int(numbers[start]), start, end, where))
    return days


def _middle(latitudes: Degrees, longitudes: Degrees) -> tuple[float, float]:
    """The median of places that lie together, across the 180th meridian too."""
    first = float(longitudes[0])
    turned = (longitudes - first + 180) % 360 - 180
    longitude = (first + float(np.median(turned)) + 180) % 360 - 180
    return float(np.median(latitudes)), longitude


def _near(days: Sequence[_Day], at: int) -> bool:
    """Whether at most one day without photos lies after this one."""
    return days[at + 1].number - days[at].number <= 2


def _away(days: Sequence[_Day]) -> list[bool | None]:
    """For each day whether it was spent away from home; None where nothing tells."""
    homes = _homes(days)
    away: list[bool | None] = []
    for day in days:
        home = homes.get(day.number // _YEAR)
        if home is None or day.where is None:
            away.append(None)
        else:
            away.append(distance(home, day.where) > AWAY)
    return away


def _homes(days: Sequence[_Day]) -> dict[int, tuple[float, float]]:
    """Where home was in each year: where most days were, of that year and those beside it."""
    located = [day for day in days if day.where is not None]
    if len(located) < KNOWN_DAYS:
        return {}
    by_year: dict[int, list[_Day]] = {}
    for day in located:
        by_year.setdefault(day.number // _YEAR, []).append(day)
    homes = {}
    for year in by_year:
        some = [day for near in (year - 1, year, year + 1) for day in by_year.get(near, ())]
        homes[year] = _most_common(some if len(some) >= KNOWN_DAYS else located)
    return homes


def _most_common(days: Sequence[_Day]) -> tuple[float, float]:
    """The middle of the place, some ten kilometres wide, in which most of the days were."""
    cells: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for day in days:
        if day.where is not None:
            cells.setdefault((round(day.where[0] * 10), round(day.where[1] * 10)), []).append(
                day.where
            )
    most = max(cells.values(), key=len)
    latitudes, longitudes = np.array(most).T
    return _middle(latitudes, longitudes)


def _busy(days: Sequence[_Day], taken: set[int]) -> list[tuple[int, int]]:
    """Days, alone or one after the other, on which far more was photographed than is usual."""
    numbers = np.array([day.number for day in days])
    counts = np.array([day.end - day.start for day in days])
    before = np.append(0, np.cumsum(counts))
    first = np.searchsorted(numbers, numbers - SEASON)
    last = np.searchsorted(numbers, numbers + SEASON, side="right")
    usual = (before[last] - before[first] - counts) / (2 * SEASON)
    busy = np.flatnonzero(counts >= np.maximum(BUSY, BUSIER * usual))
    runs: list[tuple[int, int]] = []
    for at in busy.tolist():
        if at in taken:
            continue
        if runs and runs[-1][1] == at - 1 and numbers[at - 1] == numbers[at] - 1:
            runs[-1] = (runs[-1][0], at)
        else:
            runs.append((at, at))
    return runs
