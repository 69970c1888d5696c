"""What else can be done with a photo, below the three dots."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from desktop import words
from desktop.pages.actions import photo_actions

if TYPE_CHECKING:
    from desktop.pages.photo.page import PhotoPage

_ALBUMS = "albums"
"""The icon of putting photos into an album: the one action of grids that is not on the page."""


def offer(page: PhotoPage, button: QWidget) -> None:
    """Show the menu of the photo that is shown, below a button."""
    facts = page.facts
    if facts is None:
        return
    menu = QMenu(page)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for action in photo_actions():
        if action.icon == _ALBUMS:
            menu.addAction(action.text, partial(action.run, page.context, [facts.photo_id]))
    menu.addAction(words.tr("Edit the caption") + "\tE", page.edit_caption)
    menu.addAction(words.tr("Ask about this photo") + "\tA", page.ask)
    if facts.paths:
        show = partial(page.open_folder, facts.paths[0].parent)
        menu.addAction(words.tr("Show in folder"), show)
    menu.popup(button.mapToGlobal(QPoint(0, button.height() + 4)))
