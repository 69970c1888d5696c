"""What a page shows when there is nothing to show: a drawing, a sentence, and what to do."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.theme import colours, sizes
from desktop.theme.icons import pixmap
from desktop.widgets.button import Button
from desktop.widgets.label import Label

_GROUND, _DRAWING = 128, 60
_WIDTH = 400
_WIDEST = 460


class EmptyState(QWidget):
    """Centred: a drawing (`resources/icons/<drawing>.svg`), a title, a text, and buttons."""

    def __init__(
        self, drawing: str, title: str, text: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._drawing = drawing
        self._picture = QLabel(self)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.title = Label(title, "title", self)
        self.text = Label(text, "quiet", self, wrap=True)
        for label in (self.title, self.text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.text.setFixedWidth(_WIDTH)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(sizes.TIGHT)
        column = QVBoxLayout(self)
        column.setContentsMargins(sizes.EDGE, sizes.EDGE, sizes.EDGE, sizes.EDGE * 3)
        column.setSpacing(sizes.TIGHT)
        column.addStretch()
        column.addWidget(self._picture)
        column.addSpacing(sizes.TIGHT)
        column.addWidget(self.title, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.text, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(sizes.TIGHT)
        column.addLayout(self._buttons)
        column.addStretch()
        self._buttons.addStretch()
        self._buttons.addStretch()
        self._draw()

    def say(self, title: str, text: str = "", drawing: str | None = None) -> None:
        """Say something else."""
        self.title.setText(title)
        self.text.setText(text)
        self.text.setVisible(bool(text))
        self._drawing = drawing or self._drawing
        self._draw()

    def add_button(self, button: Button) -> Button:
        """Put a button below the text, after those that are there."""
        self._buttons.insertWidget(self._buttons.count() - 1, button)
        return button

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()
        super().changeEvent(event)

    def _draw(self) -> None:
        """The icon, large, on a soft round ground; room for the text below it."""
        self.title.fit(_WIDEST)
        self.text.ensurePolished()
        # A scrolled column does not ask how high a text is that wraps; an empty one has no height.
        self.text.setMinimumHeight(max(0, self.text.heightForWidth(_WIDTH)))
        scale, side = self.devicePixelRatioF(), _GROUND
        drawn = QPixmap(round(side * scale), round(side * scale))
        drawn.setDevicePixelRatio(scale)
        drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours().soft))
        painter.drawEllipse(0, 0, side, side)
        inset = (side - _DRAWING) // 2
        mark = pixmap(self._drawing, colours().accent_ink, _DRAWING, scale)
        painter.drawPixmap(inset, inset, mark)
        painter.end()
        self._picture.setPixmap(drawn)
