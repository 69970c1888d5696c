"""Faces that nobody has named yet, those that look alike together."""

# ruff: noqa: S608 (put together from this package's constants; values are always bound)

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.library.store import Row, Store, id_list
from engine.library.strangers import Strangers
from engine.library.tags import Box

ALONE = 0
"""The group of faces that look like no other."""

_COLUMNS = "face_id, group_id, photo_id, x0, y0, x1, y1, clarity"
_IN = "IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True)
class GroupedFace:
    """A face without a name. clarity: how large and plain it is, to compare faces with.

    face_id lasts until its photo is analysed again.
    """

    face_id: int
    group_id: int
    photo_id: int
    box: Box
    clarity: float


@dataclass(frozen=True)
class FaceGroup:
    """Faces that seem to be one person's, each in another photo; `cover` is the clearest.

    The id stays while the group grows.
    """

    id: int
    faces: int
    cover: GroupedFace


@dataclass(frozen=True)
class Ignored:
    """What `Groups.ignore` did, with which it is undone."""

    strangers: tuple[int, ...]
    faces: tuple[GroupedFace, ...]


class Groups:
    """Table of grouped faces in index.db; what the owner says of them is in library.db."""

    def __init__(self, catalogue: Store, index: Store, strangers: Strangers) -> None:
        self._catalogue = catalogue
        self._index = index
        self._strangers = strangers

    def largest(self, limit: int = 100, *, least: int = 2) -> list[FaceGroup]:
        """The groups of at least `least` faces, the largest first."""
        rows = self._index.rows(
            # SQLite takes the other columns from the row that has the greatest clarity.
            f"SELECT {_COLUMNS.replace('clarity', 'max(clarity)')}, count(*) AS faces"
            f" FROM face_groups WHERE group_id != {ALONE} GROUP BY group_id"
            " HAVING count(*) >= ? ORDER BY faces DESC, group_id LIMIT ?",
            (least, limit),
        )
        return [FaceGroup(row[1], row[8], _face(row)) for row in rows]

    def count(self, *, least: int = 2) -> int:
        """How many groups there are of at least `least` faces."""
        row = self._index.row(
            "SELECT count(*) FROM (SELECT 1 FROM face_groups"
            f" WHERE group_id != {ALONE} GROUP BY group_id HAVING count(*) >= ?)",
            (least,),
        )
        return 0 if row is None else int(row[0])

    def faces(self, group_id: int) -> list[GroupedFace]:
        """The faces of a group, the clearest first; to name it, teach these photos and boxes."""
        return self._where("group_id = ? ORDER BY clarity DESC, face_id", (group_id,))

    def of_photo(self, photo_id: int) -> list[GroupedFace]:
        """The faces in a photo that nobody has named, those alone in their group too."""
        return self._where("photo_id = ? ORDER BY face_id", (photo_id,))

    def ignore(self, faces: Iterable[GroupedFace]) -> Ignored:
        """These are nobody the owner knows: they are in no group, now or later.

        Pass `faces(group_id)` for a whole group. `notice` undoes it.
        """
        chosen = tuple(faces)
        with self._index.transaction(), self._catalogue.transaction():
            numbers = self._strangers.ignore((one.photo_id, one.box) for one in chosen)
            self.remove(one.face_id for one in chosen)
        return Ignored(tuple(numbers), chosen)

    def notice(self, ignored: Ignored) -> None:
        """Undo `ignore`: the faces are back in their groups."""
        with self._index.transaction(), self._catalogue.transaction():
            self._strangers.notice(ignored.strangers)
            there = self._index.rows(
                f"SELECT id FROM faces WHERE id {_IN}", (id_list(f.face_id for f in ignored.faces),)
            )
            here = {row[0] for row in there}
            self.put_many([one for one in ignored.faces if one.face_id in here])

    def assigned(self) -> dict[int, int]:
        """The group of every face that has been looked at, by face id."""
        return dict(self._index.rows("SELECT face_id, group_id FROM face_groups"))

    def new_ids(self, count: int) -> list[int]:
        """Numbers for new groups that no group ever had."""
        with self._index.transaction():
            row = self._index.row(
                "SELECT CAST(value AS INTEGER) FROM about WHERE key = 'last_group'"
            )
            last = ALONE if row is None else int(row[0])
            self._index.run(
                "INSERT OR REPLACE INTO about VALUES ('last_group', ?)", (str(last + count),)
            )
        return list(range(last + 1, last + count + 1))

    def put_many(self, faces: Sequence[GroupedFace]) -> None:
        """Put faces into groups, in place of where they were."""
        self._index.many(
            f"INSERT OR REPLACE INTO face_groups ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(one.face_id, one.group_id, one.photo_id, *one.box, one.clarity) for one in faces],
        )

    def remove(self, face_ids: Iterable[int]) -> None:
        """Take faces out of their groups."""
        self._index.run(f"DELETE FROM face_groups WHERE face_id {_IN}", (id_list(face_ids),))

    def _where(self, condition: str, values: Row) -> list[GroupedFace]:
        rows = self._index.rows(f"SELECT {_COLUMNS} FROM face_groups WHERE {condition}", values)
        return [_face(row) for row in rows]


def _face(row: Row) -> GroupedFace:
    return GroupedFace(row[0], row[1], row[2], row[3:7], row[7])
