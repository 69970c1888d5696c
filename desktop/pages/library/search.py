"""Finds the photos of a search: from the library where names are enough, else from the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from desktop import words
from desktop.context import Context
from desktop.process.engine import Request
from desktop.reading.answers import answer, needs_engine, understand
from desktop.reading.reader import Reading
from desktop.reading.shown import NOTHING, Shown
from engine.search.query import Known, Query

_PAUSE_MS = 160
"""How long nobody must have typed before the engine is asked."""
_REST_MS = 3000
"""How long at least between asking the engine and asking it the same again."""
MOST = 2000
"""Photos that a search by meaning shows; who wants more wants other words."""


@dataclass(frozen=True, eq=False)
class Found:
    """What a search found: the photos to show, and how many; None where everything is only more or
    less like what was meant."""

    text: str
    shown: Shown
    count: int | None


class Search(QObject):
    """One search at a time; what an older one finds is dropped."""

    found = Signal(object)
    """A `Found`."""
    failed = Signal(str)
    """A sentence: why there is no answer."""

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._text = ""
        self._query = Query("")
        self._reading: Reading | None = None
        self._request: Request | None = None
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._ask_engine)
        self._timeline: Shown = NOTHING
        self._again = QTimer(self, singleShot=True)
        self._again.timeout.connect(self._repeat)

    @property
    def waiting(self) -> bool:
        """Whether an answer is still to come."""
        asked = self._request is not None and not self._request.over
        read = self._reading is not None and not self._reading.over
        return self._pause.isActive() or asked or read

    def ask(self, text: str, timeline: Shown) -> None:
        """Search; `timeline` is all there is, in order."""
        self.cancel()
        self._text, self._timeline = text, timeline
        query = understand(text, self._names())
        self._query = query
        if needs_engine(query):
            self._pause.start()
        else:
            self._read(query, timeline)

    def repeat(self, timeline: Shown) -> None:
        """Ask the same again soon: the library is different, and may be again and again. An answer
        that is on its way is waited for, so that there is one at all while much is changing."""
        self._timeline = timeline
        if not self._again.isActive():
            self._again.start(0 if self._request is None else _REST_MS)

    def cancel(self) -> None:
        """Nobody wants to know any more."""
        self._pause.stop()
        self._again.stop()
        if self._reading is not None:
            self._reading.cancel()
        if self._request is not None:
            self._request.cancel()
        self._reading = self._request = None

    def _repeat(self) -> None:
        if self.waiting:
            self._again.start(_PAUSE_MS)
        else:
            self.ask(self._text, self._timeline)

    def _names(self) -> list[Known]:
        people = self._context.household.now.people
        return [Known(one.concept_id, one.name, one.noun) for one in people]

    def _read(self, query: Query, timeline: Shown) -> None:
        text = self._text

        def done(shown: Shown) -> None:
            if not len(shown) and query.guessed_dates:
                # "1984": a number that dates no photo is rather something in the picture.
                self._ask_engine()
            else:
                self.found.emit(Found(text, shown, len(shown)))

        self._reading = self._context.reader.read(
            self, lambda library: answer(library, query, timeline), done, self.failed.emit
        )

    def _ask_engine(self) -> None:
        text, query = self._text, self._query

        def done(said: Mapping[str, Any]) -> None:
            counted = query.conditions
            if query.guessed_dates:
                # A number that dates no photo is taken for one of the words.
                counted = any(chip["kind"] != "words" for chip in said["chips"])
            hits = said["hits"]
            why = {int(hit["photo_id"]): words.together(*hit["why"]) for hit in hits}
            title = self.tr("What fits best comes first")
            shown = Shown.flat(list(why), lambda one, _: why.get(one, ""), title)
            self.found.emit(Found(text, shown, len(shown) if counted else None))

        self._request = self._context.engine.request(
            "search", {"query": text, "limit": MOST}, done, self.failed.emit, again=True
        )
