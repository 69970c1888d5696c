"""The folders Familiar looks after, with how many photos lie in each."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop import words
from desktop.context import Context
from desktop.decisions.folders import let_go
from desktop.pages.folders import choose_folder, look_after
from desktop.reading.reader import LONG
from desktop.theme import sizes
from desktop.widgets import Button, Card, IconButton, Label

if TYPE_CHECKING:
    from engine.library import Library
    from engine.library.folders import Folder

_Counted = list[tuple["Folder", int]]


class FolderCard(Card):
    """One line a folder, and a button that adds one."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=16)
        self._context = context
        self._lines = QVBoxLayout()
        self._lines.setSpacing(sizes.TIGHT)
        self._holder: QWidget | None = None
        self.body.addLayout(self._lines)
        self.add = Button(self.tr("Add a folder…"), self._add, parent=self)
        self.body.addWidget(self.add)
        context.drives.changed.connect(self.read)

    def read(self) -> None:
        """Read the folders again."""
        self._context.reader.read(self, _counted, self._show, lane=LONG, key="folders")

    def _show(self, folders: _Counted) -> None:
        if self._holder is not None:
            self._lines.removeWidget(self._holder)
            self._holder.hide()
            self._holder.deleteLater()
        self._holder = QWidget(self)
        lines = QVBoxLayout(self._holder)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(sizes.TIGHT)
        if not folders:
            lines.addWidget(Label(self.tr("There are none yet."), "quiet", self._holder))
        away = set(self._context.drives.away)
        for folder, count in folders:
            lines.addLayout(self._line(folder, count, folder.path in away))
        self._lines.addWidget(self._holder)
        self._holder.show()

    def _line(self, folder: Folder, count: int, away: bool) -> QHBoxLayout:
        path, text = folder.path, QVBoxLayout()
        text.setSpacing(1)
        text.addWidget(Label(str(path), "strong", self._holder, wrap=True))
        state = self.tr("not there right now; what is known of its photos stays") if away else ""
        text.addWidget(
            Label(words.together(words.photos(count), state), "small", self._holder, wrap=True)
        )
        row = QHBoxLayout()
        row.setSpacing(sizes.TIGHT)
        row.addLayout(text, 1)
        row.addWidget(
            IconButton(
                "folder",
                self.tr("Open {}").format(path.name),
                lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))),
                self._holder,
            )
        )
        row.addWidget(
            IconButton(
                "minus",
                self.tr("Take {} out of the library").format(path.name),
                partial(self._let_go, folder),
                self._holder,
            )
        )
        return row

    def _let_go(self, folder: Folder) -> None:
        self._context.history.decide(let_go(folder))

    def _add(self) -> None:
        folder = choose_folder(self)
        if folder is not None:
            look_after(self._context, [folder])


def _counted(library: Library) -> _Counted:
    return [(one, len(library.photos.places(one.path))) for one in library.folders.all()]
