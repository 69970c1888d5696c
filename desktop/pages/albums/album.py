"""One album by hand: its photos, its name, and taking photos out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout, QInputDialog, QVBoxLayout, QWidget

from desktop import navigation, words
from desktop.context import Context
from desktop.decisions import albums
from desktop.grid import GridPanel, PhotoAction
from desktop.pages.actions import photo_actions
from desktop.process.messages import Change
from desktop.reading.reader import LONG
from desktop.reading.shown import Shown
from desktop.theme import sizes
from desktop.widgets import EmptyState, IconButton, Label

if TYPE_CHECKING:
    from engine.library import Library
    from engine.library.albums import Album


class AlbumView(QWidget):
    """Shows one album."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._album: Album | None = None
        actions = [*photo_actions(), PhotoAction(self.tr("Take out"), "minus", self._take_out)]
        self.panel = GridPanel(context, EmptyState("albums", ""), actions, self)
        self.title = Label("", "title", self)
        self.figures = Label("", "quiet", self)
        bar = QFrame(self)
        bar.setProperty("surface", "bar")
        bar.setFixedHeight(60)
        row = QHBoxLayout(bar)
        row.setContentsMargins(sizes.EDGE - 8, 0, sizes.EDGE, 0)
        row.setSpacing(sizes.TIGHT)
        row.addWidget(IconButton("back", self.tr("All albums"), self._leave, bar))
        row.addWidget(self.title)
        row.addWidget(self.figures)
        row.addStretch()
        row.addWidget(IconButton("edit", self.tr("Rename"), self._ask_name, bar))
        row.addWidget(IconButton("trash", self.tr("Remove this album"), self.remove, bar))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self.panel, 1)

    def show_album(self, album_id: int) -> None:
        """Show this one."""

        def work(library: Library) -> tuple[Album | None, list[int]]:
            return library.albums.get(album_id), library.albums.photos(album_id)

        self._context.reader.read(self, work, self._show, lane=LONG, key="album")

    def refresh(self, change: Change) -> None:
        """Something is different."""
        self.panel.grid.change(change)
        if self._album is not None and change.what & {"albums", "photos"}:
            self.show_album(self._album.id)

    def rename(self, name: str) -> None:
        """Call it something else."""
        if self._album is not None and name.strip() and name.strip() != self._album.name:
            self._context.history.decide(albums.rename(self._album, name.strip()))

    def remove(self) -> None:
        """Away with the album; undo brings it back."""
        if self._album is not None:
            self._context.history.decide(albums.remove(self._album), self._leave)

    def _show(self, found: tuple[Album | None, list[int]]) -> None:
        self._album, ids = found
        if self._album is None:
            self._leave()
            return
        self.title.setText(self._album.name)
        self.figures.setText(words.photos(len(ids)))
        if ids:
            self.panel.show_photos(Shown.flat(ids))
        else:
            self.panel.say(
                "albums",
                self.tr("Nothing in here yet"),
                self.tr("Select photos in the library and add them to this album."),
            )

    def _leave(self) -> None:
        self._context.navigation.go(navigation.ALBUMS)

    def _ask_name(self) -> None:
        if self._album is None:
            return
        name, agreed = QInputDialog.getText(
            self, self.tr("Rename"), self.tr("New name"), text=self._album.name
        )
        if agreed:
            self.rename(name)

    def _take_out(self, _: Context, photo_ids: Sequence[int]) -> None:
        if self._album is not None:
            self._context.history.decide(albums.take_out(self._album, photo_ids))
