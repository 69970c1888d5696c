"""Brings one database file into use: made if it is missing, examined, backed up, migrated."""

from __future__ import annotations

import contextlib
import datetime
import json
import logging
import os
import shutil
import sqlite3
import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import Damaged, LibraryError
from engine.library import backups, checks
from engine.library.store import Store, refusal

if TYPE_CHECKING:
    from sqlite_utils import Migrations

log = logging.getLogger(__name__)

_MARKS = "checked.json"
_SUSPECT = [-1]
"""The mark of a file in which damage was met."""

_SMALL = 64 << 20
"""Up to this many bytes a changed file is checked in full, heavy tables included."""


@dataclass(frozen=True)
class Blueprint:
    """What a database file is: its shape, how it is written, and what helps when it breaks."""

    file_name: str
    migrations: Migrations
    advice: str
    pragmas: Sequence[str]
    page_size: int = 4096
    heavy: Sequence[str] = field(default=())
    precious: bool = True
    """Whether it cannot be made again: then no migration runs without a backup."""


def examine(home: Path, blueprint: Blueprint, *, whole: bool = False) -> list[str]:
    """Names of the migrations an existing file needs; raises LibraryError to refuse it, Damaged
    when that is why.

    Walking the pages of a file is skipped while it is as the last clean close left it, that of its
    heavy tables unless it is small. `whole`, or damage met since, leaves nothing out.
    """
    path = home / blueprint.file_name
    mark = _marks(home).get(blueprint.file_name)
    whole = whole or mark == _SUSPECT
    small = path.is_file() and path.stat().st_size <= _SMALL
    return checks.examine(
        path,
        blueprint.migrations,
        advice=blueprint.advice,
        thorough=mark != backups.file_state(path),
        heavy=() if small or whole else blueprint.heavy,
        whole=whole,
    )


def make(home: Path, blueprint: Blueprint) -> None:
    """Make an empty database; it appears under its name only when it is complete."""
    from sqlite_utils import Database

    path = home / blueprint.file_name
    draft = home / f"{blueprint.file_name}.{uuid.uuid4().hex}.new"
    try:
        with contextlib.closing(sqlite3.connect(draft, isolation_level=None)) as connection:
            connection.execute(f"PRAGMA page_size={blueprint.page_size}")
            for pragma in blueprint.pragmas:
                connection.execute(f"PRAGMA {pragma}").fetchall()
            db = Database(connection, recursive_triggers=False, execute_plugins=False)
            with db.atomic():
                blueprint.migrations.apply(db)
            # Closing would do so too, but keep silent about a disk that is full.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        _publish(draft, path)
    except sqlite3.Error as error:
        raise refusal(error, path, blueprint.advice) from error
    except OSError as error:
        raise LibraryError(f"{path} cannot be made ({error.strerror}).") from error
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            Path(f"{draft}{suffix}").unlink(missing_ok=True)


def connect(home: Path, blueprint: Blueprint, lock: threading.RLock, pending: list[str]) -> Store:
    """The store over an examined file, after a backup and its pending migrations."""
    path = home / blueprint.file_name
    if pending:
        folder = home / "backups"
        if blueprint.precious or backups.has_room(path, home):
            kept = backups.KEPT if blueprint.precious else 1
            try:
                copy = backups.back_up(path, folder, kept=kept)
            except Damaged:
                suspect(home, blueprint)
                raise
            log.info("backed up %s as %s", path.name, copy.name)
    store = Store(
        path,
        advice=blueprint.advice,
        pragmas=blueprint.pragmas,
        lock=lock,
        on_damage=lambda: suspect(home, blueprint),
    )
    if pending:
        try:
            # One transaction around them all: two programs that start at once take turns, and
            # the second finds nothing left to do.
            with store.transaction(), store.sentences():
                blueprint.migrations.apply(store.database())
        except BaseException:
            store.close()
            raise
        log.info("migrated %s: %s", path.name, ", ".join(pending))
    return store


def mark_clean(home: Path, blueprints: Sequence[Blueprint]) -> None:
    """Remember how a clean close left the files, so that the next start need not walk them."""
    for blueprint in blueprints:
        path = home / blueprint.file_name
        open_still = any(os.path.exists(f"{path}{suffix}") for suffix in ("-wal", "-journal"))
        _put_mark(home, blueprint.file_name, [] if open_still else backups.file_state(path))


def suspect(home: Path, blueprint: Blueprint) -> None:
    """Damage was met: nothing is left out when the file is next examined."""
    _put_mark(home, blueprint.file_name, _SUSPECT)


def set_aside(home: Path, blueprint: Blueprint) -> Path:
    """Move a damaged file, and what belongs to it, out of the way; where it is now.

    A precious one is also still in its place, for a good one to replace: another program that
    opens the library meanwhile must not find it missing. Of one that can be made again only the
    last is kept. Raises LibraryError.
    """
    path, folder = home / blueprint.file_name, home / "damaged"
    moment = datetime.datetime.now(datetime.UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    target = folder / f"{path.stem}-{moment}.db"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        for suffix in ("-wal", "-shm", "-journal"):
            with contextlib.suppress(FileNotFoundError):
                os.replace(f"{path}{suffix}", f"{target}{suffix}")
        if blueprint.precious:
            shutil.copy2(path, target)
        else:
            os.replace(path, target)
    except OSError as error:
        raise LibraryError(f"{path} cannot be moved out of the way ({error.strerror}).") from error
    if not blueprint.precious:
        for old in folder.glob(f"{path.stem}-*"):
            if not old.name.startswith(target.name):
                with contextlib.suppress(OSError):
                    old.unlink()
    return target


def _put_mark(home: Path, file_name: str, mark: list[int]) -> None:
    marks = _marks(home)
    if marks.get(file_name) == mark:
        return
    marks[file_name] = mark
    draft = home / f"{_MARKS}.{os.getpid()}.new"
    # Only a shortcut: a home that cannot be written to is checked again next time.
    try:
        draft.write_text(json.dumps(marks), encoding="utf-8")
        os.replace(draft, home / _MARKS)
    except OSError:
        with contextlib.suppress(OSError):
            draft.unlink()


def _marks(home: Path) -> dict[str, list[int]]:
    try:
        marks = json.loads((home / _MARKS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return marks if isinstance(marks, dict) else {}


def _publish(draft: Path, path: Path) -> None:
    """Give a finished file its name, unless another program was first."""
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    except OSError:
        # No hard links here (FAT, some network drives).
        if not path.exists():
            os.replace(draft, path)
