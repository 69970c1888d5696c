"""While not every photo was looked at, a search says so: there may be more than it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from desktop import words
from desktop.context import Context
from desktop.reading.reader import ASIDE, Reading
from desktop.reading.shown import Shown
from desktop.theme import sizes
from desktop.widgets import Label

if TYPE_CHECKING:
    from engine.library import Library


class Unfinished(Label):
    """A quiet line above what was found; hidden where every photo was looked at."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__("", "quiet", parent, wrap=True)
        self._context = context
        self._reading: Reading | None = None
        self._known: tuple[Shown, tuple[int, int], int] | None = None
        self.setContentsMargins(sizes.EDGE, sizes.TIGHT, sizes.EDGE, 0)
        self.hide()

    def read(self, timeline: Shown) -> None:
        """See how many of all photos were looked at, and say so if that is not all of them."""
        known = self._known

        def work(library: Library) -> tuple[tuple[int, int], int]:
            from engine.library.stages import ENCODE

            latest = library.stages.latest(ENCODE)
            if known is not None and known[:2] == (timeline, latest):
                return latest, known[2]  # as for the letter before: who types is not held up
            return latest, library.stages.lacking(ENCODE, timeline.ids)

        def show(found: tuple[tuple[int, int], int]) -> None:
            latest, lacking = found
            self._known = timeline, latest, lacking
            looked, total = len(timeline) - lacking, len(timeline)
            text = self.tr("Familiar has looked at {} photos so far: there may be more to find.")
            self.setText(text.format(words.of(looked, total)))
            self.setVisible(lacking > 0)

        self._reading = self._context.reader.read(self, work, show, lane=ASIDE, key="unfinished")

    def leave(self) -> None:
        """Nothing is searched for any more."""
        if self._reading is not None:
            self._reading.cancel()
        self.hide()
