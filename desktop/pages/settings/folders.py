"""The folders Familiar looks after, with how many photos lie in each."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop import words
from desktop.context import Context
from desktop.decisions.folders import let_go
from desktop.pages.folders import choose_folder, look_after
from desktop.reading.reader import LONG
from desktop.theme import colours, sizes
from desktop.theme.icons import pixmap
from desktop.widgets import Button, Card, IconButton, Label

if TYPE_CHECKING:
    from engine.library import Library
    from engine.library.folders import Folder

_Counted = list[tuple["Folder", int, str]]
"""Folders with how many photos lie in each, and why some do not right now."""


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
        for folder, count, reason in folders:
            lines.addLayout(self._line(folder, count, self._state(folder.path, reason)))
        self._lines.addWidget(self._holder)
        self._holder.show()

    def _state(self, path: Path, reason: str) -> str:
        """Whether a folder is there, in a few words; nothing where all is well."""
        away = self._context.drives.away
        if path in away:
            return self.tr("not there right now; what is known of its photos stays")
        inside = [str(one.relative_to(path)) for one in away if path in one.parents]
        if inside:
            return self.tr("{} in it is not there right now").format(", ".join(inside))
        return reason

    def _line(self, folder: Folder, count: int, state: str) -> QHBoxLayout:
        path, text = folder.path, QVBoxLayout()
        text.setSpacing(1)
        text.addWidget(Label(str(path), "strong", self._holder, wrap=True))
        text.addWidget(
            Label(words.together(words.photos(count), state), "small", self._holder, wrap=True)
        )
        row = QHBoxLayout()
        if state:
            mark = QLabel(self._holder)
            mark.setPixmap(pixmap("away", colours().quiet, 20, self.devicePixelRatioF()))
            row.addWidget(mark)
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
    reasons = {one.path: one.reason for one in library.folders.offline()}
    return [
        (one, library.photos.places_below(one.path), reasons.get(one.path, ""))
        for one in library.folders.all()
    ]
