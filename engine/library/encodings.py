"""What the backbone saw in each photo: vectors for search, heads and captions."""

# ruff: noqa: S608 (put together from this package's constants; values are always bound)

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from engine.library.arrays import blob, damaged, join, pages, read_matrix
from engine.library.store import Row, Store, id_list
from engine.library.versions import Versions

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_OF_VERSION = "version_id = ?"
_ONLY = " AND photo_id IN (SELECT value FROM json_each(?))"
_STREAMED = 1024


class EncodingLike(Protocol):
    """embedding: float16 [d], heads: float16 [views, h], rows: float16 [positions, r]."""

    @property
    def embedding(self) -> NDArray[np.float16]: ...

    @property
    def heads(self) -> NDArray[np.float16]: ...

    @property
    def rows(self) -> NDArray[np.float16]: ...


class Encodings:
    """Tables of vectors in index.db; a photo has those of one version, the last one stored.

    All encodings of one version have the same d, views, h, positions and r.
    """

    def __init__(self, index: Store, versions: Versions) -> None:
        self._index = index
        self._versions = versions

    def put_many(self, version: str, encodings: Mapping[int, EncodingLike]) -> None:
        """Store encodings by photo id, in place of older ones."""
        items = encodings.items()
        with self._index.transaction():
            number = self._versions.number(version)
            self._index.many(
                "INSERT INTO embeddings (photo_id, version_id, vector) VALUES (?, ?, ?)"
                " ON CONFLICT (photo_id) DO UPDATE SET"
                " version_id = excluded.version_id, vector = excluded.vector",
                [(photo, number, blob(encoding.embedding, "f2")) for photo, encoding in items],
            )
            for table, count, stacks in (
                ("head_views", "views", [(photo, encoding.heads) for photo, encoding in items]),
                ("visual_rows", "positions", [(photo, encoding.rows) for photo, encoding in items]),
            ):
                self._index.many(
                    f"INSERT INTO {table} (photo_id, version_id, {count}, vectors)"
                    " VALUES (?, ?, ?, ?) ON CONFLICT (photo_id) DO UPDATE SET"
                    f" version_id = excluded.version_id, {count} = excluded.{count},"
                    " vectors = excluded.vectors",
                    [(photo, number, len(stack), blob(stack, "f2")) for photo, stack in stacks],
                )

    def ids(self, version: str) -> list[int]:
        """Photos that have encodings of this version, in storage order."""
        rows = self._index.rows(
            "SELECT photo_id FROM embeddings WHERE version_id = ? ORDER BY id",
            (self._versions.find(version),),
        )
        return [row[0] for row in rows]

    def embeddings(
        self, version: str, ids: Sequence[int] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float16]]:
        """Photo ids [n] and embeddings [n, d], of all photos or of those among `ids`.

        In storage order; photos without encodings of this version are left out.
        """
        condition, values = self._which(version, ids)
        return read_matrix(self._index, "embeddings", "vector", condition, values, "photo_id", "f2")

    def heads(
        self, version: str, ids: Sequence[int] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float16]]:
        """Photo ids [n] and what heads read [n, views, h], as in `embeddings`.

        For a whole library see `stream_heads`.
        """
        import numpy as np

        condition, values = self._which(version, ids)
        keys, flat = read_matrix(
            self._index, "head_views", "vectors", condition, values, "photo_id", "f2"
        )
        if not len(keys):
            return keys, np.empty((0, 0, 0), np.float16)
        row = self._index.row(f"SELECT views FROM head_views WHERE {condition} LIMIT 1", values)
        return keys, _stacked(self._index, flat, row[0] if row is not None else 0)

    def stream_heads(
        self, version: str, batch: int = _STREAMED
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float16]]]:
        """All of a version's `heads`, at most `batch` photos at a time."""
        import numpy as np

        condition, values = self._which(version, None)
        columns = "photo_id, views, vectors"
        for rows in pages(self._index, "head_views", columns, condition, values, batch):
            flat = join([row[3] for row in rows], "f2", self._index)
            ids = np.array([row[1] for row in rows], np.int64)
            yield ids, _stacked(self._index, flat, rows[0][2])

    def rows(self, version: str, ids: Sequence[int]) -> dict[int, NDArray[np.float16]]:
        """The visual rows [positions, r] of these photos, by photo id."""
        condition, values = self._which(version, ids)
        found = {}
        for photo, positions, vectors in self._index.rows(
            f"SELECT photo_id, positions, vectors FROM visual_rows WHERE {condition}", values
        ):
            flat = join([vectors], "f2", self._index)
            found[photo] = _stacked(self._index, flat, positions)[0]
        return found

    def _which(self, version: str, ids: Sequence[int] | None) -> tuple[str, Row]:
        number = self._versions.find(version)
        if ids is None:
            return _OF_VERSION, (number,)
        return _OF_VERSION + _ONLY, (number, id_list(ids))


def _stacked(store: Store, flat: NDArray[Any], count: int) -> NDArray[Any]:
    """[n, count * width] as [n, count, width]."""
    if count < 1 or flat.shape[1] % count:
        raise damaged(store)
    return flat.reshape(len(flat), count, -1)
