"""Copies of a database, made by SQLite's own backup API so that an open one is copied whole."""

from __future__ import annotations

import contextlib
import datetime
import json
import math
import os
import shutil
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path

from engine.errors import Damaged, LibraryError
from engine.library.store import BUSY_SECONDS, explain

KEPT = 5
"""How many backups of one database are kept whatever their age; the oldest go first."""

DAYS = 14
"""Besides, the last backup of each of so many days."""

PAUSE = 600.0
"""Seconds from one backup that is made by itself to the next, at least, in the midst of work."""

LARGE = 64 << 20
"""For a database of more bytes, also where it is closed."""

_SPARE = 1 << 30
_LATEST = "latest.json"


def back_up(
    database: Path,
    folder: Path,
    *,
    kept: int = KEPT,
    days: int = DAYS,
    spared: Path | None = None,
) -> Path:
    """Copy `database` into `folder` and return the copy, named after the moment it was made.

    The copy appears under its name only when it is complete. Old ones go then, but never `spared`.
    Raises LibraryError.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        copy = folder / f"{database.stem}-{_moment(database, folder)}.db"
    except OSError as error:
        raise _not_made(database, error.strerror or type(error).__name__) from error
    copy_to(database, copy)
    for old in _superfluous(backups_of(database, folder), kept, days):
        with contextlib.suppress(OSError):
            if spared is None or not old.samefile(spared):
                old.unlink()
    return copy


def copy_to(database: Path, target: Path) -> None:
    """Copy a database, open or not, to a file of its own. Raises LibraryError, Damaged when that
    is why.

    The copy appears under its name only when it is complete and, unless it is large, whole: one of
    a damaged file would be of no use, and in the end take the place of those that are.
    """
    partial = target.with_name(f"{target.name}.partial")
    try:
        partial.touch(mode=0o600)  # what is in it is nobody else's business
        with (
            contextlib.closing(sqlite3.connect(database, timeout=1)) as source,
            contextlib.closing(sqlite3.connect(partial)) as copy,
        ):
            copy_pages(source, copy)
            # One file, complete by itself, that any SQLite can open.
            copy.execute("PRAGMA journal_mode=DELETE").fetchall()
            if partial.stat().st_size <= LARGE:
                _refuse_damaged(copy, database)
        os.replace(partial, target)
    except (OSError, sqlite3.Error, Damaged) as error:
        with contextlib.suppress(OSError):
            partial.unlink()
        if isinstance(error, Damaged):
            raise
        reason = explain(error, partial, "") if isinstance(error, sqlite3.Error) else error.strerror
        raise _not_made(database, reason or type(error).__name__) from error


def copy_pages(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """Make one database what another is, in one transaction.

    Raises sqlite3.Error, also when another program holds either for longer than is waited anywhere
    else: SQLite's own copying would wait for ever.
    """
    until = math.inf

    def watch(status: int, _remaining: int, _total: int) -> None:
        nonlocal until
        if status not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            until = math.inf
            return
        until = min(until, time.monotonic() + BUSY_SECONDS)
        if time.monotonic() >= until:
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorname = "SQLITE_BUSY"
            raise error

    source.backup(target, progress=watch)


def _refuse_damaged(copy: sqlite3.Connection, database: Path) -> None:
    try:
        found = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise _damaged(database, str(error)) from error
    if found != "ok":
        raise _damaged(database, " ".join(str(found).split()))


def _damaged(database: Path, how: str) -> Damaged:
    return Damaged(f"A backup of {database.name} was not made, since it is damaged ({how}).")


def keep_up(database: Path, folder: Path, now: float, *, closing: bool) -> Path | None:
    """Back a database up if it has changed since that was last done here; the copy, if any.

    now: seconds since the epoch; closing: whether this is the end of work, after which there may
    be no other for long. Raises LibraryError.
    """
    state = file_state(database)
    try:
        latest = json.loads((folder / _LATEST).read_text("utf-8"))
        copy, done = folder / str(latest["copy"]), latest["state"] == state
        just = abs(now - float(latest["at"])) < PAUSE
        rests = just and (not closing or state[0] > LARGE)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    else:
        if os.path.exists(copy) and (done or rests):
            return None
    copy = back_up(database, folder)
    about = json.dumps({"copy": copy.name, "state": state, "at": now})
    draft = folder / f"{_LATEST}.{os.getpid()}.new"
    try:
        draft.write_text(about, "utf-8")
        os.replace(draft, folder / _LATEST)
    except OSError:  # then it is only made once more
        with contextlib.suppress(OSError):
            draft.unlink()
    return copy


def file_state(path: Path) -> list[int]:
    """What differs once a file has been written to; empty when there is none."""
    try:
        status = path.stat()
    except OSError:
        return []
    return [status.st_size, status.st_mtime_ns, status.st_ino]


def backups_of(database: Path, folder: Path) -> list[Path]:
    """The backups of one database, oldest first."""
    return sorted(folder.glob(f"{database.stem}-*Z.db"))


def made_at(backup: Path) -> datetime.datetime | None:
    """When a backup was made, by its name."""
    with contextlib.suppress(ValueError):
        return datetime.datetime.fromisoformat(backup.stem.rpartition("-")[2])
    return None


def _moment(database: Path, folder: Path) -> str:
    """Now, or if the clock was set back, a moment after the last backup: their order must hold."""
    moment = datetime.datetime.now(datetime.UTC)
    last = [made for made in map(made_at, backups_of(database, folder)) if made is not None]
    if last and moment <= last[-1]:
        moment = last[-1] + datetime.timedelta(microseconds=1)
    return moment.strftime("%Y%m%dT%H%M%S.%fZ")


def _superfluous(backups: Sequence[Path], kept: int, days: int) -> list[Path]:
    """Those of some backups, oldest first, that need not be kept."""
    seen: set[str] = set()
    over = []
    for place, backup in enumerate(reversed(backups)):
        day = backup.stem.rpartition("-")[2][:8]
        if place >= kept and (day in seen or len(seen) >= days):
            over.append(backup)
        seen.add(day)
    return over


def _not_made(database: Path, reason: str) -> LibraryError:
    return LibraryError(
        f"A backup of {database.name} could not be made, so it was left as it is: "
        f"{reason.rstrip('.')}."
    )


def has_room(database: Path, folder: Path) -> bool:
    """Whether a copy fits beside `folder`, with a gibibyte to spare."""
    return shutil.disk_usage(folder).free > database.stat().st_size + _SPARE
