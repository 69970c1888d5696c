"""One of the owner's people, pets or things, as a card."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from desktop import words
from desktop.context import Context
from desktop.grid.grid import MIME, dragged_photos
from desktop.widgets.picture_card import PictureCard
from engine.library.people import Person


class PersonCard(PictureCard):
    """Picture, name, and in how many photos. Photos dropped on it are said to show this one."""

    given = Signal(list)
    """The ids of photos that were dropped here."""

    def __init__(self, context: Context, person: Person, parent: QWidget | None = None) -> None:
        cover = person.cover
        super().__init__(
            context.thumbnails,
            person.concept.name,
            figures_of(person),
            None if cover is None else cover.photo_id,
            None if cover is None else cover.box,
            parent,
        )
        self.person = person
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(MIME):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        photos = dragged_photos(event.mimeData())
        if photos:
            self.given.emit(photos)
            event.acceptProposedAction()


def figures_of(person: Person) -> str:
    """`132 photos · 6 to check`."""
    check = words.tr("{} to check").format(words.number(person.suggested))
    return words.together(words.photos(person.photos), check if person.suggested else "")
