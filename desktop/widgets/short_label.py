"""A line of text that is cut where there is no room for it; pointing at it shows all."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import words
from desktop.widgets.label import Label

_LEAST = 48


class ShortLabel(Label):
    """As wide as its text, or as narrow as it must be. hint: shown when all of it is seen."""

    def __init__(
        self, text: str = "", role: str = "", parent: QWidget | None = None, *, hint: str = ""
    ) -> None:
        super().__init__("", role, parent)
        self._whole, self._hint = "", hint
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.say(text)

    @property
    def whole(self) -> str:
        """The text, however much of it is shown."""
        return self._whole

    def say(self, text: str) -> None:
        """Show another text."""
        self._whole = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self._fit()

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        wide = self.fontMetrics().horizontalAdvance(self._whole) + 1
        return QSize(wide, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return QSize(min(_LEAST, hint.width()), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        elide = Qt.TextElideMode.ElideRight
        shown = self.fontMetrics().elidedText(self._whole, elide, self.width())
        self.setText(shown)
        self.setToolTip(self._hint if shown == self._whole else words.plain(self._whole))
