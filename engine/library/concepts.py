"""The people, pets and things the owner has named."""

# ruff: noqa: S608 (put together from this package's constants; values are always bound)

from __future__ import annotations

import sqlite3
import unicodedata
from dataclasses import dataclass

from engine.errors import UsageError
from engine.library.identity import now
from engine.library.store import Row, Store

KINDS = ("person", "pet", "thing")

_LONGEST = 100
_COLUMNS = "id, name, kind, noun, created_at"


@dataclass(frozen=True)
class Concept:
    """Someone or something with a name. `noun` says what it is: "person", "dog", "mug"."""

    id: int
    name: str
    kind: str
    noun: str
    created_at: str


def fold(name: str) -> str:
    """A name for comparing: compatibility forms, case and spacing put aside."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(folded.split())


class Concepts:
    """Table of concepts in library.db; removing one hides it until it is restored."""

    def __init__(self, catalogue: Store, index: Store) -> None:
        self._catalogue = catalogue
        self._index = index

    def add(self, name: str, kind: str, noun: str | None = None) -> Concept:
        """Add a concept. Raises UsageError for a bad or taken name, or an unknown kind."""
        name = _clean(name)
        if kind not in KINDS:
            raise UsageError(f"A kind is one of {', '.join(KINDS)}; {kind!r} is not.")
        noun = _clean(noun) if noun is not None else kind
        moment = now()
        with self._index.transaction(), self._catalogue.transaction():
            concept_id = self._next_id()
            self._write(
                name,
                "INSERT INTO concepts (id, name, folded, kind, noun, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (concept_id, name, fold(name), kind, noun, moment),
            )
        return Concept(concept_id, name, kind, noun, moment)

    def get(self, concept_id: int) -> Concept | None:
        """A concept that has not been removed."""
        return self._one("id = ?", concept_id)

    def named(self, name: str) -> Concept | None:
        """The concept with this name, whatever its case, width or spacing."""
        return self._one("folded = ?", fold(name))

    def all(self) -> list[Concept]:
        """Every concept that has not been removed, in the order they were added."""
        rows = self._catalogue.rows(
            f"SELECT {_COLUMNS} FROM concepts WHERE removed_at IS NULL ORDER BY id"
        )
        return [Concept(*row) for row in rows]

    def removed(self) -> list[Concept]:
        """Those that can be restored, the last removed first."""
        rows = self._catalogue.rows(
            f"SELECT {_COLUMNS} FROM concepts WHERE removed_at IS NOT NULL"
            " ORDER BY removed_at DESC, id DESC"
        )
        return [Concept(*row) for row in rows]

    def names(self) -> dict[int, str]:
        """The name of every concept that has not been removed."""
        rows = self._catalogue.rows("SELECT id, name FROM concepts WHERE removed_at IS NULL")
        return dict(rows)

    def shown_names(self) -> dict[int, str]:
        """What captions say for each concept: its name, or "someone", "a dog" once removed."""
        return {
            concept_id: name if removed_at is None else _nameless(kind, noun)
            for concept_id, name, kind, noun, removed_at in self._catalogue.rows(
                "SELECT id, name, kind, noun, removed_at FROM concepts"
            )
        }

    def rename(self, concept_id: int, name: str) -> Concept:
        """Give a concept another name; every caption shows it from now on."""
        name = _clean(name)
        with self._catalogue.transaction():
            changed = self._write(
                name,
                "UPDATE concepts SET name = ?, folded = ? WHERE id = ? AND removed_at IS NULL",
                (name, fold(name), concept_id),
            )
            return self._changed(concept_id, changed)

    def set_noun(self, concept_id: int, noun: str) -> Concept:
        """Say what a concept is: "dog", "girl", "mug"."""
        with self._catalogue.transaction():
            changed = self._catalogue.run(
                "UPDATE concepts SET noun = ? WHERE id = ? AND removed_at IS NULL",
                (_clean(noun), concept_id),
            )
            return self._changed(concept_id, changed)

    def remove(self, concept_id: int) -> None:
        """Hide a concept and everything said about it; `restore` brings all of it back."""
        if not self._catalogue.run(
            "UPDATE concepts SET removed_at = ? WHERE id = ? AND removed_at IS NULL",
            (now(), concept_id),
        ):
            raise UsageError("There is nobody and nothing by that name.")

    def restore(self, concept_id: int) -> Concept:
        """Undo `remove`. Raises UsageError if the name has been given to another since."""
        with self._catalogue.transaction():
            row = self._catalogue.row("SELECT name FROM concepts WHERE id = ?", (concept_id,))
            changed = self._write(
                row[0] if row else "",
                "UPDATE concepts SET removed_at = NULL WHERE id = ?",
                (concept_id,),
            )
            return self._changed(concept_id, changed)

    def _one(self, condition: str, value: int | str) -> Concept | None:
        row = self._catalogue.row(
            f"SELECT {_COLUMNS} FROM concepts WHERE {condition} AND removed_at IS NULL", (value,)
        )
        return None if row is None else Concept(*row)

    def _write(self, name: str, sql: str, values: Row) -> int:
        try:
            return self._catalogue.run(sql, values)
        except sqlite3.IntegrityError as error:
            raise UsageError(f"There is already someone or something named {name!r}.") from error

    def _changed(self, concept_id: int, changed: int) -> Concept:
        concept = self.get(concept_id)
        if not changed or concept is None:
            raise UsageError("There is nobody and nothing by that name.")
        return concept

    def _next_id(self) -> int:
        """A number never given before, not even in a library.db since replaced by a backup.

        The index remembers the highest: its captions and scores must never come to mean
        someone else.
        """
        rows = (
            self._catalogue.row("SELECT coalesce(max(id), 0) FROM concepts"),
            self._index.row("SELECT CAST(value AS INTEGER) FROM about WHERE key = 'last_concept'"),
        )
        concept_id = max(int(row[0]) for row in rows if row is not None) + 1
        self._index.run(
            "INSERT OR REPLACE INTO about VALUES ('last_concept', ?)", (str(concept_id),)
        )
        return concept_id


def _clean(name: str) -> str:
    """A name fit to be shown: NFC, one line, no control characters, not too long."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError as error:
        raise UsageError("A name must be text; this one is not valid UTF-8.") from error
    name = " ".join(unicodedata.normalize("NFC", name).split())
    if not name:
        raise UsageError("A name cannot be empty.")
    if len(name) > _LONGEST:
        raise UsageError(f"A name can have at most {_LONGEST} characters.")
    if any(unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn") for character in name):
        raise UsageError("A name cannot contain control characters.")
    if not fold(name):
        raise UsageError("A name needs at least one character that can be seen.")
    return name


def _nameless(kind: str, noun: str) -> str:
    if kind == "person":
        return "someone"
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"
