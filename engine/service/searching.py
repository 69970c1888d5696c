"""Searching while the library changes: what people say counts at once, what work adds soon."""

from __future__ import annotations

import threading
import time
from typing import Any

from engine.familiar import Familiar
from engine.search.searching import Searcher

_PAUSE = 2.0
_SHARE = 10
"""Reading the library anew takes at most a tenth of the time, however often it changes."""


class Finder:
    """Searches one library; used by one thread, but for `settle`."""

    def __init__(self, familiar: Familiar) -> None:
        self._familiar = familiar
        self._searcher: Searcher | None = None
        self._pack: object = None
        self._read = (0, 0)
        self._said = 0
        self._not_before = 0.0
        self._settled = threading.Event()

    def settle(self) -> None:
        """Work has come to an end: the next search finds all of it."""
        self._settled.set()

    def search(self, query: str, limit: int, offset: int = 0) -> dict[str, Any]:
        """The answer to one query, ready to be sent."""
        searcher, anew = self._fresh()
        began = time.monotonic()
        found = searcher.search([query], offset + limit)[0]
        if anew:
            spent = time.monotonic() - began
            self._not_before = began + spent + max(_PAUSE, _SHARE * spent)
        return {
            "chips": [{"kind": one.kind, "text": one.text} for one in found.query.chips],
            "total": found.total,
            "hits": [
                {"photo_id": str(hit.photo_id), "score": float(hit.score), "why": hit.why}
                for hit in found.hits[offset:]
            ],
        }

    def _fresh(self) -> tuple[Searcher, bool]:
        """A searcher that knows what it should, and whether it has to read everything anew."""
        pack = self._familiar.pack
        written = self._familiar.library.written()
        said = written[0]
        if self._searcher is None or pack is not self._pack:
            self._searcher, self._pack = Searcher(self._familiar.library, pack), pack
            self._read, self._said = written, said
            return self._searcher, True
        due = self._settled.is_set() or time.monotonic() >= self._not_before
        if due and self._read != written:
            self._settled.clear()
            self._searcher.refresh()
            self._read, self._said = written, said
            return self._searcher, True
        if said != self._said:
            self._searcher.refresh(vectors=False)
            self._said = said
        return self._searcher, False
