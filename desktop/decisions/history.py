"""The decisions of this session, in order; the last can be undone, and what was undone, redone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from weakref import WeakSet

from PySide6.QtCore import QObject, Signal

from desktop.changes import Changes
from desktop.decisions.decision import Decision
from desktop.notices import Notices
from desktop.process.engine import Engine
from desktop.process.messages import Change
from desktop.reading.reader import Reader
from engine.errors import UsageError

if TYPE_CHECKING:
    from engine.library import Library

_KEPT = 200


class History(QObject):
    """Writes decisions through the library, tells changes and the engine, and can take them back.

    Writing is done in the background, in the order of asking; a decision counts from the moment
    it is written, whatever happens to the window or the engine afterwards. It can be undone before
    that: then it is, right after it is written.
    """

    moved = Signal()
    """What can be undone or redone is different now."""

    def __init__(
        self,
        reader: Reader,
        engine: Engine,
        changes: Changes,
        notices: Notices,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._reader = reader
        self._engine = engine
        self._changes = changes
        self._notices = notices
        self._done: list[Decision] = []
        self._undone: list[Decision] = []
        self._held: WeakSet[Decision] = WeakSet()
        """Those that are written and not undone, as far as writing has come; used there alone."""
        self._barred: WeakSet[Decision] = WeakSet()
        """Those that something stood in the way of, since which nothing was written."""

    @property
    def undoable(self) -> str | None:
        """The text of what `undo` takes back, None if there is nothing."""
        return self._done[-1].text if self._done else None

    @property
    def redoable(self) -> str | None:
        """The text of what `redo` does again, None if there is nothing."""
        return self._undone[-1].text if self._undone else None

    def decide(
        self,
        decision: Decision,
        done: Callable[[], None] | None = None,
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Write a decision. Then `done`; or `failed` with a sentence, by default a toast."""

        self._push(self._done, decision)
        undone, self._undone = self._undone, []

        def written(change: Change | None) -> None:
            self._tell(decision, change)
            if not decision.quiet:
                self._notices.say(decision.text, self.tr("Undo"), lambda: self.take_back(decision))
            if done is not None:
                done()

        def refused(sentence: str) -> None:
            if self._done[-1:] == [decision]:
                self._undone = undone
            self._drop(decision)
            (failed or self._notices.say)(sentence)

        self._reader.write(self._step(decision, holds=True), written, refused)

    def undo(self) -> None:
        """Take the last decision back; the one before it where that just turned out not to be
        possible as things are."""
        possible = [one for one in self._done if one not in self._barred] or self._done
        if possible:
            self.take_back(possible[-1])

    def take_back(self, decision: Decision) -> None:
        """Take this decision back, if it still holds."""
        if decision not in self._done:
            return
        at = self._done.index(decision)
        self._done.remove(decision)
        self._push(self._undone, decision)

        def written(change: Change | None) -> None:
            if change is not None:
                self._tell(decision, change)
                self._notices.say(self.tr("Undone: {}").format(decision.text))

        def failed(sentence: str) -> None:
            # To where it was: what stands in its way may be above it, and is undone before it.
            self._drop(decision)
            self._done.insert(at, decision)
            self.moved.emit()
            self._notices.say(sentence)

        self._reader.write(self._step(decision, holds=False), written, failed)

    def redo(self) -> None:
        """Do again what was undone last."""
        if not self._undone:
            return
        decision = self._undone.pop()
        self._push(self._done, decision)

        def written(change: Change | None) -> None:
            if change is not None:
                self._tell(decision, change)
                self._notices.say(decision.text)

        def failed(sentence: str) -> None:
            self._drop(decision)
            self._push(self._undone, decision)
            self._notices.say(sentence)

        self._reader.write(self._step(decision, holds=True), written, failed)

    def _step(self, decision: Decision, *, holds: bool) -> Callable[[Library], Change | None]:
        """Writes that a decision holds, or no longer; None where what was to be written before
        that could not be, and so it is as it should be."""

        def step(library: Library) -> Change | None:
            if (decision in self._held) == holds:
                return None
            try:
                change = decision.do(library) if holds else decision.undo(library)
            except UsageError:
                self._barred.add(decision)
                raise
            self._barred.clear()
            (self._held.add if holds else self._held.discard)(decision)
            return change

        return step

    def _drop(self, decision: Decision) -> None:
        for stack in (self._done, self._undone):
            if decision in stack:
                stack.remove(decision)
        self.moved.emit()

    def _push(self, stack: list[Decision], decision: Decision) -> None:
        stack.append(decision)
        del stack[:-_KEPT]
        self.moved.emit()

    def _tell(self, decision: Decision, change: Change | None) -> None:
        if change is not None:
            self._changes.tell(change)
        for concept_id, photo_ids in decision.learn.items():
            self._engine.request(
                "learn",
                {"concept_id": concept_id, "photo_ids": sorted(photo_ids)},
                _nothing,
                self._notices.say,
            )
        if decision.look:
            self._engine.request("index", {}, _nothing, self._notices.say)


def _nothing(_: object) -> None:
    """The engine's answer is a job, which is shown as every job is."""
