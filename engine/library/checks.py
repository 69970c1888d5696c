"""Looks at a database before it is used, and refuses it without having changed a byte."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import sys
import tempfile
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from engine.errors import Damaged, LibraryError
from engine.library.store import FITS, refusal

if TYPE_CHECKING:
    from sqlite_utils import Migrations

_WHOLE = "integrity_check"
_MAGIC = b"SQLite format 3\0"


def examine(
    path: Path,
    migrations: Migrations,
    *,
    advice: str,
    thorough: bool,
    heavy: Sequence[str] = (),
    whole: bool = False,
) -> list[str]:
    """The names of the migrations that `path` still needs; raises LibraryError to refuse it, and
    Damaged when that is why.

    The list of free pages is always walked, which takes next to no time. `thorough` also walks the
    tables' pages (SQLite's quick_check), all but those in `heavy`; `whole` compares each of them
    with its indexes too, and reads every value. The file is only ever opened for reading.
    """
    _refuse_strangers(path, advice)
    how = _WHOLE if whole else "quick_check" if thorough else None
    try:
        return _look(path, migrations, advice, how, heavy)
    except sqlite3.DatabaseError as error:
        # A program was killed in the middle of a transaction. SQLite would take it back when it
        # opens the file for writing, which is too early: we may be about to refuse it.
        if "READONLY" not in (getattr(error, "sqlite_errorname", "") or ""):
            raise refusal(error, path, advice) from error
    with tempfile.TemporaryDirectory(prefix="familiar-") as folder:
        copy = Path(folder) / path.name
        for suffix in ("", "-journal", "-wal"):
            with contextlib.suppress(FileNotFoundError):
                shutil.copyfile(f"{path}{suffix}", f"{copy}{suffix}")
        try:
            with contextlib.closing(sqlite3.connect(copy)) as connection:
                connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()
            return _look(copy, migrations, advice, how, heavy)
        except sqlite3.DatabaseError as error:
            raise refusal(error, path, advice) from error


def _refuse_strangers(path: Path, advice: str) -> None:
    """Refuse what is plainly no database, before SQLite sees it."""
    try:
        if not path.is_file():
            raise LibraryError(f"{path} is not a file. {advice}")
        with path.open("rb") as file:
            header = file.read(100)
            size = path.stat().st_size
    except OSError as error:
        raise LibraryError(f"{path} cannot be read ({error.strerror}).") from error
    if not header:
        raise Damaged(f"{path} is damaged: it is empty. {advice}")
    if not header.startswith(_MAGIC) or len(header) < 100:
        raise Damaged(f"{path} is damaged, or not a Familiar library at all. {advice}")
    page = int.from_bytes(header[16:18], "big")
    pages = int.from_bytes(header[28:32], "big")
    counted = header[24:28] == header[92:96]
    # Not when a -wal or -journal may still change the length.
    settled = not any(_holds_something(f"{path}{suffix}") for suffix in ("-wal", "-journal"))
    if counted and settled and size < pages * (65536 if page == 1 else page):
        raise Damaged(f"{path} is damaged: its end is missing. {advice}")


def _holds_something(path: str) -> bool:
    try:
        return Path(path).stat().st_size > 0
    except OSError:
        return False


def _look(
    path: Path, migrations: Migrations, advice: str, how: str | None, heavy: Sequence[str]
) -> list[str]:
    from sqlite_utils import Database

    address = f"{path.resolve().as_uri()}?mode=ro"
    with contextlib.closing(sqlite3.connect(address, uri=True, timeout=30)) as connection:
        db = Database(connection, recursive_triggers=False, execute_plugins=False)
        applied = {migration.name for migration in migrations.applied(db)}
        if not applied:
            raise Damaged(f"{path} is not a Familiar library. {advice}")
        pending = [migration.name for migration in migrations.pending(db)]
        if applied - _names(migrations):
            raise LibraryError(
                f"{path} was made by a newer version of Familiar; "
                "install that version to use it. Nothing has been changed."
            )
        _walk_free(connection, path, advice)
        if how is not None:
            for table in db.table_names():
                if table not in heavy:
                    _walk(connection, path, table, how, advice)
                    _refuse_zeros(connection, path, table, advice)
                    if how == _WHOLE:
                        _read(connection, table)
        return pending


def _names(migrations: Migrations) -> set[str]:
    """Every migration this version knows: what an empty database would still need."""
    from sqlite_utils import Database

    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        empty = Database(connection, recursive_triggers=False, execute_plugins=False)
        return {migration.name for migration in migrations.pending(empty)}


def _walk_free(connection: sqlite3.Connection, path: Path, advice: str) -> None:
    """Look at the list of free pages, which SQLite does not when it checks table by table: a page
    that is in use and on the list would be written over.
    """
    connection.execute("BEGIN")
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()
        # Nobody changes the file's pages now, unless some of them are in the -wal.
        if _holds_something(f"{path}-wal"):
            return
        with path.open("rb") as file:
            wrong = _wrong_in_free(file)
    finally:
        connection.execute("ROLLBACK")
    if wrong:
        raise Damaged(f"{path} is damaged ({wrong}). {advice}")


def _wrong_in_free(file: BinaryIO) -> str | None:
    """What is wrong with a database's list of free pages (see SQLite's file format, 1.5)."""
    header = file.read(100)
    size = int.from_bytes(header[16:18], "big")
    size = 65536 if size == 1 else size
    pages = file.seek(0, os.SEEK_END) // size
    trunk, count = (int.from_bytes(header[at : at + 4], "big") for at in (32, 36))
    free: set[int] = set()
    while trunk:
        if trunk in free or not 1 < trunk <= pages:
            return "its list of free pages is broken"
        file.seek((trunk - 1) * size)
        words = array("I", file.read(size))
        if sys.byteorder == "little":
            words.byteswap()
        if words[1] > len(words) - 2:
            return "its list of free pages is broken"
        free.add(trunk)
        leaves = words[2 : 2 + words[1]]
        if any(not 1 < one <= pages for one in leaves) or not free.isdisjoint(leaves):
            return "its list of free pages names wrong ones"
        free.update(leaves)
        trunk = words[0]
    return None if len(free) == count else "its list of free pages is cut short"


def _refuse_zeros(connection: sqlite3.Connection, path: Path, table: str, advice: str) -> None:
    """Look in a whole table for what `Store.refuse_zeros` finds in texts that are read."""
    columns = connection.execute(f"PRAGMA table_info([{table}])").fetchall()
    texts = [
        f"(length(CAST([{name}] AS BLOB)) > {FITS} AND instr([{name}], char(0)))"
        for _, name, kind, *_ in columns
        if kind == "TEXT"
    ]
    if (
        texts
        and connection.execute(
            f"SELECT 1 FROM [{table}] WHERE {' OR '.join(texts)} LIMIT 1"  # noqa: S608 (its own names)
        ).fetchone()
    ):
        raise Damaged(f"{path} is damaged (the end of a text in {table} is missing). {advice}")


def _read(connection: sqlite3.Connection, table: str) -> None:
    """Read every value once: whether a text is one, SQLite itself does not ask."""
    for _ in connection.execute(f"SELECT * FROM [{table}]"):  # noqa: S608 (a table's own name)
        pass


def _walk(connection: sqlite3.Connection, path: Path, table: str, how: str, advice: str) -> None:
    found = connection.execute(f"PRAGMA {how}('{table}')").fetchone()
    if found is None or found[0] != "ok":
        what = " ".join(str(found[0]).split()) if found else "no answer"
        raise Damaged(f"{path} is damaged ({what}). {advice}")
