"""Jobs that were asked for and have not ended, so that they go on whatever stops in between."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.process import wire
from desktop.process.engine import JOBS

LASTING = frozenset(("teach", "pack_get", "pack_use"))
"""What also goes on at the next start of the window. The others need not: indexing does what it
finds to be done, and learns from every decision that it finds."""


@dataclass
class Record:
    """A job as it was asked for. paused: whether it is to rest. taken: whether an engine has taken
    it on, then or earlier; job: under which id."""

    id: str
    method: str
    params: Mapping[str, Any]
    paused: bool = False
    taken: bool = False
    job: str = ""

    def __post_init__(self) -> None:
        self.job = self.job or self.id

    def asked(self) -> dict[str, Any]:
        """Its parameters as they are sent."""
        params = {**self.params, "job": self.id, "paused": self.paused}
        if self.method == "teach":
            params["again"] = self.taken
        return params


class Unfinished:
    """Records in memory, and those that last in a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._records: dict[str, Record] = {}
        for one in _read(path):
            with contextlib.suppress(TypeError, KeyError, AttributeError):
                record = Record(
                    str(one["id"]), one["method"], dict(one["params"]),
                    bool(one["paused"]), bool(one["taken"]),
                )  # fmt: skip
                if record.method in JOBS:
                    self._records[record.id] = record

    def all(self) -> list[Record]:
        """Every record, oldest first."""
        return list(self._records.values())

    def get(self, record_id: str) -> Record | None:
        """A record by the id it was asked for under."""
        return self._records.get(record_id)

    def of(self, job: str) -> list[Record]:
        """The records that a job is the work for."""
        return [one for one in self._records.values() if one.job == job]

    def keep(self, record: Record) -> None:
        """Keep a record, or what has changed in it."""
        self._records[record.id] = record
        self._write([record])

    def drop(self, job: str) -> None:
        """The job has ended, or nobody wants it."""
        gone = self.of(job)
        for one in gone:
            del self._records[one.id]
        self._write(gone)

    def part(self) -> None:
        """The engine that knew of them is gone."""
        for one in self._records.values():
            one.job = one.id

    def _write(self, changed: list[Record]) -> None:
        if not any(one.method in LASTING for one in changed):
            return
        lasting = [
            {
                "id": one.id,
                "method": one.method,
                "params": wire.sent(one.params),
                "paused": one.paused,
                "taken": one.taken,
            }
            for one in self._records.values()
            if one.method in LASTING
        ]
        draft = self._path.with_name(f"{self._path.name}.{os.getpid()}.new")
        # A home that cannot be written to: the job still runs, it is only not begun again later.
        with contextlib.suppress(OSError):
            with open(draft, "w", encoding="utf-8", opener=_private) as file:
                json.dump(lasting, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(draft, self._path)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _read(path: Path) -> list[Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return []
    return found if isinstance(found, list) else []
