"""One of the owner's people, pets or things, as a card."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop import words
from desktop.context import Context
from desktop.grid.grid import MIME, dragged_photos
from desktop.theme import colours, sizes
from desktop.widgets import Label, RoundPicture
from engine.library.people import Person

WIDTH, PICTURE_HEIGHT = 194, 167
_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class PersonCard(QFrame):
    """Picture, name, and in how many photos; it opens with a click or Enter.

    Photos dropped on it are said to show this one.
    """

    opened = Signal(int)
    """The concept's id."""
    given = Signal(int, list)
    """The concept's id, and the ids of photos that were dropped here."""

    def __init__(self, context: Context, person: Person, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.person = person
        concept = person.concept
        self.setProperty("surface", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAcceptDrops(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 10)
        column.setSpacing(1)
        radius = sizes.CARD_RADIUS - 1
        picture = RoundPicture(
            context.thumbnails, QSize(WIDTH - 2, PICTURE_HEIGHT), self, radius=radius
        )
        if person.cover is not None:
            picture.show_photo(person.cover.photo_id, person.cover.box, concept.name)
        else:
            picture.show_photo(None, None, concept.name)
        column.addWidget(picture)
        column.addSpacing(9)
        name = Label(concept.name, "strong", self)
        figures = Label(figures_of(person), "small", self)
        for label in (name, figures):
            label.setContentsMargins(11, 0, 11, 0)
            column.addWidget(label)
        self.setAccessibleName(f"{concept.name}, {figures.text()}")

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, super().sizeHint().height())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        inside = self.rect().contains(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and inside:
            self.opened.emit(self.person.concept.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _KEYS:
            self.opened.emit(self.person.concept.id)
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(MIME):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        photos = dragged_photos(event.mimeData())
        if photos:
            self.given.emit(self.person.concept.id, photos)
            event.acceptProposedAction()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(colours().accent), sizes.RING))
            painter.drawRoundedRect(
                self.rect().adjusted(1, 1, -1, -1), sizes.CARD_RADIUS, sizes.CARD_RADIUS
            )


def figures_of(person: Person) -> str:
    """`132 photos · 6 to check`."""
    check = words.tr("{} to check").format(words.number(person.suggested))
    return words.together(words.photos(person.photos), check if person.suggested else "")
