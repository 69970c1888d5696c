"""The index's own count of what is done and asked for again, kept by triggers in the database.

With the notes of what was begun it proves that nothing is done twice: in a run a stage may begin
for a photo once if it was not done when the run began, and once more each time it is asked for.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from engine.library.library import Library

_TRIGGERS = """
CREATE TABLE IF NOT EXISTS ledger (
    id INTEGER PRIMARY KEY, what TEXT NOT NULL, stage TEXT NOT NULL, photo_id INTEGER NOT NULL,
    about TEXT NOT NULL DEFAULT '');
CREATE TRIGGER IF NOT EXISTS ledger_done AFTER INSERT ON stages BEGIN
    INSERT INTO ledger (what, stage, photo_id) VALUES ('done', NEW.stage, NEW.photo_id); END;
CREATE TRIGGER IF NOT EXISTS ledger_asked AFTER DELETE ON stages BEGIN
    INSERT INTO ledger (what, stage, photo_id) VALUES ('asked', OLD.stage, OLD.photo_id); END;
CREATE TRIGGER IF NOT EXISTS ledger_learned AFTER INSERT ON learned
    WHEN NEW.part IN ('head', 'views', 'embedding') BEGIN
    INSERT INTO ledger (what, stage, photo_id, about)
    VALUES ('done', NEW.part, NEW.concept_id, NEW.trained_on); END;
CREATE TRIGGER IF NOT EXISTS ledger_forgotten AFTER DELETE ON learned
    WHEN OLD.part IN ('head', 'views', 'embedding') BEGIN
    INSERT INTO ledger (what, stage, photo_id) VALUES ('asked', OLD.part, OLD.concept_id); END;
"""

Step = tuple[str, int]
"""A stage and a photo's id, or a concept's."""


def keep_ledger(library: Library) -> None:
    """Begin to count in an open library's index, unless it is counting already."""
    with library._index.transaction():
        connection = library._index.database().conn
        for statement in _statements(_TRIGGERS):
            connection.execute(statement)


def _statements(text: str) -> Iterator[str]:
    """Whole statements of some text."""
    begun = ""
    for line in text.splitlines(keepends=True):
        begun += line
        if sqlite3.complete_statement(begun):
            yield begun
            begun = ""


@dataclass
class Committed:
    """What was on the disk at one moment, as any other program would find it.

    places: by path the photo, size and time; entries: how long the ledger was.
    """

    places: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    hashes: dict[str, int] = field(default_factory=dict)
    done: set[Step] = field(default_factory=set)
    entries: int = 0


def committed(home: Path) -> Committed:
    """Read it from the files, which nobody has open; of one that is damaged nothing counts."""
    found = Committed()
    with contextlib.suppress(sqlite3.DatabaseError), _reading(home / "library.db") as db:
        if db is not None:
            for path, *rest in db.execute("SELECT path, photo_id, size, mtime_ns FROM places"):
                found.places[os.fsdecode(path)] = tuple(rest)
            found.hashes = dict(db.execute("SELECT content_hash, id FROM photos"))
    with contextlib.suppress(sqlite3.DatabaseError), _reading(home / "index.db") as db:
        if db is not None and _has_ledger(db):
            found.done = set(db.execute("SELECT stage, photo_id FROM stages"))
            found.entries = db.execute("SELECT coalesce(max(id), 0) FROM ledger").fetchone()[0]
    return found


def asked_since(home: Path, entries: int) -> Counter[Step]:
    """How often each step was asked for again since the ledger was so long."""
    with contextlib.suppress(sqlite3.DatabaseError), _reading(home / "index.db") as db:
        if db is not None and _has_ledger(db):
            return Counter(
                db.execute(
                    "SELECT stage, photo_id FROM ledger WHERE what = 'asked' AND id > ?", (entries,)
                ).fetchall()
            )
    return Counter()


def recorded_twice(home: Path) -> list[Step]:
    """Steps whose result was written although it stood there and nobody had asked."""
    twice: list[Step] = []
    standing: dict[Step, str] = {}
    with _reading(home / "index.db") as db:
        if db is None or not _has_ledger(db):
            return []
        rows = db.execute("SELECT what, stage, photo_id, about FROM ledger ORDER BY id").fetchall()
    for what, stage, photo, about in rows:
        step = (stage, photo)
        if what == "asked":
            standing.pop(step, None)
            continue
        if standing.get(step) == about:
            twice.append(step)
        standing[step] = about
    return twice


def _has_ledger(db: sqlite3.Connection) -> bool:
    return bool(db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'ledger'").fetchone())


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection | None]:
    """A connection to a copy, or None while there is no such file: what a killed program left is
    for the next one to put right, not for who only looks."""
    if not path.exists():
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        for suffix in ("", "-wal", "-journal"):
            with contextlib.suppress(FileNotFoundError):
                shutil.copyfile(f"{path}{suffix}", Path(folder, f"copy{suffix}"))
        with contextlib.closing(sqlite3.connect(Path(folder, "copy"))) as db:
            yield db
