"""The faces found in photos."""

# ruff: noqa: S608 (put together from this package's constants; values are always bound)

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from engine.library.arrays import blob, join, pages, read_matrix
from engine.library.store import Row, Store, id_list
from engine.library.tags import Box
from engine.library.versions import Versions

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_COLUMNS = "photo_id, x0, y0, x1, y1, score, embedding"
_ONLY = " AND photo_id IN (SELECT value FROM json_each(?))"


class FaceLike(Protocol):
    """box: fractions of the upright picture; score: 0..1; embedding: unit float32 [e]."""

    @property
    def box(self) -> Box: ...

    @property
    def score(self) -> float: ...

    @property
    def embedding(self) -> NDArray[np.float32]: ...


@dataclass(frozen=True, eq=False)
class StoredFace:
    """One face as it is stored; ids change when the photo is analysed again."""

    id: int
    photo_id: int
    box: Box
    score: float
    embedding: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class FaceTable:
    """Many faces: ids and photo_ids int64 [n], embeddings float32 [n, e], boxes float32 [n, 4]."""

    ids: NDArray[np.int64]
    photo_ids: NDArray[np.int64]
    embeddings: NDArray[np.float32]
    boxes: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class FacePlaces:
    """Many faces: ids and photo_ids int64 [n], boxes float32 [n, 4], scores float32 [n]."""

    ids: NDArray[np.int64]
    photo_ids: NDArray[np.int64]
    boxes: NDArray[np.float32]
    scores: NDArray[np.float32]


class Faces:
    """Table of faces in index.db; a photo has those of one version, the last one stored."""

    def __init__(self, index: Store, versions: Versions) -> None:
        self._index = index
        self._versions = versions

    def put_many(self, version: str, faces: Mapping[int, Sequence[FaceLike]]) -> None:
        """Store each photo's faces, by photo id, in place of older ones; maybe none."""
        with self._index.transaction():
            number = self._versions.number(version)
            new = itertools.count(self._last_id() + 1)
            self._index.many("DELETE FROM faces WHERE photo_id = ?", [(photo,) for photo in faces])
            self._index.many(
                f"INSERT INTO faces (id, version_id, {_COLUMNS})"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        next(new),
                        number,
                        photo_id,
                        *(float(edge) for edge in face.box),
                        float(face.score),
                        blob(face.embedding, "f4"),
                    )
                    for photo_id, found in faces.items()
                    for face in found
                ],
            )

    def of_photo(self, photo_id: int) -> list[StoredFace]:
        """A photo's faces, in the order they were found."""
        rows = self._index.rows(
            f"SELECT id, {_COLUMNS} FROM faces WHERE photo_id = ? ORDER BY id", (photo_id,)
        )
        return [
            StoredFace(row[0], row[1], row[2:6], row[6], join([row[7]], "f4", self._index)[0])
            for row in rows
        ]

    def counts(self, photo_ids: Sequence[int]) -> dict[int, int]:
        """How many faces each of these photos has; those without any are left out."""
        rows = self._index.rows(
            "SELECT photo_id, count(*) FROM faces"
            " WHERE photo_id IN (SELECT value FROM json_each(?)) GROUP BY photo_id",
            (id_list(photo_ids),),
        )
        return dict(rows)

    def places(self, version: str) -> FacePlaces:
        """Where every face of a version is; their embeddings are not read."""
        import numpy as np

        rows = self._index.rows(
            "SELECT id, photo_id, x0, y0, x1, y1, score FROM faces WHERE version_id = ?"
            " ORDER BY id",
            (self._versions.find(version),),
        )
        table = np.fromiter(rows, "i8,i8,f4,f4,f4,f4,f4", len(rows))
        boxes = np.stack([table[name] for name in ("f2", "f3", "f4", "f5")], axis=1)
        return FacePlaces(table["f0"], table["f1"], boxes, table["f6"])

    def some_embeddings(self, face_ids: Sequence[int]) -> NDArray[np.float32]:
        """The embeddings [n, e] of these faces, in the order of their ids, which must exist."""
        condition = "id IN (SELECT value FROM json_each(?))"
        _, found = read_matrix(
            self._index, "faces", "embedding", condition, (id_list(face_ids),), "id", "f4"
        )
        return found

    def stream(self, version: str) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """Photo ids [n] and embeddings [n, e] of a version's faces, some thousands at a time."""
        import numpy as np

        values: Row = (self._versions.find(version),)
        for rows in pages(self._index, "faces", "photo_id, embedding", "version_id = ?", values):
            ids = np.array([row[1] for row in rows], np.int64)
            yield ids, join([row[2] for row in rows], "f4", self._index)

    def embeddings(self, version: str, ids: Sequence[int] | None = None) -> FaceTable:
        """Every face of a version, of all photos or of those among `ids`."""
        import numpy as np

        condition = "version_id = ?" + ("" if ids is None else _ONLY)
        values: Row = (self._versions.find(version),)
        if ids is not None:
            values += (id_list(ids),)
        parts: list[list[Any]] = [[], [], [], []]
        with self._index.snapshot():
            for rows in pages(self._index, "faces", _COLUMNS, condition, values):
                parts[0].append(np.array([row[0] for row in rows], np.int64))
                parts[1].append(np.array([row[1] for row in rows], np.int64))
                parts[2].append(join([row[7] for row in rows], "f4", self._index))
                parts[3].append(np.array([row[2:6] for row in rows], np.float32))
        if not parts[0]:
            none = np.empty(0, np.int64)
            return FaceTable(none, none, np.empty((0, 0), "f4"), np.empty((0, 4), "f4"))
        return FaceTable(*(np.concatenate(part) for part in parts))

    def _last_id(self) -> int:
        """The highest id of a face that is there, or was when the groups were made.

        Left to itself SQLite gives the ids of faces that are gone again, and a new face would be
        taken for the one that was grouped.
        """
        row = self._index.row(
            "SELECT max((SELECT coalesce(max(id), 0) FROM faces),"
            " (SELECT coalesce(max(face_id), 0) FROM face_groups))"
        )
        return 0 if row is None else int(row[0])
