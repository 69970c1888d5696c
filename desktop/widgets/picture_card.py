"""A card with a picture, a title and a quiet line, that is opened with a click or Enter."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop import words
from desktop.theme import colours, sizes
from desktop.thumbnails.loader import Thumbnails
from desktop.thumbnails.picture import Box
from desktop.widgets.label import Label
from desktop.widgets.round_picture import RoundPicture

WIDTH, PICTURE_HEIGHT = 194, 167
_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class PictureCard(QFrame):
    """Fixed in width; a long title is cut and shown whole when pointed at."""

    opened = Signal()

    def __init__(
        self,
        thumbnails: Thumbnails,
        title: str,
        figures: str,
        photo_id: int | None = None,
        box: Box | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 10)
        column.setSpacing(1)
        size = QSize(WIDTH - 2, PICTURE_HEIGHT)
        self._title = title
        self.picture = RoundPicture(thumbnails, size, self, radius=sizes.CARD_RADIUS - 1)
        self.picture.show_photo(photo_id, box, title)
        column.addWidget(self.picture)
        column.addSpacing(9)
        name = Label(title, "strong", self)
        name.ensurePolished()  # only then it has the font it is shown in
        room = WIDTH - 26
        name.setText(name.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, room))
        self.setToolTip(words.plain(title) if name.text() != title else "")
        for label in (name, Label(figures, "small", self)):
            label.setContentsMargins(11, 0, 11, 0)
            column.addWidget(label)
        self.setAccessibleName(f"{title}, {figures}")

    def show_cover(self, photo_id: int) -> None:
        """A photo that stands for it was found."""
        self.picture.show_photo(photo_id, None, self._title)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, super().sizeHint().height())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        inside = self.rect().contains(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and inside:
            self.opened.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _KEYS:
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(colours().accent), sizes.RING))
            painter.drawRoundedRect(
                self.rect().adjusted(1, 1, -1, -1), sizes.CARD_RADIUS, sizes.CARD_RADIUS
            )
