"""Jobs that were asked for and have not ended, so that they go on whatever stops in between."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.process.engine import JOBS

LASTING = frozenset(("teach", "pack_get", "pack_use"))
"""What also goes on at the next start of the window. The others need not: indexing does what it
finds to be done, and decisions are learned from when it does."""


@dataclass
class Record:
    """A job as it was asked for. job: its id by now; sent: whether an engine has taken it on."""

    id: str
    method: str
    params: Mapping[str, Any]
    paused: bool = False
    job: str = ""
    sent: bool = False

    def __post_init__(self) -> None:
        self.job = self.job or self.id


class Unfinished:
    """Records in memory, and those that last in a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._records: dict[str, Record] = {}
        for one in _read(path):
            with contextlib.suppress(TypeError, KeyError):
                record = Record(one["id"], one["method"], one["params"], bool(one["paused"]))
                if record.method in JOBS:
                    self._records[record.id] = record

    def all(self) -> list[Record]:
        """Every record, oldest first."""
        return list(self._records.values())

    def of(self, job: str) -> list[Record]:
        """The records that a job is the work for."""
        return [one for one in self._records.values() if one.job == job]

    def add(self, record: Record) -> None:
        """Keep a record."""
        self._records[record.id] = record
        if record.method in LASTING:
            self._write()

    def drop(self, job: str) -> None:
        """The job has ended."""
        gone = self.of(job)
        for one in gone:
            del self._records[one.id]
        if any(one.method in LASTING for one in gone):
            self._write()

    def _write(self) -> None:
        lasting = [
            {"id": one.id, "method": one.method, "params": one.params, "paused": one.paused}
            for one in self._records.values()
            if one.method in LASTING
        ]
        draft = self._path.with_name(f"{self._path.name}.{os.getpid()}.new")
        # A home that cannot be written to: the job still runs, it is only not begun again later.
        with contextlib.suppress(OSError):
            with open(draft, "w", encoding="utf-8") as file:
                json.dump(lasting, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(draft, self._path)


def _read(path: Path) -> list[Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return []
    return found if isinstance(found, list) else []
