"""Putting a backup of library.db in its place."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from engine.errors import Damaged, LibraryError, UsageError
from engine.library import backups, checks, mending, opening
from engine.library.opening import Blueprint
from engine.library.store import refusal


def restore(home: Path, blueprints: tuple[Blueprint, Blueprint], file: Path) -> Path | None:
    """Make library.db what it was when `file` was made; where that of before is kept, if any.

    blueprints: library.db's and index.db's. An index that belongs to another library is set
    aside. Programs that have the library open see the change. Raises LibraryError, with all left
    as it is, when `file` is no backup, is damaged, or is from a newer version, UsageError when it
    is library.db itself.
    """
    catalogue, index = blueprints
    path = home / catalogue.file_name
    if not file.exists():
        raise LibraryError(f"There is no file {file}.")
    if path.exists() and file.samefile(path):
        raise UsageError(f"{file} is the library itself. Choose a backup of it.")
    checks.examine(file, catalogue.migrations, advice="Choose another backup.", thorough=True)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with mending.alone(home):
        before = None
        whole = path.exists()
        if whole:
            try:
                opening.examine(home, catalogue, whole=True)
            except Damaged:
                before, whole = opening.set_aside(home, catalogue), False
            else:
                before = backups.back_up(path, home / "backups", spared=file)
        if whole:
            _overwrite(path, file)
        else:
            backups.copy_to(file, path)
        if (home / index.file_name).exists() and _library_id(home / index.file_name) not in (
            None,
            _library_id(path),
        ):
            opening.set_aside(home, index)
    return before


def _overwrite(path: Path, file: Path) -> None:
    """In one transaction of SQLite's, so that whoever has it open sees it whole."""
    try:
        with (
            # Not made anew, should it be gone by now: an empty one would take the library's place.
            contextlib.closing(
                sqlite3.connect(f"{file.resolve().as_uri()}?mode=rw", uri=True)
            ) as source,
            contextlib.closing(sqlite3.connect(path, timeout=1)) as target,
        ):
            backups.copy_pages(source, target)
    except sqlite3.Error as error:
        raise refusal(error, path, "") from error


def _library_id(path: Path) -> str | None:
    """Which library a file belongs to, if it says so."""
    try:
        with contextlib.closing(sqlite3.connect(path)) as connection:
            row = connection.execute("SELECT value FROM about WHERE key = 'library_id'").fetchone()
    except sqlite3.Error:
        return None
    return None if row is None else str(row[0])
