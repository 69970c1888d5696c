"""One album, made by hand or a trip that Familiar found: its photos and its name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

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
from desktop.widgets.editable_title import EditableTitle
from engine.library.albums import Album

if TYPE_CHECKING:
    from engine.library import Library
    from engine.library.trips import Trip

TRIP = "trip-"
"""Before a trip's number, where an album's could stand."""


class AlbumView(QWidget):
    """Shows one album."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._shown: Album | Trip | None = None
        self._album_id: int | str = 0
        actions = [*photo_actions(), PhotoAction(self.tr("Take out"), "minus", self._take_out)]
        self.panel = GridPanel(context, EmptyState("albums", ""), actions, self)
        self.title = EditableTitle(self.tr("Name of the album"), self)
        self.title.entered.connect(self.rename)
        self.title.left.connect(self.panel.setFocus)
        rename = QShortcut(QKeySequence(Qt.Key.Key_F2), self, self.title.edit)
        rename.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
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
        row.addWidget(IconButton("edit", self.tr("Rename"), self.title.edit, bar))
        row.addWidget(IconButton("trash", self.tr("Remove this album"), self.remove, bar))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addSpacing(sizes.NEAR)
        column.addWidget(self.panel, 1)

    def show_album(self, album_id: int | str) -> None:
        """Show this one: an album's number, or TRIP and a trip's."""
        self._album_id = album_id

        def work(library: Library) -> tuple[Album | Trip | None, list[int]]:
            if isinstance(album_id, int):
                return library.albums.get(album_id), library.albums.photos(album_id)
            trip_id = int(album_id.removeprefix(TRIP))
            return library.trips.get(trip_id), library.trips.photos(trip_id)

        self._context.reader.read(self, work, self._show, lane=LONG, key="album")

    def refresh(self, change: Change) -> None:
        """Something is different."""
        self.panel.grid.change(change)
        if self._shown is not None and change.what & {"albums", "photos"}:
            self.show_album(self._album_id)

    def rename(self, name: str) -> None:
        """Call it something else."""
        shown, name = self._shown, name.strip()
        if shown is None or not name or name == _title(shown):
            return
        decision = (
            albums.rename(shown, name)
            if isinstance(shown, Album)
            else albums.rename_trip(shown, name)
        )
        self._context.history.decide(decision)

    def remove(self) -> None:
        """Away with the album; undo brings it back."""
        shown = self._shown
        if shown is not None:
            decision = (
                albums.remove(shown) if isinstance(shown, Album) else albums.remove_trip(shown)
            )
            self._context.history.decide(decision, self._leave)

    def _show(self, found: tuple[Album | Trip | None, list[int]]) -> None:
        self._shown, ids = found
        if self._shown is None:
            self._leave()
            return
        self.title.setText(_title(self._shown))
        days = (
            ""
            if isinstance(self._shown, Album)
            else words.days(self._shown.first, self._shown.last)
        )
        self.figures.setText(words.together(days, words.photos(len(ids))))
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

    def _take_out(self, _: Context, photo_ids: Sequence[int]) -> None:
        if isinstance(self._shown, Album):
            self._context.history.decide(albums.take_out(self._shown, photo_ids))
        else:
            self._context.notices.say(
                self.tr("Familiar found this album by itself, by when and where its photos are.")
            )


def _title(shown: Album | Trip) -> str:
    return shown.name if isinstance(shown, Album) else shown.title
