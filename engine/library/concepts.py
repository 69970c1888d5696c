"""The people, pets and things the owner has named."""

# ruff: noqa: S608 (put together from this package's constants; values are always bound)

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace

from engine.errors import UsageError
from engine.library.captions import Captions
from engine.library.identity import now
from engine.library.merges import Merges
from engine.library.names import clean, fold, nameless, with_article
from engine.library.store import Row, Store, id_list
from engine.library.tags import Box, as_box, box_columns, checked

KINDS = ("person", "pet", "thing")

_COLUMNS = (
    "id, name, kind, noun, created_at, hidden_at IS NOT NULL,"
    " cover_photo_id, cover_x0, cover_y0, cover_x1, cover_y1"
)
_HERE = "removed_at IS NULL AND merged_into IS NULL"
_NOBODY = "There is nobody and nothing by that name."


@dataclass(frozen=True)
class Cover:
    """The photo that stands for a concept, and the part of it to show (None: all of it)."""

    photo_id: int
    box: Box | None = None


@dataclass(frozen=True)
class Concept:
    """Someone or something with a name. `noun` says what it is: "person", "dog", "mug".

    hidden: recognised and found by name, but not shown among the owner's people and pets. cover:
    None until the owner chooses one.
    """

    id: int
    name: str
    kind: str
    noun: str
    created_at: str
    hidden: bool = False
    cover: Cover | None = None


