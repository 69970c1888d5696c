"""Which step of indexing is done for which photo, and by which version of its model."""

# ruff: noqa: S608 (put together from this package's constants; values are always bound)

from __future__ import annotations

import datetime
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.library.arrays import among, columns
from engine.library.info import Infos
from engine.library.photos import Photos
from engine.library.store import Row, Store, id_list
from engine.library.versions import Versions

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

READ = "read"
THUMBNAIL = "thumbnail"
ENCODE = "encode"
"""The stage after which a photo is found by what is in it."""

FACES = "faces"
RECOGNISE = "recognise"
CAPTION = "caption"
"""The stage whose results `Captions.mark_stale` asks for again."""

_FEW = 8
"""Rows are looked up one by one where they are less than this part of all."""


@dataclass(frozen=True)
class Failure:
    """A stage that could not be done for a photo, and why, in a sentence."""

    photo_id: int
    stage: str
    version: str
    reason: str
    at: float


@dataclass(frozen=True)
class Count:
    """How many photos a stage is done for, and for how many it failed, whatever the version."""

    done: int
    failed: int


class Stages:
    """Table of stages' results in index.db, one per stage and photo: the newest version's."""

    def __init__(self, index: Store, versions: Versions, photos: Photos, info: Infos) -> None:
        self._index = index
        self._versions = versions
        self._photos = photos
        self._info = info

    def pending(
        self,
        stage: str,
        version: str,
        only: Iterable[int] | None = None,
        *,
        there: bool = False,
    ) -> list[int]:
        """Photos that lie somewhere and have no result of this version, the newest first.

        A failure is a result: it is not tried again until `retry` or another version. only: among
        these photos, at a cost that is theirs alone; there: only those whose files are there.
        """
        only = None if only is None else list(only)
        settled = self.settled(stage, version, only)
        modified = self._photos.modified(only, there=there)
        waiting = [photo for photo in modified if photo[0] not in settled]
        if not waiting:
            return []
        few = len(waiting) < len(modified) // _FEW
        taken = self._info.taken([photo for photo, _ in waiting] if few else only)
        dated = [(taken.get(photo) or _iso(mtime_ns), photo) for photo, mtime_ns in waiting]
        dated.sort(reverse=True)
        return [photo for _, photo in dated]

    def settled(self, stage: str, version: str, only: Iterable[int] | None = None) -> set[int]:
        """Photos, among `only` or of all, with a result of this version, done or failed."""
        return self._with(stage, version, "", only)

    def done(self, stage: str, version: str, only: Iterable[int] | None = None) -> set[int]:
        """Photos, among `only` or of all, for which this version of a stage is done."""
        return self._with(stage, version, " AND NOT failed", only)

    def finish_many(self, stage: str, version: str, photo_ids: Iterable[int]) -> None:
        """Note that a stage is done for these photos; in one transaction with what it made."""
        at = int(time.time())
        with self._index.transaction():
            number = self._versions.number(version)
            self._index.many(
                "INSERT OR REPLACE INTO stages VALUES (?, ?, ?, 0, NULL, ?)",
                [(stage, photo_id, number, at) for photo_id in photo_ids],
            )

    def fail(self, photo_id: int, stage: str, version: str, reason: str) -> None:
        """Note that a stage cannot be done for a photo, and why."""
        self.fail_many(stage, version, {photo_id: reason})

    def fail_many(self, stage: str, version: str, reasons: Mapping[int, str]) -> None:
        """Like `fail` for many photos, by photo id."""
        at = int(time.time())
        with self._index.transaction():
            number = self._versions.number(version)
            self._index.many(
                "INSERT OR REPLACE INTO stages VALUES (?, ?, ?, 1, ?, ?)",
                [(stage, photo, number, reason, at) for photo, reason in reasons.items()],
            )

    def failures(self) -> list[Failure]:
        """Every failure, by photo and stage."""
        rows = self._index.rows(
            "SELECT photo_id, stage, versions.name, reason, at FROM stages"
            " JOIN versions ON versions.id = version_id WHERE failed ORDER BY photo_id, stage"
        )
        return [Failure(*row) for row in rows]

    def retry(self, only: Iterable[int] | None = None) -> int:
        """Forget every failure, or those of these photos, so that they are pending again; how
        many."""
        if only is None:
            return self._index.run("DELETE FROM stages WHERE failed")
        return self._index.run(
            "DELETE FROM stages WHERE failed AND photo_id IN (SELECT value FROM json_each(?))",
            (id_list(only),),
        )

    def failed(self, only: Iterable[int]) -> list[int]:
        """Those of these photos for which some stage failed, whatever the version."""
        rows = self._index.rows(
            "SELECT DISTINCT photo_id FROM stages WHERE failed"
            " AND photo_id IN (SELECT value FROM json_each(?))",
            (id_list(only),),
        )
        return [row[0] for row in rows]

    def forget(self, stage: str, photo_ids: Iterable[int]) -> None:
        """Make a stage pending again for these photos."""
        self._index.run(
            "DELETE FROM stages WHERE stage = ? AND photo_id IN (SELECT value FROM json_each(?))",
            (stage, id_list(photo_ids)),
        )

    def counts(self, besides: Iterable[int] = ()) -> dict[str, Count]:
        """How far each stage is, with photos besides these."""
        rows = self._index.rows(
            "SELECT stage, sum(NOT failed), sum(failed) FROM stages"
            " WHERE photo_id NOT IN (SELECT value FROM json_each(?)) GROUP BY stage",
            (id_list(besides),),
        )
        return {stage: Count(done, failed) for stage, done, failed in rows}

    def latest(self, stage: str) -> tuple[int, int]:
        """How many photos have a result of a stage, and when the last came, as a Unix time."""
        row = self._index.row(
            "SELECT count(*), coalesce(max(at), 0) FROM stages WHERE stage = ?", (stage,)
        )
        return (0, 0) if row is None else (int(row[0]), int(row[1]))

    def lacking(self, stage: str, photo_ids: NDArray[np.int64]) -> int:
        """How many of these photos have no result of a stage at all, whatever the version."""
        (known,) = columns(
            self._index, "SELECT group_concat(photo_id) FROM stages WHERE stage = ?", (stage,)
        )
        return int((~among(photo_ids, known)).sum())

    def _with(
        self, stage: str, version: str, condition: str, only: Iterable[int] | None
    ) -> set[int]:
        number = self._versions.find(version)
        if number is None:
            return set()
        values: Row = (stage, number)
        if only is not None:
            condition += " AND photo_id IN (SELECT value FROM json_each(?))"
            values += (id_list(only),)
        rows = self._index.rows(
            f"SELECT photo_id FROM stages WHERE stage = ? AND version_id = ?{condition}", values
        )
        return {row[0] for row in rows}


def _iso(mtime_ns: int) -> str:
    """A file's time in the form in which cameras give it, to be compared with theirs."""
    try:
        moment = datetime.datetime.fromtimestamp(mtime_ns // 10**9, datetime.UTC)
        return moment.astimezone().replace(tzinfo=None).isoformat()
    except (OverflowError, OSError, ValueError):
        return ""
