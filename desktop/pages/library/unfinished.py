"""While not every photo was looked at, a search says so: there may be more than it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from desktop import words
from desktop.context import Context
from desktop.reading.reader import ASIDE, Reading
from desktop.reading.shown import Shown
from desktop.theme import sizes
from desktop.widgets import Label

if TYPE_CHECKING:
    from engine.library import Library

_REST_MS = 400
"""Counted only when nobody is typing: counting takes turns with the thread that draws."""


class Unfinished(Label):
    """A quiet line above what was found; hidden where every photo was looked at."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__("", "quiet", parent, wrap=True)
        self._context = context
        self._reading: Reading | None = None
        self._timeline: Shown | None = None
        self._known: tuple[Shown, tuple[int, int], int] | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._read)
        self.setContentsMargins(sizes.EDGE, sizes.TIGHT, sizes.EDGE, 0)
        self.hide()

    def read(self, timeline: Shown) -> None:
        """See, once typing rests, how many photos were looked at; say so if that is not all."""
        self._timeline = timeline
        self._rest.start()

    def _read(self) -> None:
        timeline, known = self._timeline, self._known
        if timeline is None:
            return

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
        self._rest.stop()
        if self._reading is not None:
            self._reading.cancel()
        self.hide()
