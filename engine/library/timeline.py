"""All photos in order of time, light enough for a million."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.library.arrays import columns
from engine.library.store import Store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DAY = 86_400


@dataclass(frozen=True, eq=False)
class Timeline:
    """Photos that lie somewhere, newest first: arrays of one length.

    ids int64; moments int64: when each was taken by the camera's own clock, as seconds since
    1970-01-01 00:00 on that clock (so `moments // 86400` are days), of undated photos when the
    file was last changed; favourites bool; dated bool: whether the camera noted a date.
    """

    ids: NDArray[np.int64]
    moments: NDArray[np.int64]
    favourites: NDArray[np.bool_]
    dated: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.ids)

    def months(self) -> list[Month]:
        """The months that have photos, newest first, with where each begins in the arrays."""
        import numpy as np

        if not len(self.ids):
            return []
        numbers = self.moments.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
        starts = np.flatnonzero(np.diff(numbers, prepend=numbers[0] + 1))
        ends = np.append(starts[1:], len(numbers))
        return [
            Month(1970 + number // 12, number % 12 + 1, start, end - start)
            for number, start, end in zip(
                numbers[starts].tolist(), starts.tolist(), ends.tolist(), strict=True
            )
        ]


@dataclass(frozen=True)
class Month:
    """A month's photos in a `Timeline`: `count` of them from `start` on; month is 1..12."""

    year: int
    month: int
    start: int
    count: int


class Timelines:
    """Puts library.db's places and favourites and index.db's dates in one order."""

    def __init__(self, catalogue: Store, index: Store) -> None:
        self._catalogue = catalogue
        self._index = index

    def read(self) -> Timeline:
        """Every photo that lies somewhere, newest first."""
        import numpy as np

        ids, moments = columns(
            self._catalogue,
            "SELECT group_concat(photo_id), group_concat(mtime_ns / 1000000000)"
            " FROM places INDEXED BY places_by_time",
        )
        ids, moments = _by_photo(ids, moments)
        cameras, taken = _by_photo(
            *columns(
                self._index,
                "SELECT group_concat(photo_id), group_concat(moment)"
                " FROM info INDEXED BY info_moments WHERE moment IS NOT NULL",
            )
        )
        (favoured,) = columns(
            self._catalogue, "SELECT group_concat(id) FROM photos WHERE favourite"
        )
        at, known = _places(ids, cameras)
        dated = np.zeros(len(ids), bool)
        dated[at] = True
        moments[at] = taken[known]
        moments[~dated] = _own_clock(moments[~dated])
        favourites = np.zeros(len(ids), bool)
        favourites[_places(ids, favoured)[0]] = True
        newest = np.argsort(moments, kind="stable")[::-1]
        return Timeline(ids[newest], moments[newest], favourites[newest], dated[newest])


def _by_photo(
    ids: NDArray[np.int64], moments: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Photos in order of their ids, each once, with the latest of its moments."""
    import numpy as np

    # They come in that order from the indexes, and are sorted already: then this costs nothing.
    order = np.argsort(ids, kind="stable")
    ids, moments = ids[order], moments[order]
    starts = np.flatnonzero(np.append(np.ones(min(1, len(ids)), bool), ids[1:] != ids[:-1]))
    if not len(starts):
        return ids, moments
    return ids[starts], np.maximum.reduceat(moments, starts)


def _places(
    ordered: NDArray[np.int64], wanted: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Where those of `wanted` that are among `ordered` stand in it, and which these are."""
    import numpy as np

    if not len(ordered):
        return np.empty(0, np.int64), np.zeros(len(wanted), bool)
    at = np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)
    known = ordered[at] == wanted
    return at[known], known


def _own_clock(seconds: NDArray[np.int64]) -> NDArray[np.int64]:
    """Moments in UTC as this machine's clock showed them, as cameras note them."""
    import numpy as np

    days, place = np.unique(seconds // DAY, return_inverse=True)
    return seconds + np.fromiter(map(_offset, days.tolist()), np.int64, len(days))[place]


def _offset(day: int) -> int:
    """This machine's clock at noon of a day, in seconds before UTC's."""
    try:
        return time.localtime(day * DAY + DAY // 2).tm_gmtoff
    except (OverflowError, OSError, ValueError):
        return 0
