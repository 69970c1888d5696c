"""Vectors as blobs: little-endian, row after row, read many at a time. Sets of ids as arrays."""

# ruff: noqa: S608 (put together from this package's constants; values are always bound)

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from engine.errors import LibraryError
from engine.library.store import Row, Store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_CHUNK = 4096
"""Rows read at once: big enough to cost little, small enough not to double the memory."""


def blob(array: Any, kind: str) -> bytes:
    """An array's bytes as little-endian `kind` ("f2", "f4")."""
    import numpy as np

    return np.ascontiguousarray(array, dtype=f"<{kind}").tobytes()


def columns(store: Store, sql: str, values: Row = ()) -> list[NDArray[np.int64]]:
    """Whole columns of numbers, each a group_concat. SQLite joins them into one text, several
    times as fast as rows."""
    import numpy as np

    row = store.row(sql, values)
    return [np.fromstring(text or "", np.int64, sep=",") for text in row or ()]


def read_matrix(
    store: Store, table: str, column: str, condition: str, values: Row, key: str, kind: str
) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """The keys [n] and vectors [n, d] of the rows that fit a condition, in storage order.

    The matrix is filled in place: a million vectors take the memory of the result alone.
    """
    import numpy as np

    with store.snapshot():
        row = store.row(f"SELECT count(*) FROM {table} WHERE {condition}", values)
        count = int(row[0]) if row is not None else 0
        keys = np.empty(count, np.int64)
        matrix: NDArray[Any] | None = None
        at = 0
        for rows in pages(store, table, f"{key}, {column}", condition, values):
            part = join([row[2] for row in rows], kind, store)
            if matrix is None:
                matrix = np.empty((count, part.shape[1]), kind)
            if part.shape[1] != matrix.shape[1]:
                raise damaged(store)
            keys[at : at + len(rows)] = [row[1] for row in rows]
            matrix[at : at + len(rows)] = part
            at += len(rows)
    return keys, np.empty((0, 0), kind) if matrix is None else matrix


def pages(
    store: Store, table: str, columns: str, condition: str, values: Row, size: int = _CHUNK
) -> Iterator[list[Row]]:
    """The rows that fit a condition, some at a time in the order of their ids, which come first.

    No cursor stays open between pages, so the table may be written to meanwhile.
    """
    last = 0
    while rows := store.rows(
        f"SELECT id, {columns} FROM {table} WHERE id > ? AND {condition} ORDER BY id LIMIT {size}",
        (last, *values),
    ):
        yield rows
        last = rows[-1][0]


def join(blobs: list[bytes], kind: str, store: Store) -> NDArray[Any]:
    """Blobs of one length as the rows of a matrix [n, d] (read-only)."""
    import numpy as np

    if len({len(blob) for blob in blobs}) > 1:
        raise damaged(store)
    return np.frombuffer(b"".join(blobs), f"<{kind}").reshape(len(blobs), -1)


def damaged(store: Store) -> LibraryError:
    """For vectors of one version that do not fit together."""
    return LibraryError(
        f"{store.path} is damaged: some vectors in it have the wrong length. "
        "Deleting it is safe: Familiar makes it again from the photos."
    )


def among(ids: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of `ids` [n] are among `others` [m], both in any order.

    numpy's own `isin` holds back every other thread for longer than a frame of the window takes.
    """
    import numpy as np

    if not len(others):
        return np.zeros(len(ids), np.bool_)
    ordered = np.sort(others)
    near = ordered[np.minimum(np.searchsorted(ordered, ids), len(ordered) - 1)]
    found: NDArray[np.bool_] = near == ids
    return found
