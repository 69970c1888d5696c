"""One line of those who are in the photo."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from desktop.context import Context
from desktop.pages.photo.section import in_a_row
from desktop.thumbnails.picture import Box
from desktop.widgets import Button, RoundPicture

_PICTURE = 34


class WhoRow(QWidget):
    """Picture, name, what is known, buttons. Emits `pointed` while one is at it.

    photo_id, box: of the picture, which is a letter where there is no photo.
    """

    pointed = Signal(bool)

    def __init__(self, context: Context, photo_id: int | None, box: Box | None, name: str) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(10)
        picture = RoundPicture(context.thumbnails, _PICTURE, self)
        picture.show_photo(photo_id, box, name)
        self._row.addWidget(picture)
        self._text = QVBoxLayout()
        self._text.setSpacing(0)
        self._row.addLayout(self._text, 1)

    def put_name(self, widget: QWidget) -> None:
        """The first line."""
        self._text.addLayout(in_a_row(widget))

    def put_below(self, *widgets: QWidget) -> None:
        """The second, quiet line."""
        self._text.addLayout(in_a_row(*widgets))

    def put_button(self, button: Button) -> Button:
        """At the right."""
        self._row.addWidget(button)
        return button

    @property
    def needed(self) -> int:
        """How wide it has to be, in the fonts it is shown in."""
        for child in self.findChildren(QWidget):
            child.ensurePolished()
        return self.sizeHint().width()

    def fit(self, name: Button, text: str, width: int) -> None:
        """Cut the name where the row would be wider."""
        beside = self.needed - self._text.sizeHint().width()
        over = name.sizeHint().width() - (width - beside)
        if over > 0:
            metrics = name.fontMetrics()
            room = max(0, metrics.horizontalAdvance(text) - over)
            name.setText(metrics.elidedText(text, Qt.TextElideMode.ElideRight, room))

    @property
    def has_keyboard(self) -> bool:
        """Whether one of its buttons has the keyboard."""
        focused = QApplication.focusWidget()
        return focused is not None and self.isAncestorOf(focused)

    @property
    def buttons(self) -> list[Button]:
        """Its buttons and links, from the left."""
        return self.findChildren(Button)

    def watch(self) -> None:
        """Be told of the keyboard in any part of the row; call it when all parts are there."""
        for child in self.findChildren(QWidget):
            child.installEventFilter(self)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.pointed.emit(True)

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            self.pointed.emit(True)
        elif event.type() == QEvent.Type.FocusOut:
            self.pointed.emit(False)
        return False
