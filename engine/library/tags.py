"""Tags: "this photo shows Ada", said by the owner, with a box or without."""

# ruff: noqa: S608 (put together from this package's constants; values are always bound)

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from engine.errors import UsageError
from engine.library.identity import now
from engine.library.store import Row, Store

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 as fractions of the upright picture's width and height."""

_COLUMNS = "concept_id, photo_id, x0, y0, x1, y1, created_at"


@dataclass(frozen=True)
class Tag:
    """One tag; `box` is None when the owner pointed at the photo as a whole."""

    concept_id: int
    photo_id: int
    box: Box | None
    created_at: str


def as_box(x0: float | None, y0: float | None, x1: float | None, y1: float | None) -> Box | None:
    """Four columns as a box, or None."""
    if x0 is None or y0 is None or x1 is None or y1 is None:
        return None
    return (x0, y0, x1, y1)


def box_columns(box: Box | None) -> Row:
    """A box as four columns."""
    return (None, None, None, None) if box is None else tuple(float(edge) for edge in box)


class Tags:
    """Table of tags in library.db; at most one per concept and photo."""

    def __init__(self, catalogue: Store) -> None:
        self._catalogue = catalogue

    def add(self, concept_id: int, photo_id: int, box: Box | None = None) -> Tag:
        """Tag a photo, or move the tag's box. It outweighs an earlier rejection."""
        if box is not None and not (0 <= box[0] < box[2] <= 1 and 0 <= box[1] < box[3] <= 1):
            raise UsageError("A box lies inside the picture and has a width and a height.")
        tag = Tag(concept_id, photo_id, box, now())
        try:
            self._catalogue.run(
                "INSERT OR REPLACE INTO tags"
                f" ({_COLUMNS}, after_decision) VALUES (?, ?, ?, ?, ?, ?, ?,"
                " (SELECT coalesce(max(id), 0) FROM decisions))",
                (concept_id, photo_id, *box_columns(box), tag.created_at),
            )
        except sqlite3.IntegrityError as error:
            raise UsageError("There is no such photo, or nobody by that name, to tag.") from error
        return tag

    def remove(self, concept_id: int, photo_id: int) -> Tag | None:
        """Take a tag away and return it, so that `add` can bring it back; None if there is none."""
        with self._catalogue.transaction():
            rows = self._catalogue.rows(
                f"SELECT {_COLUMNS} FROM tags WHERE concept_id = ? AND photo_id = ?",
                (concept_id, photo_id),
            )
            self._catalogue.run(
                "DELETE FROM tags WHERE concept_id = ? AND photo_id = ?", (concept_id, photo_id)
            )
        return _tag(rows[0]) if rows else None

    def of_concept(self, concept_id: int) -> list[Tag]:
        """Every tag of a concept, oldest first."""
        return self._where("concept_id = ?", concept_id)

    def of_photo(self, photo_id: int) -> list[Tag]:
        """Every tag of a photo, oldest first."""
        return self._where("photo_id = ?", photo_id)

    def _where(self, condition: str, value: int) -> list[Tag]:
        rows = self._catalogue.rows(
            f"SELECT {_COLUMNS} FROM tags WHERE {condition}"
            " ORDER BY created_at, photo_id, concept_id",
            (value,),
        )
        return [_tag(row) for row in rows]


def _tag(row: Row) -> Tag:
    return Tag(row[0], row[1], as_box(*row[2:6]), row[6])
