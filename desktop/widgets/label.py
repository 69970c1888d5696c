"""Text, by what it is: a title, a heading, something quiet."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget


class Label(QLabel):
    """Plain text (never read as markup) in one of the stylesheet's roles.

    role: display, title, heading, strong, quiet, small, good, overline, or empty for body text.
    """

    def __init__(
        self, text: str = "", role: str = "", parent: QWidget | None = None, *, wrap: bool = False
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setWordWrap(wrap)
        self.setText(text)

    def fit(self, most: int) -> None:
        """Be as wide as the text; where that is more than `most`, so wide, in several lines."""
        self.ensurePolished()
        whole = self.fontMetrics().horizontalAdvance(self.text()) + 1
        self.setWordWrap(whole > most)
        width = min(whole, most)
        self.setFixedWidth(width)
        self.setFixedHeight(
            self.heightForWidth(width) if whole > most else self.sizeHint().height()
        )
