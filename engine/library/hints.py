"""What files and their sidecars say about the pictures: suggestions by others, never decisions."""

# ruff: noqa: S608 (put together from this package's constants; values are always bound)

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from engine.library.names import fold
from engine.library.store import Row, Store, id_list
from engine.library.tags import Box, area

_log = logging.getLogger(__name__)

_COLUMNS = "title, description, keywords, rating, regions, taken_at, latitude, longitude"


@dataclass(frozen=True)
class Region:
    """A part of the picture that somebody marked in another program; kind: "face" or "pet"."""

    box: Box
    name: str | None = None
    kind: str = "face"


@dataclass(frozen=True)
class Hints:
    """rating: 1..5 stars, or -1 for rejected; taken_at: ISO 8601, a day alone or a moment; place:
    degrees north and east."""

    title: str | None = None
    description: str | None = None
    keywords: tuple[str, ...] = ()
    rating: int | None = None
    regions: tuple[Region, ...] = ()
    taken_at: str | None = None
    place: tuple[float, float] | None = None

    @property
    def words(self) -> str:
        """All that is written about the picture, to be searched like its caption."""
        return "\n".join(filter(None, (self.title, self.description, *self.keywords)))


class PhotoHints:
    """Table of hints in index.db; photos about which nothing is said have no row."""

    def __init__(self, index: Store) -> None:
        self._index = index

    def put_many(self, hints: Mapping[int, Hints]) -> None:
        """Store the hints of many photos, by photo id, in place of older ones."""
        with self._index.transaction():
            self._index.many(
                "DELETE FROM hints WHERE photo_id = ?", [(photo_id,) for photo_id in hints]
            )
            self._index.many(
                f"INSERT INTO hints (photo_id, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [(photo_id, *_row(one)) for photo_id, one in hints.items() if one != Hints()],
            )
            self._index.run(
                "DELETE FROM named_regions WHERE photo_id IN (SELECT value FROM json_each(?))",
                (id_list(hints),),
            )
            self._index.many(
                "INSERT INTO named_regions VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (folded, photo_id, one.name, one.kind, *one.box)
                    for photo_id, said in hints.items()
                    for folded, one in _named(said.regions).items()
                ],
            )

    def get(self, photo_id: int) -> Hints:
        """What is said about one photo."""
        return self.many([photo_id]).get(photo_id, Hints())

    def rated(self, least: int) -> set[int]:
        """The photos that have at least so many stars."""
        rows = self._index.rows("SELECT photo_id FROM hints WHERE rating >= ?", (least,))
        return {row[0] for row in rows}

    def many(self, photo_ids: Sequence[int]) -> dict[int, Hints]:
        """What is said about these photos, by photo id; those about which nothing is are absent."""
        rows = self._index.rows(
            f"SELECT photo_id, {_COLUMNS} FROM hints"
            " WHERE photo_id IN (SELECT value FROM json_each(?))",
            (id_list(photo_ids),),
        )
        return {row[0]: _hints(row[1:]) for row in rows}


def _named(regions: Sequence[Region]) -> dict[str, Region]:
    """By folded name, the largest region of each."""
    by_size = sorted(regions, key=lambda one: area(one.box))
    return {folded: one for one in by_size if one.name and (folded := fold(one.name))}


def _row(hints: Hints) -> Row:
    regions = [asdict(one) for one in hints.regions]
    return (
        hints.title,
        hints.description,
        json.dumps(hints.keywords, ensure_ascii=False),
        hints.rating,
        json.dumps(regions, ensure_ascii=False),
        hints.taken_at,
        *(hints.place or (None, None)),
    )


def lists_of(keywords: str, regions: str) -> tuple[tuple[str, ...], tuple[Region, ...]]:
    """What these two texts of a row say; raises ValueError when they are damaged."""
    try:
        words = tuple(str(one) for one in json.loads(keywords))
        marked = tuple(
            Region(tuple(one["box"]), one["name"], one["kind"]) for one in json.loads(regions)
        )
    except (KeyError, TypeError) as error:
        raise ValueError("not what was written") from error
    return words, marked


def _hints(row: Row) -> Hints:
    title, description, keywords, rating, regions, taken_at, latitude, longitude = row
    try:
        words, marked = lists_of(keywords, regions)
    except ValueError:
        _log.warning("What was written about a photo is damaged; `familiar check` mends it.")
        words, marked = (), ()
    return Hints(
        title=title,
        description=description,
        keywords=words,
        rating=rating,
        regions=marked,
        taken_at=taken_at,
        place=None if latitude is None else (latitude, longitude),
    )
