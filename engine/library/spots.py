"""Where photos were taken, in words: the place nearest to what their GPS says."""

# ruff: noqa: S608 (put together from this package's constants; values are always bound)

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.library.arrays import columns
from engine.library.names import fold
from engine.library.store import Store, id_list

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_COLUMNS = "city, region, country, country_code"


@dataclass(frozen=True)
class Spot:
    """A place on the map. city, region: empty where none is near; country_code: ISO 3166, "NO"."""

    city: str
    region: str
    country: str
    country_code: str

    @property
    def name(self) -> str:
        """The nearest of what it is called: the city, where there is one."""
        return self.city or self.region or self.country


Position = tuple[int, float, float]
"""photo id, latitude and longitude in degrees, north and east positive"""


class Spots:
    """Tables of places in index.db."""

    def __init__(self, index: Store) -> None:
        self._index = index

    def pending(self, limit: int) -> list[Position]:
        """Photos with GPS that were not looked up yet, at most `limit`."""
        return self._index.rows(
            "SELECT photo_id, latitude, longitude FROM info WHERE latitude IS NOT NULL"
            " AND longitude IS NOT NULL AND photo_id NOT IN (SELECT photo_id FROM located)"
            " LIMIT ?",
            (limit,),
        )

    def put_many(self, spots: Mapping[int, Spot | None]) -> None:
        """Store the places of photos, by photo id; None where nothing is near."""
        with self._index.transaction():
            different = sorted({one for one in spots.values() if one}, key=lambda one: one.city)
            self._index.many(
                f"INSERT OR IGNORE INTO spots ({_COLUMNS}) VALUES (?, ?, ?, ?)",
                [(one.city, one.region, one.country, one.country_code) for one in different],
            )
            numbers = {spot: number for number, spot in self.all().items()}
            self._index.many(
                "INSERT OR REPLACE INTO located VALUES (?, ?)",
                [(photo, None if spot is None else numbers[spot]) for photo, spot in spots.items()],
            )

    def get(self, photo_id: int) -> Spot | None:
        """Where one photo was taken."""
        return self.many([photo_id]).get(photo_id)

    def many(self, photo_ids: Sequence[int]) -> dict[int, Spot]:
        """Where these photos were taken, by photo id; those without a place are left out."""
        rows = self._index.rows(
            f"SELECT photo_id, {_COLUMNS} FROM located JOIN spots ON spots.id = spot_id"
            " WHERE photo_id IN (SELECT value FROM json_each(?))",
            (id_list(photo_ids),),
        )
        return {row[0]: Spot(*row[1:]) for row in rows}

    def all(self) -> dict[int, Spot]:
        """Every place photos were taken in, by its number."""
        rows = self._index.rows(f"SELECT id, {_COLUMNS} FROM spots ORDER BY id")
        return {row[0]: Spot(*row[1:]) for row in rows}

    def placed(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The photos that were taken somewhere known, and the number of each one's place, in the
        same order: as light as can be."""
        photos, spots = columns(
            self._index,
            "SELECT group_concat(photo_id), group_concat(spot_id) FROM located"
            " WHERE spot_id IS NOT NULL",
        )
        return photos, spots

    def count(self) -> int:
        """How many photos were looked up."""
        row = self._index.row("SELECT count(*) FROM located")
        return 0 if row is None else int(row[0])

    def named(self, name: str) -> list[int]:
        """Numbers of the places a name means: a city, a region, a country or its code.

        Case and accents do not matter.
        """
        wanted = _plain(name)
        if not wanted:
            return []
        return [
            number
            for number, spot in self.all().items()
            if wanted in {_plain(each) for each in (spot.city, spot.region, spot.country)}
            or wanted in _CODES.get(spot.country_code, (spot.country_code.lower(),))
        ]

    def photos(self, name: str) -> set[int]:
        """Photos taken in a place with this name."""
        rows = self._index.rows(
            "SELECT photo_id FROM located WHERE spot_id IN (SELECT value FROM json_each(?))",
            (id_list(self.named(name)),),
        )
        return {row[0] for row in rows}


_CODES = {"GB": ("gb", "uk", "britain", "great britain"), "US": ("us", "usa", "america")}
"""What people write for a country, where that is not its code alone."""


def _plain(name: str) -> str:
    """A name without case and accents: "Tromsø" is "tromso", "Île-de-France" "ile-de-france"."""
    letters = unicodedata.normalize("NFD", fold(name).translate(_LETTERS))
    return "".join(one for one in letters if not unicodedata.combining(one))


_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ł": "l"})
