"""Chips side by side, in whatever room there is: the last ones, and how many more there are."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desktop import words
from desktop.widgets.chip import Chip

_GAP = 8
_LEAST = 90


class ChipRow(QWidget):
    """Holds chips; `fit` says how wide it may be."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chips: list[Chip] = []
        self._more = Chip("", self)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(_GAP)
        self._row.addWidget(self._more)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def put(self, chips: Sequence[Chip]) -> None:
        """These, in place of those before."""
        for old in self._chips:
            self._row.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._chips = list(chips)
        for chip in self._chips:
            self._row.addWidget(chip)

    @property
    def least(self) -> int:
        """The width of the chip that is always shown; 0 where there is none."""
        return self._chips[-1].sizeHint().width() if self._chips else 0

    def fit(self, room: int) -> None:
        """Show the last chips that fit into so many pixels, but always one; count the others."""
        for chip in self._chips:
            chip.shorten(max(room, _LEAST))
        widths = [chip.sizeHint().width() + _GAP for chip in self._chips]
        shown = len(widths)
        counter = self._more.sizeHint().width() + _GAP
        while shown > 1 and sum(widths[-shown:]) + counter * (shown < len(widths)) > room:
            shown -= 1
        hidden = self._chips[: len(widths) - shown]
        for at, chip in enumerate(self._chips):
            chip.setVisible(at >= len(hidden))
        self._more.say(f"+{len(hidden)}")
        self._more.setToolTip(words.plain(", ".join(chip.text for chip in hidden)))
        self._more.setVisible(bool(hidden))
        self.setVisible(bool(self._chips))
