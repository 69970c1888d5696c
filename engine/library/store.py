"""One SQLite file: a connection per thread, one writer at a time, errors as sentences.

Threads: a `Store` may be used from any thread. Each thread gets a connection of its own, so reads
never wait for one another; writes of one process are serialised by a lock that is held for the
length of a transaction, and those of several processes by SQLite itself. A transaction belongs to
the thread that opened it, and only that thread sees its rows before it ends.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import Damaged, LibraryError, NoRoom

if TYPE_CHECKING:
    from sqlite_utils import Database

FITS = 900
"""Bytes of a text that are in no page of a file but the row's own, even in an index."""

BUSY_SECONDS = 30.0
"""How long one process waits for another's transaction before it gives up."""

Row = tuple[Any, ...]

_UNREADABLE = "Could not decode to UTF-8"
"""How Python begins to say that a text is none, which SQLite does not look at."""


class Session:
    """One thread's connection; it is closed when the thread ends."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def close(self) -> None:
        """Close the connection; what it had not committed never was."""
        self.database.conn.close()

    # A connection and its cache of statements hold each other, so it would outlive its thread.
    __del__ = close


class Store:
    """One database file that has been checked and migrated; see the module for threads.

    damaged: whether damage was met since; written: whether this process has written to it.
    """

    def __init__(
        self,
        path: Path,
        *,
        advice: str,
        pragmas: Sequence[str],
        lock: threading.RLock,
        on_damage: Callable[[], None] = lambda: None,
    ) -> None:
        self.path = path
        self.damaged = False
        self.written = False
        self._advice = advice
        self._pragmas = tuple(pragmas)
        self._lock = lock
        self._on_damage = on_damage
        self._local = threading.local()
        self._sessions: weakref.WeakSet[Session] = weakref.WeakSet()
        self._closed = False

    def database(self) -> Database:
        """This thread's connection, as sqlite-utils has it."""
        session: Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = Session(self._connect())
            self._sessions.add(session)
        return session.database

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """Every row of a query, at once: no cursor stays open behind the caller's back."""
        with self.sentences():
            return self.database().conn.execute(sql, values).fetchall()

    def version(self) -> int:
        """A number that changes when another thread or program has written to the file."""
        return int(self.rows("PRAGMA data_version")[0][0])

    def moment(self) -> tuple[int, int]:
        """What is different, on one thread, once anybody at all has written to the file."""
        return self.version(), self.database().conn.total_changes

    def row(self, sql: str, values: Sequence[object] = ()) -> Row | None:
        """The first row of a query, or None."""
        rows = self.rows(sql, values)
        return rows[0] if rows else None

    def run(self, sql: str, values: Sequence[object] = ()) -> int:
        """One statement in a transaction of its own, or in the open one: rows it changed."""
        with self.transaction(), self.sentences():
            return self.database().conn.execute(sql, values).rowcount

    def insert(self, sql: str, values: Sequence[object] = ()) -> int:
        """Like `run`, for one INSERT: the new row's id."""
        with self.transaction(), self.sentences():
            return self.database().conn.execute(sql, values).lastrowid or 0

    def many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """One statement for many rows, all of them or none."""
        with self.transaction(), self.sentences():
            self.database().conn.executemany(sql, rows)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing for the writes of this thread inside it; may be nested.

        A nested one that fails takes only its own writes back. Keep it short: other writers wait.
        """
        with self._lock:
            database = self.database()
            if database.conn.in_transaction:
                with database.atomic():
                    yield
                return
            # IMMEDIATE, since a transaction that reads first and then wants to write may be
            # refused at once when another process writes; this way it waits its turn.
            with self.sentences():
                database.conn.execute("BEGIN IMMEDIATE")
            changes = database.conn.total_changes
            try:
                yield
                with self.sentences():
                    database.conn.execute("COMMIT")
                self.written = self.written or database.conn.total_changes != changes
            except BaseException:
                database.rollback()
                raise

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[None]:
        """Every read of this thread inside it sees the file as it was at the first one."""
        connection = self.database().conn
        if connection.in_transaction:
            yield
            return
        connection.execute("BEGIN")
        try:
            yield
        finally:
            connection.execute("ROLLBACK")

    def close(self) -> None:
        """Close every thread's connection; the last one to leave tidies the file up."""
        with self._lock:
            self._closed = True
            for session in list(self._sessions):
                session.close()
            self._local = threading.local()

    @contextlib.contextmanager
    def sentences(self) -> Iterator[None]:
        """Turns what SQLite says into what the owner can act on."""
        try:
            yield
        except sqlite3.IntegrityError:
            raise
        except sqlite3.DatabaseError as error:
            refused = refusal(error, self.path, self._advice)
            if isinstance(refused, Damaged):
                self._note_damage()
            raise refused from error

    def refuse_zeros(self, texts: Iterable[str]) -> None:
        """Raises Damaged if there is a zero in a long text, which nobody writes: the page that its
        end was on is lost, and SQLite, which keeps no sums of pages, takes zeros for the text.
        """
        if any("\0" in text and len(text.encode()) > FITS for text in texts):
            self._note_damage()
            raise Damaged(f"{self.path} is damaged (the end of a text is missing). {self._advice}")

    def _note_damage(self) -> None:
        self.damaged = True
        self._on_damage()

    def _connect(self) -> Database:
        from sqlite_utils import Database

        if self._closed:
            raise LibraryError("The library has been closed.")
        with self.sentences():
            # Should it be gone by now, an empty one made in its place would hide that.
            connection = sqlite3.connect(
                f"{self.path.absolute().as_uri()}?mode=rw",
                uri=True,
                timeout=BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=False,
            )
            for pragma in self._pragmas:
                connection.execute(f"PRAGMA {pragma}").fetchall()
            return Database(connection, recursive_triggers=False, execute_plugins=False)


def refusal(error: sqlite3.Error, path: Path, advice: str) -> LibraryError:
    """What to raise for an SQLite error: NoRoom where waiting helps, Damaged where it cannot."""
    name = getattr(error, "sqlite_errorname", "") or ""
    text = explain(error, path, advice)
    if name.startswith(("SQLITE_FULL", "SQLITE_BUSY", "SQLITE_LOCKED")):
        return NoRoom(text)
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or _UNREADABLE in str(error):
        return Damaged(text)
    return LibraryError(text)


def explain(error: sqlite3.Error, path: Path, advice: str) -> str:
    """One sentence for an SQLite error on `path`; `advice` is what helps when it is damaged."""
    name = getattr(error, "sqlite_errorname", "") or ""
    text = str(error)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) or "locked" in text:
        return f"{path.name} is in use by another program; wait until it has finished, then retry."
    if name.startswith("SQLITE_FULL") or "full" in text:
        return f"There is no room left on the disk that holds {path}."
    if name.startswith("SQLITE_READONLY") or "readonly" in text:
        return f"{path} cannot be written to; check the permissions of its folder."
    if name.startswith("SQLITE_CANTOPEN") or "unable to open" in text:
        return f"{path} cannot be opened; check that its folder exists and is yours to write to."
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or "malformed" in text:
        return f"{path} is damaged ({text}). {advice}"
    if _UNREADABLE in text:  # the rest of what Python says is the text itself
        return f"{path} is damaged (a text in it is not one any more). {advice}"
    if name.startswith("SQLITE_IOERR"):
        return f"The disk that holds {path} reported an error ({text})."
    return f"{path} cannot be used ({text})."


def id_list(ids: Iterable[int]) -> str:
    """Ids as one value for `IN (SELECT value FROM json_each(?))`, however many there are."""
    return json.dumps([int(i) for i in ids])
