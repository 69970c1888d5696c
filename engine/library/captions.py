"""Captions: the machine's in index.db, the owner's edits of them in library.db.

They never share a row, so no run of the machine can overwrite what the owner wrote.
"""

# ruff: noqa: S608 (put together from this package's constants; values are always bound)

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.errors import UsageError
from engine.library import templates
from engine.library.arrays import blob, read_matrix
from engine.library.identity import now
from engine.library.stages import CAPTION, Stages
from engine.library.store import Row, Store, id_list
from engine.library.versions import Versions

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# The newest entry of a photo that is not undone; a NULL template is the machine's caption again.
_EDITS = (
    "SELECT photo_id, id, template FROM caption_edits WHERE id IN"
    " (SELECT max(id) FROM caption_edits WHERE undone_at IS NULL{which} GROUP BY photo_id)"
    " AND template IS NOT NULL"
)
_ONLY = " AND photo_id IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True)
class Caption:
    """model: the version that wrote it, None if the owner did; stale: to be written again."""

    template: str
    model: str | None
    edited: bool
    stale: bool


NewCaption = tuple[int, str, str, "NDArray[np.float16] | None"]
"""photo id, template, model version, and the sentence vector float16 [s] if there is one."""


class Captions:
    """Tables of captions in both databases."""

    def __init__(self, catalogue: Store, index: Store, versions: Versions, stages: Stages) -> None:
        self._catalogue = catalogue
        self._index = index
        self._versions = versions
        self._stages = stages

    def put_many(self, captions: Sequence[NewCaption]) -> None:
        """Store what the machine wrote. Raises ValueError if a template is malformed."""
        for _, template, _, _ in captions:
            templates.parse(template)
        with self._index.transaction():
            numbers = {name: self._versions.number(name) for name in {c[2] for c in captions}}
            self._index.many(
                "INSERT OR REPLACE INTO captions VALUES (?, ?, ?, 0)",
                [(photo, template, numbers[model]) for photo, template, model, _ in captions],
            )
            self._index.many(
                "DELETE FROM caption_vectors WHERE photo_id = ? AND edit_id = 0",
                [(photo,) for photo, _, _, vector in captions if vector is None],
            )
            self._put_vectors(
                [(photo, 0, numbers[model], v) for photo, _, model, v in captions if v is not None]
            )

    def get(self, photo_id: int) -> Caption | None:
        """The caption to show: the owner's if there is one, else the machine's."""
        return self.many([photo_id]).get(photo_id)

    def many(self, photo_ids: Sequence[int]) -> dict[int, Caption]:
        """The captions to show, by photo id."""
        return self._shown(_ONLY, (id_list(photo_ids),))

    def all(self) -> dict[int, Caption]:
        """Every caption to show, by photo id."""
        return self._shown("", ())

    def stale(self) -> list[int]:
        """Photos whose caption, of the machine's, is to be written again."""
        rows = self._index.rows("SELECT photo_id FROM captions WHERE stale ORDER BY photo_id")
        return [row[0] for row in rows]

    def edited(self) -> set[int]:
        """Photos whose caption is the owner's."""
        return set(self._edits())

    def count(self, besides: Collection[int] = ()) -> int:
        """How many photos have a caption to show, besides these."""
        edits = self._edits()
        (machine,) = self._index.rows(
            "SELECT count(*) FROM captions WHERE photo_id NOT IN (SELECT value FROM json_each(?))",
            (id_list({*edits, *besides}),),
        )
        return int(machine[0]) + len(set(edits).difference(besides))

    def edit(self, photo_id: int, template: str) -> None:
        """Put the owner's words in place of the machine's, until the owner changes them.

        Raises UsageError for an empty or malformed template, or a photo that does not exist.
        """
        template = template.replace("\0", "")
        if not template.strip():
            raise UsageError("A caption cannot be empty.")
        try:
            templates.parse(template)
        except ValueError as error:
            raise UsageError(f"This caption cannot be understood: it has {error}.") from error
        self._log(photo_id, template)

    def revert(self, photo_id: int) -> None:
        """Go back to the machine's caption; `undo` brings the owner's words back."""
        if self._edits([photo_id]):
            self._log(photo_id, None)

    def undo(self, photo_id: int) -> None:
        """Take the owner's last `edit` or `revert` of a photo's caption back."""
        self._catalogue.run(
            "UPDATE caption_edits SET undone_at = ? WHERE id ="
            " (SELECT max(id) FROM caption_edits WHERE photo_id = ? AND undone_at IS NULL)",
            (now(), photo_id),
        )

    def naming_both(self, some: Collection[int], others: Collection[int]) -> list[int]:
        """Photos whose machine caption names one of some concepts and one of others."""
        contains = "EXISTS (SELECT 1 FROM json_each(?) WHERE instr(template, value))"
        slots = [json.dumps([templates.slot(one) for one in ids]) for ids in (some, others)]
        rows = self._index.rows(
            f"SELECT photo_id, template FROM captions WHERE {contains} AND {contains}", slots
        )
        named = {photo: set(templates.concepts_in(template)) for photo, template in rows}
        return [one for one, ids in named.items() if ids & set(some) and ids & set(others)]

    def mark_stale(self, photo_ids: Iterable[int]) -> None:
        """Ask for these photos to be captioned again; until then the old caption is shown."""
        ids = list(photo_ids)
        with self._index.transaction():
            self._index.run(
                "UPDATE captions SET stale = 1 WHERE photo_id IN (SELECT value FROM json_each(?))",
                (id_list(ids),),
            )
            self._stages.forget(CAPTION, ids)

    def vectors(self, version: str) -> tuple[NDArray[np.int64], NDArray[np.float16]]:
        """Photo ids [n] and sentence vectors [n, s] of the captions shown, of one version."""
        import numpy as np

        edits = {photo_id: row[0] for photo_id, row in self._edits().items()}
        number = self._versions.find(version)
        ids, vectors = read_matrix(
            self._index, "caption_vectors", "vector", "version_id = ?", (number,), "photo_id", "f2"
        )
        made_of, _ = read_matrix(
            self._index, "caption_vectors", "x''", "version_id = ?", (number,), "edit_id", "f2"
        )
        shown = np.fromiter((edits.get(i, 0) for i in ids.tolist()), np.int64, len(ids)) == made_of
        return ids[shown], vectors[shown]

    def edits_without_vector(self, version: str) -> dict[int, str]:
        """The owner's captions that have no sentence vector of this version, by photo id."""
        rows = self._index.rows(
            "SELECT edit_id FROM caption_vectors WHERE edit_id AND version_id = ?",
            (self._versions.find(version),),
        )
        have = {row[0] for row in rows}
        return {
            photo: template for photo, (edit, template) in self._edits().items() if edit not in have
        }

    def put_edit_vectors(self, version: str, vectors: Mapping[int, NDArray[np.float16]]) -> None:
        """Store the sentence vectors of the owner's captions, by photo id."""
        edits = self._edits(list(vectors))
        with self._index.transaction():
            number = self._versions.number(version)
            self._index.many(
                "DELETE FROM caption_vectors WHERE photo_id = ? AND edit_id",
                [(photo,) for photo in edits],
            )
            self._put_vectors([(photo, edits[photo][0], number, vectors[photo]) for photo in edits])

    def _put_vectors(self, rows: list[tuple[int, int, int, NDArray[np.float16]]]) -> None:
        self._index.many(
            "INSERT INTO caption_vectors (photo_id, edit_id, version_id, vector)"
            " VALUES (?, ?, ?, ?) ON CONFLICT (photo_id, edit_id) DO UPDATE SET"
            " version_id = excluded.version_id, vector = excluded.vector",
            [(photo, edit, number, blob(vector, "f2")) for photo, edit, number, vector in rows],
        )

    def _shown(self, which: str, values: Row) -> dict[int, Caption]:
        captions = {
            photo: Caption(template, model, False, bool(stale))
            for photo, template, model, stale in self._index.rows(
                "SELECT photo_id, template, versions.name, stale FROM captions"
                f" JOIN versions ON versions.id = version_id{which}",
                values,
            )
        }
        for photo, (_, template) in self._in_force(which, values).items():
            captions[photo] = Caption(template, None, True, False)
        return captions

    def _edits(self, photo_ids: Sequence[int] | None = None) -> dict[int, tuple[int, str]]:
        """The owner's captions in force: photo id to (edit id, template)."""
        if photo_ids is None:
            return self._in_force("", ())
        return self._in_force(_ONLY, (id_list(photo_ids),))

    def _in_force(self, which: str, values: Row) -> dict[int, tuple[int, str]]:
        rows = self._catalogue.rows(_EDITS.format(which=which), values)
        self._catalogue.refuse_zeros(template for _, _, template in rows)
        return {photo: (edit, template) for photo, edit, template in rows}

    def _log(self, photo_id: int, template: str | None) -> None:
        try:
            self._catalogue.run(
                "INSERT INTO caption_edits (photo_id, template, edited_at) VALUES (?, ?, ?)",
                (photo_id, template, now()),
            )
        except sqlite3.IntegrityError as error:
            raise UsageError("There is no such photo in the library.") from error
