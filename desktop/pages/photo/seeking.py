"""Where is Ada? Asks the engine, and lays the answer over the photo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.context import Context
from desktop.pages.photo.facts import Seen
from desktop.pages.photo.heat import glow
from desktop.pages.photo.marks import NAMED, Mark
from desktop.pages.photo.stage import Stage
from desktop.process.engine import READY, Request

PERSON, ATTENTION = "person", "attention"


class Seeking(QObject):
    """One at a time; asking for the same again takes the answer away."""

    sought = Signal(object)
    """Whose place is shown or asked for now: a concept id, or None."""
    said = Signal(str)
    """A sentence about it; empty when there is none any more."""

    def __init__(self, context: Context, stage: Stage) -> None:
        super().__init__(stage)
        self._context = context
        self._stage = stage
        self._request: Request | None = None
        self._seen: Seen | None = None
        context.engine.state_changed.connect(lambda _: self._say_waiting())

    def toggle(self, photo_id: int, seen: Seen) -> None:
        """Show where someone is, or no longer."""
        same = self._seen is not None and self._seen.concept_id == seen.concept_id
        self.end()
        if same:
            return
        self._seen = seen
        self.sought.emit(seen.concept_id)
        asked: dict[str, object] = {
            "photo_id": photo_id,
            "concept_id": seen.concept_id,
            "heat": True,
        }
        if seen.kind == PERSON:
            # People are recognised by their faces alone, which leaves no map.
            asked["heat_of"] = ATTENTION
        self._request = self._context.engine.request(
            "locate",
            asked,
            lambda found: self._show(seen, found),
            self._fail,
            again=True,
        )
        self._say_waiting()

    def end(self) -> None:
        """Show nobody's place any more."""
        if self._request is not None:
            self._request.cancel()
            self._request = None
        if self._seen is not None:
            self._seen = None
            self._stage.hide_place()
            self.sought.emit(None)
            self.said.emit("")

    def _say_waiting(self) -> None:
        if self._seen is None or self._request is None or self._request.over:
            return
        if self._context.engine.state == READY:
            self.said.emit(self.tr("Looking for {}…").format(self._seen.name))
        else:
            self.said.emit(
                self.tr("Familiar is still getting ready. Then it shows where {} is.").format(
                    self._seen.name
                )
            )

    def _show(self, seen: Seen, found: Mapping[str, Any]) -> None:
        heat, box = found.get("heat"), found.get("box")
        mark = None if box is None else Mark(NAMED, tuple(box), seen.name, seen.concept_id)
        self._stage.show_place(mark, None if heat is None else glow(heat))
        if heat is not None and found.get("heat_of") == ATTENTION:
            text = self.tr("The warmer, the more Familiar looks there for {}")
            self.said.emit(text.format(seen.name))
        elif heat is not None:
            self.said.emit(self.tr("The warmer, the more it looks like {}").format(seen.name))
        elif box is not None:
            self.said.emit(self.tr("{} is in the box").format(seen.name))
        else:
            self.said.emit(self.tr("Familiar cannot tell where {} is here").format(seen.name))

    def _fail(self, sentence: str) -> None:
        self._seen = None
        self.sought.emit(None)
        self.said.emit(sentence)
