"""Copies of a database, made by SQLite's own backup API so that an open one is copied whole."""

from __future__ import annotations

import contextlib
import datetime
import os
import shutil
import sqlite3
from pathlib import Path

from engine.errors import LibraryError
from engine.library.store import explain

KEPT = 5
"""How many backups of one database are kept; the oldest go first."""

_SPARE = 1 << 30


def back_up(database: Path, folder: Path, *, kept: int = KEPT) -> Path:
    """Copy `database` into `folder` and return the copy, named after the moment it was made.

    The copy appears under its name only when it is complete. Raises LibraryError.
    """
    moment = datetime.datetime.now(datetime.UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    copy = folder / f"{database.stem}-{moment}.db"
    partial = copy.with_suffix(".partial")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (
            contextlib.closing(sqlite3.connect(database, timeout=30)) as source,
            contextlib.closing(sqlite3.connect(partial)) as target,
        ):
            source.backup(target)
            # One file, complete by itself, that any SQLite can open.
            target.execute("PRAGMA journal_mode=DELETE").fetchall()
        os.replace(partial, copy)
    except (OSError, sqlite3.Error) as error:
        with contextlib.suppress(OSError):
            partial.unlink()
        reason = explain(error, partial, "") if isinstance(error, sqlite3.Error) else error.strerror
        raise LibraryError(
            f"A backup of {database.name} could not be made, so it was left as it is: {reason}"
        ) from error
    for old in backups_of(database, folder)[:-kept]:
        old.unlink(missing_ok=True)
    return copy


def backups_of(database: Path, folder: Path) -> list[Path]:
    """The backups of one database, oldest first."""
    return sorted(folder.glob(f"{database.stem}-*Z.db"))


def has_room(database: Path, folder: Path) -> bool:
    """Whether a copy fits beside `folder`, with a gibibyte to spare."""
    return shutil.disk_usage(folder).free > database.stat().st_size + _SPARE
