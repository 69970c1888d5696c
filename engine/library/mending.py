"""A library whose files are damaged: what can be made again is, what cannot comes from a backup."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.errors import Damaged, LibraryError
from engine.library import backups, checks, opening
from engine.library.opening import Blueprint
from engine.library.store import refusal

_log = logging.getLogger(__name__)

_LOCK = "mending.lock"


def examine(
    home: Path, blueprints: Sequence[Blueprint], *, whole: bool = False
) -> tuple[list[list[str]], list[str]]:
    """The migrations that each file needs, and sentences about what had to be mended before that.

    All are examined before any is touched; `whole`: see `opening.examine`. Files that are missing
    need nothing. Raises LibraryError when one is refused, or damaged beyond mending.
    """
    pending: dict[str, list[str]] = {}
    broken: list[Blueprint] = []
    for blueprint in blueprints:
        try:
            pending[blueprint.file_name] = _examine(home, blueprint, whole)
        except Damaged as error:
            if blueprint.precious and last_good_backup(home, blueprint) is None:
                raise Damaged(f"{error} There is no good backup of it.") from error
            broken.append(blueprint)
    mended = []
    if broken:
        with alone(home):
            for blueprint in broken:
                try:  # another program may have mended it meanwhile
                    pending[blueprint.file_name] = _examine(home, blueprint, whole)
                except Damaged:
                    mended.append(_mend(home, blueprint))
                    pending[blueprint.file_name] = _examine(home, blueprint, False)
    return [pending[blueprint.file_name] for blueprint in blueprints], mended


def last_good_backup(home: Path, blueprint: Blueprint) -> Path | None:
    """The newest backup that is whole and that this version can use."""
    for backup in reversed(backups.backups_of(home / blueprint.file_name, home / "backups")):
        with contextlib.suppress(LibraryError):
            checks.examine(backup, blueprint.migrations, advice="", thorough=True)
            return backup
    return None


def _examine(home: Path, blueprint: Blueprint, whole: bool) -> list[str]:
    if not (home / blueprint.file_name).exists():
        return []
    return opening.examine(home, blueprint, whole=whole)


def _mend(home: Path, blueprint: Blueprint) -> str:
    """Put something good in a damaged file's place; a sentence about it for the owner."""
    path = home / blueprint.file_name
    if not blueprint.precious:
        opening.set_aside(home, blueprint)
        _log.warning("%s was damaged and is made again", path.name)
        return (
            f"{path.name} was damaged. It has been set aside, and all that Familiar had found out "
            "about your photos is made again when they are next looked at."
        )
    backup = last_good_backup(home, blueprint)
    if backup is None:
        raise Damaged(f"{path} is damaged, and the backup of it is gone.")
    aside = opening.set_aside(home, blueprint)
    backups.copy_to(backup, path)
    made = backups.made_at(backup)
    when = f"{made.astimezone():%d %B %Y, %H:%M}" if made else backup.name
    _log.warning("%s was damaged and came from the backup %s", path.name, backup.name)
    return (
        f"{path.name} was damaged and has been restored from the backup of {when}. What you told "
        f"Familiar after that may be missing; the damaged file is kept as {aside}."
    )


@contextlib.contextmanager
def alone(home: Path) -> Iterator[None]:
    """One program mends at a time; the lock ends with the program, however that ends.

    Raises LibraryError when the folder cannot be written to, NoRoom when the disk is full.
    """
    try:
        with contextlib.closing(
            sqlite3.connect(home / _LOCK, timeout=60, isolation_level=None)
        ) as lock:
            lock.execute("BEGIN EXCLUSIVE")
            yield
    except sqlite3.Error as error:
        raise refusal(error, home / _LOCK, "") from error
