"""A raised surface that things belonging together lie on."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop.theme import sizes

CARD, SOFT = "card", "soft"


class Card(QFrame):
    """A frame with rounded corners and a vertical layout, `body`. surface: card or soft."""

    def __init__(
        self, parent: QWidget | None = None, *, surface: str = CARD, margin: int = sizes.APART
    ) -> None:
        super().__init__(parent)
        self.setProperty("surface", surface)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(margin, margin, margin, margin)
        self.body.setSpacing(sizes.NEAR)
