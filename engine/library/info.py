"""What a photo's file says about it: size, when, where, with which camera."""

# ruff: noqa: S608 (put together from this package's constants; values are always bound)

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.library.store import Row, Store, id_list

_COLUMNS = "width, height, taken_at, latitude, longitude, camera, format, duration, pair"


@dataclass(frozen=True)
class Info:
    """width, height: pixels of the upright picture; taken_at: ISO 8601, local to the camera, with
    an offset where the camera knew it; latitude, longitude: degrees, north and east positive;
    format: "JPEG", "RAW", "video"...; duration: of a video, in seconds; pair: the same for the
    still and the movie of a Live Photo."""

    width: int
    height: int
    taken_at: str | None
    latitude: float | None
    longitude: float | None
    camera: str | None
    format: str
    duration: float | None = None
    pair: str | None = None


class Infos:
    """Table of photo information in index.db."""

    def __init__(self, index: Store) -> None:
        self._index = index

    def put_many(self, infos: Mapping[int, Info]) -> None:
        """Store what is known of many photos, by photo id; their places are looked up again."""
        with self._index.transaction():
            self._index.run(
                "DELETE FROM located WHERE photo_id IN (SELECT value FROM json_each(?))",
                (id_list(infos),),
            )
            self._put(infos)

    def get(self, photo_id: int) -> Info | None:
        """What is known of one photo."""
        return self.many([photo_id]).get(photo_id)

    def many(self, photo_ids: Sequence[int]) -> dict[int, Info]:
        """What is known of these photos, by photo id."""
        rows = self._index.rows(
            f"SELECT photo_id, {_COLUMNS} FROM info"
            " WHERE photo_id IN (SELECT value FROM json_each(?))",
            (id_list(photo_ids),),
        )
        return {row[0]: Info(*row[1:]) for row in rows}

    def positions(self) -> list[tuple[int, float, float]]:
        """Photo id, latitude and longitude of every photo with GPS."""
        return self._index.rows(
            "SELECT photo_id, latitude, longitude FROM info"
            " WHERE latitude IS NOT NULL AND longitude IS NOT NULL"
        )

    def formats(self) -> list[str]:
        """The formats that any photo has, as in `Info`."""
        return [row[0] for row in self._index.rows("SELECT DISTINCT format FROM info")]

    def of_formats(self, formats: Iterable[str]) -> set[int]:
        """The photos that have one of these formats."""
        rows = self._index.rows(
            "SELECT photo_id FROM info WHERE format IN (SELECT value FROM json_each(?))",
            (json.dumps(list(formats)),),
        )
        return {row[0] for row in rows}

    def taken(self, photo_ids: Iterable[int] | None = None) -> dict[int, str]:
        """When photos, these or all, were taken, for those that say so."""
        condition = ""
        values: Row = ()
        if photo_ids is not None:
            condition = " AND photo_id IN (SELECT value FROM json_each(?))"
            values = (id_list(photo_ids),)
        rows = self._index.rows(
            f"SELECT photo_id, taken_at FROM info WHERE taken_at IS NOT NULL{condition}", values
        )
        return dict(rows)

    def _put(self, infos: Mapping[int, Info]) -> None:
        self._index.many(
            f"INSERT OR REPLACE INTO info (photo_id, {_COLUMNS}, moment)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
            " CAST(strftime('%s', substr(?4, 1, 19)) AS INTEGER))",
            [
                (
                    photo_id,
                    info.width,
                    info.height,
                    info.taken_at,
                    info.latitude,
                    info.longitude,
                    info.camera,
                    info.format,
                    info.duration,
                    info.pair,
                )
                for photo_id, info in infos.items()
            ],
        )
