"""A small pill: a name with its picture, or a part of a search; it can be removable."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desktop import words
from desktop.theme import colours
from desktop.thumbnails.loader import Thumbnails
from desktop.thumbnails.picture import Box
from desktop.widgets.button import IconButton
from desktop.widgets.label import Label
from desktop.widgets.round_picture import RoundPicture

HEIGHT = 28


class Chip(QWidget):
    """A pill with a text. Named chips are in the accent; other ones are quiet.

    With `removable`, a cross (or Delete and Backspace while it has the keyboard) emits `removed`.
    """

    clicked = Signal()
    removed = Signal()

    def __init__(
        self,
        text: str,
        parent: QWidget | None = None,
        *,
        named: bool = False,
        removable: bool = False,
        clickable: bool = False,
        thumbnails: Thumbnails | None = None,
    ) -> None:
        super().__init__(parent)
        self._named, self._removable, self._clickable = named, removable, clickable
        self._text = text
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)
        if removable or clickable:
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if clickable:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        row = QHBoxLayout(self)
        row.setContentsMargins(3 if thumbnails else 11, 0, 4 if removable else 11, 0)
        row.setSpacing(6)
        self.picture: RoundPicture | None = None
        if thumbnails is not None:
            self.picture = RoundPicture(thumbnails, HEIGHT - 6, self)
            self.picture.show_photo(None, None, text)
            row.addWidget(self.picture)
        self._label = Label(text, "chip-named" if named else "chip", self)
        self._label.ensurePolished()  # the stylesheet's font, before anybody asks how wide it is
        row.addWidget(self._label)
        if removable:
            cross = IconButton(
                "close", self.tr("Remove {}").format(text), self.removed.emit, size=12
            )
            cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            row.addWidget(cross)

    @property
    def text(self) -> str:
        """What it says, however much of it is shown."""
        return self._text

    def say(self, text: str) -> None:
        """Say something else."""
        self._text = text
        self._label.setText(text)
        self.setAccessibleName(text)

    def shorten(self, width: int) -> None:
        """Show no more of it than fits into so many pixels; pointing at it shows all."""
        metrics = self._label.fontMetrics()
        beside = self.sizeHint().width() - self._label.sizeHint().width()
        elide = Qt.TextElideMode.ElideRight
        shown = metrics.elidedText(self._text, elide, max(0, width - beside))
        self._label.setText(shown)
        self.setToolTip(words.plain(self._text) if shown != self._text else "")

    def show_photo(self, photo_id: int | None, box: Box | None = None) -> None:
        """The picture before the text; the chip must have been made with thumbnails."""
        if self.picture is not None:
            self.picture.show_photo(photo_id, box, self.text)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = self.hasFocus()
        painter.setPen(QColor(colours().accent) if ring else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours().soft if self._named else colours().hover))
        inside = self.rect().adjusted(1, 1, -1, -1) if ring else self.rect()
        painter.drawRoundedRect(inside, inside.height() / 2, inside.height() / 2)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._clickable and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if self._removable and key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        elif self._clickable and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)
