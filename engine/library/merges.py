"""Concepts that turned out to be one: which of them stands for the others."""

from __future__ import annotations

from collections.abc import Iterable

from engine.library.store import Store


class Roots(dict[int, int]):
    """For every merged concept the one that stands for it; any other stands for itself."""

    def __missing__(self, concept_id: int) -> int:
        return concept_id


class Merges:
    """Column `merged_into` of library.db's concepts; rows keep the concept they were given to."""

    def __init__(self, catalogue: Store) -> None:
        self._catalogue = catalogue

    def roots(self) -> Roots:
        """Who stands for whom, at the end of the chain."""
        into: dict[int, int] = dict(
            self._catalogue.rows(
                "SELECT id, merged_into FROM concepts WHERE merged_into IS NOT NULL"
            )
        )
        roots = Roots()
        for one, target in into.items():
            while target in into:
                target = into[target]
            roots[one] = target
        return roots

    def root(self, concept_id: int) -> int:
        """The concept that stands for this one: itself unless it was merged."""
        return self.roots()[concept_id]

    def family(self, concept_id: int) -> list[int]:
        """The concept that stands for this one, then all that were merged into it."""
        roots = self.roots()
        root = roots[concept_id]
        return [root, *sorted(one for one, target in roots.items() if target == root)]

    def families(self, concept_ids: Iterable[int]) -> list[int]:
        """Likewise for several, each of which stands for itself."""
        roots, wanted = self.roots(), set(concept_ids)
        return [*wanted, *(one for one, target in roots.items() if target in wanted)]
