"""Tags: "this photo shows Ada", said by the owner, with a box or without."""

# ruff: noqa: S608 (put together from this package's constants; values are always bound)

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.errors import UsageError
from engine.library.identity import now
from engine.library.merges import Merges
from engine.library.store import Row, Store, id_list

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 as fractions of the upright picture's width and height."""

_COLUMNS = "concept_id, photo_id, x0, y0, x1, y1, created_at, after_decision"


@dataclass(frozen=True)
class Tag:
    """One tag; `box` is None when the owner pointed at the photo as a whole.

    given_to: the concept it was given to, which may have been merged into `concept_id` since;
    after_decision: the newest decision at that time, so that later ones outweigh it.
    """

    concept_id: int
    photo_id: int
    box: Box | None
    created_at: str
    given_to: int
    after_decision: int


def as_box(x0: float | None, y0: float | None, x1: float | None, y1: float | None) -> Box | None:
    """Four columns as a box, or None."""
    if x0 is None or y0 is None or x1 is None or y1 is None:
        return None
    return (x0, y0, x1, y1)


def box_columns(box: Box | None) -> Row:
    """A box as four columns."""
    return (None, None, None, None) if box is None else tuple(float(edge) for edge in box)


def checked(box: Box | None) -> Box | None:
    """The box itself; raises UsageError when it is none."""
    if box is not None and not (0 <= box[0] < box[2] <= 1 and 0 <= box[1] < box[3] <= 1):
        raise UsageError("A box lies inside the picture and has a width and a height.")
    return box


_SAME_FACE = 0.3


def area(box: Box) -> float:
    """How much of the picture a box covers, 0..1."""
    return (box[2] - box[0]) * (box[3] - box[1])


def shared(one: Box, other: Box) -> float:
    """What two boxes share of what they cover together, 0..1."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    if across <= 0 or down <= 0:
        return 0.0
    return across * down / (area(one) + area(other) - across * down)


def same_face(one: Box, other: Box) -> bool:
    """Whether two boxes share so much of what they cover together that they show the same face."""
    return shared(one, other) >= _SAME_FACE


class Tags:
    """Table of tags in library.db; at most one per concept and photo."""

    def __init__(self, catalogue: Store, merges: Merges) -> None:
        self._catalogue = catalogue
        self._merges = merges

    def add(self, concept_id: int, photo_id: int, box: Box | None = None) -> None:
        """Tag a photo, or move the tag's box. It outweighs an earlier rejection."""
        self.add_many(concept_id, {photo_id: box})

    def add_many(self, concept_id: int, boxes: Mapping[int, Box | None]) -> list[Tag]:
        """Like `add` for many photos, by photo id; the tags of theirs that were there before.

        `put_back` of these undoes it.
        """
        for box in boxes.values():
            checked(box)
        moment = now()
        try:
            with self._catalogue.transaction():
                root = self._merges.root(concept_id)
                before = self._of(root, boxes)
                self._delete(before)
                self._catalogue.many(
                    f"INSERT INTO tags ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?,"
                    " (SELECT coalesce(max(id), 0) FROM decisions))",
                    [(root, photo, *box_columns(box), moment) for photo, box in boxes.items()],
                )
        except sqlite3.IntegrityError as error:
            raise UsageError("There is no such photo, or nobody by that name, to tag.") from error
        return before

    def remove(self, concept_id: int, photo_id: int) -> Tag | None:
        """Take a tag away and return it; None if there is none."""
        return next(iter(self.remove_many(concept_id, [photo_id])), None)

    def remove_many(self, concept_id: int, photo_ids: Sequence[int]) -> list[Tag]:
        """Take the tags of these photos away and return them, so that `put_back` can undo it."""
        with self._catalogue.transaction():
            before = self._of(concept_id, photo_ids)
            self._delete(before)
        return before

    def put_back(self, concept_id: int, photo_ids: Sequence[int], before: Iterable[Tag]) -> None:
        """Make the tags of these photos what they were, undoing `add_many` or `remove_many`."""
        with self._catalogue.transaction():
            self._delete(self._of(concept_id, photo_ids))
            self._catalogue.many(
                f"INSERT INTO tags ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        tag.given_to,
                        tag.photo_id,
                        *box_columns(tag.box),
                        tag.created_at,
                        tag.after_decision,
                    )
                    for tag in before
                ],
            )

    def of_concept(self, concept_id: int) -> list[Tag]:
        """Every tag of a concept, oldest first."""
        family = self._merges.family(concept_id)
        return self._where("concept_id IN (SELECT value FROM json_each(?))", (id_list(family),))

    def of_photo(self, photo_id: int) -> list[Tag]:
        """Every tag of a photo, oldest first."""
        return self._where("photo_id = ?", (photo_id,))

    def all(self) -> list[Tag]:
        """Every tag, oldest first."""
        return self._where("1", ())

    def _of(self, concept_id: int, photo_ids: Iterable[int]) -> list[Tag]:
        """The tags of these photos as they are stored: of merged concepts, one for each."""
        rows = self._catalogue.rows(
            f"SELECT {_COLUMNS} FROM tags WHERE concept_id IN (SELECT value FROM json_each(?))"
            " AND photo_id IN (SELECT value FROM json_each(?))",
            (id_list(self._merges.family(concept_id)), id_list(photo_ids)),
        )
        root = self._merges.root(concept_id)
        return [_tag(row, root) for row in rows]

    def _delete(self, tags: Iterable[Tag]) -> None:
        self._catalogue.many(
            "DELETE FROM tags WHERE concept_id = ? AND photo_id = ?",
            [(tag.given_to, tag.photo_id) for tag in tags],
        )

    def _where(self, condition: str, values: Row) -> list[Tag]:
        roots = self._merges.roots()
        rows = self._catalogue.rows(
            f"SELECT {_COLUMNS} FROM tags WHERE {condition}"
            " ORDER BY created_at, photo_id, concept_id",
            values,
        )
        # Two that were merged may both be tagged in one photo: the newer tag counts.
        found: dict[tuple[int, int], Tag] = {}
        for row in rows:
            tag = _tag(row, roots[row[0]])
            key = tag.concept_id, tag.photo_id
            found.pop(key, None)
            found[key] = tag
        return list(found.values())


def _tag(row: Row, root: int) -> Tag:
    return Tag(root, row[1], as_box(*row[2:6]), row[6], row[0], row[7])
