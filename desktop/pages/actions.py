"""What every page lets one do with photos chosen in a grid. Pages add theirs here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QAbstractItemView, QApplication, QMenu

from desktop import navigation, words
from desktop.context import Context
from desktop.decisions.albums import added, album_of
from desktop.decisions.photos import favourite
from desktop.grid.actions import PhotoAction
from desktop.widgets.asking import Asking

if TYPE_CHECKING:
    from engine.library.albums import Album


def photo_actions() -> list[PhotoAction]:
    """The actions, in the order they are offered."""
    return [
        PhotoAction(words.tr("Favourite"), "heart", _favourite, key="F"),
        PhotoAction(words.tr("Add to an album…"), "albums", _to_album),
        PhotoAction(words.tr("Who is this?"), "people", _teach),
    ]


def _favourite(context: Context, photo_ids: Sequence[int]) -> None:
    context.history.decide(favourite(photo_ids, True))


def _teach(context: Context, photo_ids: Sequence[int]) -> None:
    context.navigation.go(navigation.PEOPLE, lesson=tuple((one, None) for one in photo_ids))


def _to_album(context: Context, photo_ids: Sequence[int]) -> None:
    context.reader.read(
        context.history,
        lambda library: library.albums.all(),
        partial(_offer_albums, context, photo_ids, _place()),
    )


def _offer_albums(
    context: Context, photo_ids: Sequence[int], at: QRect, albums: Sequence[Album]
) -> None:
    """A menu with the albums by hand, and a new one, below a place on the screen or above it."""
    window = QApplication.activeWindow()
    menu = QMenu(window)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for album in albums:
        if album.query is None:
            menu.addAction(
                words.unmarked(album.name),
                partial(context.history.decide, added(album.id, album.name, photo_ids)),
            )
    menu.addSeparator()
    menu.addAction(words.tr("New album…"), partial(_ask_album, context, photo_ids, at))
    height = menu.sizeHint().height()
    fits = window is None or window.geometry().bottom() - at.bottom() > height
    menu.popup(at.bottomLeft() if fits else at.topLeft() - QPoint(0, height))


def _place() -> QRect:
    """Where on the screen it was asked for: the button, or the photo, that has the keyboard."""
    focused = QApplication.focusWidget()
    if focused is None:
        return QRect(QCursor.pos(), QSize(1, 1))
    if isinstance(focused, QAbstractItemView) and focused.currentIndex().isValid():
        rect = focused.visualRect(focused.currentIndex())
        return QRect(focused.viewport().mapToGlobal(rect.topLeft()), rect.size())
    return QRect(focused.mapToGlobal(QPoint()), focused.size())


def _ask_album(context: Context, photo_ids: Sequence[int], at: QRect) -> None:
    window = QApplication.activeWindow()
    if window is not None:
        Asking(
            window,
            at.bottomLeft(),
            words.tr("What is the new album called?"),
            words.tr("Add"),
            lambda name: context.history.decide(album_of(name, photo_ids)),
        )
