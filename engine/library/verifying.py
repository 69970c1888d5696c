"""Whether what index.db holds is whole and goes together; what is not is asked for again.

What SQLite itself can tell is examined when a library is opened with `whole`. This is about values
it cannot know to be wrong: a picture cut short, a vector of the wrong length, a stage that is done
although its result is not there.
"""

# ruff: noqa: S608 (put together from this package's constants; values are always bound)

from __future__ import annotations

from collections.abc import Iterable

from engine.library.arrays import pages
from engine.library.hints import lists_of
from engine.library.stages import CAPTION, ENCODE, FACES, READ, RECOGNISE, THUMBNAIL, Stages
from engine.library.store import Store, id_list

_RESULTS = (
    (READ, "info"),
    (THUMBNAIL, "thumbnails"),
    (ENCODE, "embeddings"),
    (ENCODE, "head_views"),
    (ENCODE, "visual_rows"),
    (CAPTION, "captions"),
)
"""Stages, and the tables in which each photo for which they are done has a row."""

_VECTORS = (
    (ENCODE, "embeddings", "vector", "f2"),
    (ENCODE, "head_views", "vectors", "f2"),
    (ENCODE, "visual_rows", "vectors", "f2"),
    (FACES, "faces", "embedding", "f4"),
    (CAPTION, "caption_vectors", "vector", "f2"),
)
"""Stages, and tables with vectors, of which those of one version have one length."""

_AFTER = {ENCODE: (RECOGNISE, CAPTION), FACES: (RECOGNISE,)}
"""Stages that read what others made, and so are done anew with them."""


def verify(index: Store, stages: Stages) -> int:
    """Ask for what is missing or damaged to be made again; how many photos it is about.

    Raises LibraryError when the file cannot be read or written.
    """
    bad: dict[str, set[int]] = {}
    with index.transaction():
        bad.setdefault(THUMBNAIL, set()).update(_bad_thumbnails(index))
        bad.setdefault(READ, set()).update(_bad_hints(index))
        for stage, table, column, kind in _VECTORS:
            bad.setdefault(stage, set()).update(_bad_vectors(index, table, column, kind))
        for stage, table in _RESULTS:
            rows = index.rows(
                "SELECT photo_id FROM stages WHERE stage = ? AND NOT failed"
                f" AND photo_id NOT IN (SELECT photo_id FROM {table})",
                (stage,),
            )
            bad.setdefault(stage, set()).update(row[0] for row in rows)
        for stage, photos in bad.items():
            for one in (stage, *_AFTER.get(stage, ())):
                stages.forget(one, photos)
    return len(set().union(*bad.values()))


def _bad_thumbnails(index: Store) -> set[int]:
    """Photos whose thumbnail is no whole JPEG; it is taken away."""
    whole = "substr(jpeg, 1, 2) = x'ffd8' AND substr(jpeg, -2) = x'ffd9'"
    rows = index.rows(f"SELECT photo_id FROM thumbnails WHERE NOT ({whole})")
    return _take_away(index, "thumbnails", {row[0] for row in rows})


def _bad_hints(index: Store) -> set[int]:
    """Photos of which what others wrote is damaged; it is taken away, to be read again."""

    def is_bad(keywords: str, regions: str) -> bool:
        try:
            lists_of(keywords, regions)
        except ValueError:
            return True
        return False

    rows = index.rows("SELECT photo_id, keywords, regions FROM hints")
    return _take_away(index, "hints", {one for one, *texts in rows if is_bad(*texts)})


def _bad_vectors(index: Store, table: str, column: str, kind: str) -> set[int]:
    """Photos whose vectors have another length than most, or hold what is no number."""
    import numpy as np

    # The last of a version is its most frequent, and stays in the dict.
    common: dict[int, int] = dict(
        index.rows(
            f"SELECT version_id, length({column}) FROM {table}"
            " GROUP BY 1, 2 ORDER BY version_id, count(*)"
        )
    )

    def is_bad(version: int, vector: bytes) -> bool:
        if len(vector) != common[version]:
            return True
        return not np.isfinite(np.frombuffer(vector, f"<{kind}")).all()

    bad = {
        photo
        for rows in pages(index, table, f"photo_id, version_id, {column}", "1", ())
        for _, photo, version, vector in rows
        if is_bad(version, vector)
    }
    return _take_away(index, table, bad)


def _take_away(index: Store, table: str, photos: Iterable[int]) -> set[int]:
    found = set(photos)
    index.run(
        f"DELETE FROM {table} WHERE photo_id IN (SELECT value FROM json_each(?))",
        (id_list(found),),
    )
    return found
