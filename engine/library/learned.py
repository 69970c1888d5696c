"""What was learned of each concept: its head and its embedding, as bytes."""

from __future__ import annotations

from dataclasses import dataclass

from engine.library.identity import now
from engine.library.store import Store

HEAD = "head"
EMBEDDING = "embedding"
VIEWS = "views"
"""Vectors of altered views of the tagged photos, which the head is trained on."""
DRAFT = "embedding-draft"
"""An embedding whose training was begun and is not finished."""


@dataclass(frozen=True)
class Learned:
    """trained_on says from which photos; when it no longer fits the tags, learn again."""

    concept_id: int
    part: str
    version: str
    data: bytes
    trained_on: str
    trained_at: str


class LearnedParts:
    """Table of learned parts in index.db, one per concept, part and model version."""

    def __init__(self, index: Store) -> None:
        self._index = index

    def put(self, concept_id: int, part: str, version: str, data: bytes, trained_on: str) -> None:
        """Store what was learned, in place of what was learned before."""
        self._index.run(
            "INSERT OR REPLACE INTO learned VALUES (?, ?, ?, ?, ?, ?)",
            (concept_id, part, version, data, trained_on, now()),
        )

    def get(self, concept_id: int, part: str, version: str) -> Learned | None:
        """One part of one concept for one model version."""
        row = self._index.row(
            "SELECT * FROM learned WHERE concept_id = ? AND part = ? AND version = ?",
            (concept_id, part, version),
        )
        return None if row is None else Learned(*row)

    def all(self, part: str, version: str) -> dict[int, Learned]:
        """One part of every concept that has it for this model version, by concept id."""
        rows = self._index.rows(
            "SELECT * FROM learned WHERE part = ? AND version = ? ORDER BY concept_id",
            (part, version),
        )
        return {row[0]: Learned(*row) for row in rows}

    def remove(self, concept_id: int, part: str) -> None:
        """Forget a part for every model version; it can be learned again."""
        self._index.run("DELETE FROM learned WHERE concept_id = ? AND part = ?", (concept_id, part))
