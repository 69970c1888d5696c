"""A short list below a line one types in, to choose from; the line keeps the keyboard."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QWidget

_ROW = 36
_PADDING = 12


class Offers(QListWidget):
    """Texts with pictures, the first one marked; hidden while there is nothing to offer."""

    chosen = Signal(str)

    def __init__(self, line: QWidget, picture: int) -> None:
        super().__init__(line.window())
        self._line = line
        self.setObjectName("offers")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setIconSize(QSize(picture, picture))
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemClicked.connect(lambda item: self.chosen.emit(item.text()))
        self.hide()

    def offer(self, texts: Sequence[str], pictures: Sequence[QIcon]) -> None:
        """Offer these, or nothing."""
        self.clear()
        for text, picture in zip(texts, pictures, strict=True):
            item = QListWidgetItem(picture, text, self)
            item.setSizeHint(QSize(10, _ROW))
        if not texts:
            self.hide()
            return
        window = self._line.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        self.setCurrentRow(0)
        corner = self._line.mapTo(window, QPoint(-_PADDING, self._line.height() + 8))
        width = max(240, self.sizeHintForColumn(0) + 4 * _PADDING)
        self.setGeometry(corner.x(), corner.y(), width, _ROW * len(texts) + _PADDING)
        self.show()
        self.raise_()

    def step(self, by: int) -> None:
        """Mark the next one, or the one before."""
        self.setCurrentRow((self.currentRow() + by) % max(1, self.count()))

    def take(self) -> None:
        """Choose the marked one."""
        item = self.currentItem()
        if item is not None:
            self.chosen.emit(item.text())