class Concepts:
    """Table of concepts in library.db; removing one keeps all of it for when it is restored.

    One that was merged into another is no longer there by itself: its number means the other.
    """

    def __init__(self, catalogue: Store, index: Store, merges: Merges, captions: Captions) -> None:
        self._catalogue = catalogue
        self._index = index
        self._merges = merges
        self._captions = captions

    def add(self, name: str, kind: str, noun: str | None = None) -> Concept:
        """Add a concept. Raises UsageError for a bad or taken name, or an unknown kind."""
        name = clean(name)
        if kind not in KINDS:
            raise UsageError(f"A kind is one of {', '.join(KINDS)}; {kind!r} is not.")
        noun = clean(noun) if noun is not None else kind
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
        """A concept that has not been removed; of a merged one, the one that stands for it."""
        return self._one("id = ?", self._merges.root(concept_id))

    def named(self, name: str) -> Concept | None:
        """The concept with this name, whatever its case, width or spacing."""
        return self._one("folded = ?", fold(name))

    def all(self) -> list[Concept]:
        """Every concept that has not been removed, in the order they were added."""
        return self._many(f"{_HERE} ORDER BY id")

    def removed(self) -> list[Concept]:
        """Those that can be restored, the last removed first."""
        return self._many(
            "removed_at IS NOT NULL AND merged_into IS NULL ORDER BY removed_at DESC, id DESC"
        )

    def merged(self, concept_id: int) -> list[Concept]:
        """Those merged into a concept, directly or by way of others: `unmerge` takes one out."""
        family = self._merges.family(concept_id)[1:]
        return self._many("id IN (SELECT value FROM json_each(?)) ORDER BY id", (id_list(family),))

    def count(self) -> int:
        """How many concepts are shown: neither removed nor hidden."""
        row = self._catalogue.row(
            f"SELECT count(*) FROM concepts WHERE {_HERE} AND hidden_at IS NULL"
        )
        return 0 if row is None else int(row[0])

    def names(self) -> dict[int, str]:
        """The name of every concept that has not been removed."""
        return dict(self._catalogue.rows(f"SELECT id, name FROM concepts WHERE {_HERE}"))

    def shown_names(self) -> dict[int, str]:
        """What captions say for each concept: its name, or "someone", "a dog" once removed.

        A merged one is called what the one it was merged into is called.
        """
        shown = {
            concept_id: name if removed_at is None else nameless(kind, noun)
            for concept_id, name, kind, noun, removed_at in self._catalogue.rows(
                "SELECT id, name, kind, noun, removed_at FROM concepts"
            )
        }
        return self._for_merged(shown)

    def noun_phrases(self) -> dict[int, str]:
        """ "a dog" for every concept that has not been removed, and for those merged into it."""
        return self._for_merged({one.id: with_article(one.noun) for one in self.all()})

    def _for_merged(self, words: dict[int, str]) -> dict[int, str]:
        roots = self._merges.roots()
        return words | {one: words[root] for one, root in roots.items() if root in words}

    def rename(self, concept_id: int, name: str) -> Concept:
        """Give a concept another name; every caption shows it from now on."""
        name = clean(name)
        with self._catalogue.transaction():
            changed = self._write(
                name,
                f"UPDATE concepts SET name = ?, folded = ? WHERE id = ? AND {_HERE}",
                (name, fold(name), concept_id),
            )
            return self._changed(concept_id, changed)

    def set_noun(self, concept_id: int, noun: str) -> Concept:
        """Say what a concept is: "dog", "girl", "mug"."""
        return self._set(concept_id, "noun = ?", (clean(noun),))

    def remove(self, concept_id: int) -> None:
        """Take a concept out of the library; `restore` brings it back with all said about it."""
        if not self._catalogue.run(
            f"UPDATE concepts SET removed_at = ? WHERE id = ? AND {_HERE}",
            (now(), concept_id),
        ):
            raise UsageError(_NOBODY)

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

    def hide(self, concept_id: int) -> Concept:
        """Show a concept no more among people and pets, nor offer it while a search is typed."""
        return self._set(concept_id, "hidden_at = ?", (now(),))

    def unhide(self, concept_id: int) -> Concept:
        """Undo `hide`."""
        return self._set(concept_id, "hidden_at = NULL", ())

    def set_cover(self, concept_id: int, cover: Cover | None) -> Concept:
        """Choose the photo that stands for a concept, or with None leave it to Familiar."""
        photo, box = (None, None) if cover is None else (cover.photo_id, checked(cover.box))
        try:
            return self._set(
                concept_id,
                "cover_photo_id = ?, cover_x0 = ?, cover_y0 = ?, cover_x1 = ?, cover_y1 = ?",
                (photo, *box_columns(box)),
            )
        except sqlite3.IntegrityError as error:
            raise UsageError("There is no such photo in the library.") from error

    def merge(self, into: int, other: int) -> Concept:
        """Two turn out to be one: all that was said of `other` counts for `into` from now on.

        `unmerge(other)` undoes it. Captions that name both are to be written again. Raises
        UsageError when they are the same, one of them is gone, or they are of different kinds.
        """
        with self._index.transaction(), self._catalogue.transaction():
            kept, gone = self._one("id = ?", into), self._one("id = ?", other)
            if kept is None or gone is None:
                raise UsageError(_NOBODY)
            if kept.id == gone.id:
                raise UsageError(f"{kept.name} cannot be merged with itself.")
            if kept.kind != gone.kind:
                raise UsageError(
                    f"{kept.name} is a {kept.kind} and {gone.name} a {gone.kind}; "
                    "only two of a kind can be one."
                )
            families = self._merges.family(kept.id), self._merges.family(gone.id)
            self._captions.mark_stale(self._captions.naming_both(*families))
            self._catalogue.run(
                "UPDATE concepts SET merged_into = ? WHERE id = ?", (kept.id, gone.id)
            )
        return kept

    def unmerge(self, concept_id: int) -> Concept:
        """Take a merged concept out again, with all that was said of it before and its old name.

        What was said since the merge stays with the other. Raises UsageError if it was not merged,
        or if its name has been given to another since.
        """
        with self._catalogue.transaction():
            row = self._catalogue.row("SELECT name FROM concepts WHERE id = ?", (concept_id,))
            changed = self._write(
                row[0] if row else "",
                "UPDATE concepts SET merged_into = NULL WHERE id = ? AND merged_into IS NOT NULL",
                (concept_id,),
            )
            return self._changed(concept_id, changed)

    def _one(self, condition: str, value: int | str) -> Concept | None:
        return next(iter(self._many(f"{condition} AND {_HERE}", (value,))), None)

    def _many(self, condition: str, values: Row = ()) -> list[Concept]:
        rows = self._catalogue.rows(f"SELECT {_COLUMNS} FROM concepts WHERE {condition}", values)
        found = [_concept(row) for row in rows]
        inherited = self._covers_of_merged()
        return [
            replace(one, cover=inherited[one.id])
            if one.cover is None and one.id in inherited
            else one
            for one in found
        ]

    def _covers_of_merged(self) -> dict[int, Cover]:
        """What the owner chose for those that were merged, by the concept that stands for them."""
        roots = self._merges.roots()
        if not roots:
            return {}
        rows = self._catalogue.rows(
            f"SELECT {_COLUMNS} FROM concepts"
            " WHERE merged_into IS NOT NULL AND cover_photo_id IS NOT NULL ORDER BY id"
        )
        merged = [_concept(row) for row in rows]
        return {roots[one.id]: one.cover for one in merged if one.cover is not None}

    def _set(self, concept_id: int, columns: str, values: Row) -> Concept:
        with self._catalogue.transaction():
            changed = self._catalogue.run(
                f"UPDATE concepts SET {columns} WHERE id = ? AND {_HERE}", (*values, concept_id)
            )
            return self._changed(concept_id, changed)

    def _write(self, name: str, sql: str, values: Row) -> int:
        try:
            return self._catalogue.run(sql, values)
        except sqlite3.IntegrityError as error:
            raise UsageError(f"There is already someone or something named “{name}”.") from error

    def _changed(self, concept_id: int, changed: int) -> Concept:
        concept = self.get(concept_id)
        if not changed or concept is None:
            raise UsageError(_NOBODY)
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


def _concept(row: Row) -> Concept:
    cover = None if row[6] is None else Cover(row[6], as_box(*row[7:11]))
    return Concept(row[0], row[1], row[2], row[3], row[4], bool(row[5]), cover)
