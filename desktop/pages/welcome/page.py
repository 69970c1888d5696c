"""The welcome: where are your photos?"""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop import navigation
from desktop.context import Context
from desktop.pages.folders import choose_folder, look_after, usual_folder
from desktop.pages.page import Page
from desktop.theme import colours, sizes
from desktop.theme.icons import pixmap
from desktop.widgets import Button, Card, IconButton, Label
from desktop.widgets.button import PRIMARY

_WIDTH = 460
_DRAWING = 72


class WelcomePage(Page):
    """Shown while the library has no folder: choose some, or drop them here, and start."""

    fills_window = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.setAcceptDrops(True)
        self._chosen: list[Path] = []
        middle = QWidget(self)
        middle.setFixedWidth(_WIDTH)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(sizes.NEAR)
        self._drawing = QLabel(middle)
        self._drawing.setFixedSize(_DRAWING, _DRAWING)
        column.addWidget(self._drawing)
        column.addWidget(Label(self.tr("Where are your photos?"), "display", middle))
        promise = self.tr(
            "Choose the folders Familiar should look after. Your photos stay where they are and "
            "are never changed; nothing is uploaded, and there is no account."
        )
        said = Label(promise, "quiet", middle, wrap=True)
        said.ensurePolished()
        said.setMinimumHeight(said.heightForWidth(_WIDTH))
        column.addWidget(said)
        self._list = Card(middle, margin=12)
        column.addWidget(self._list)
        row = QHBoxLayout()
        row.setSpacing(sizes.TIGHT)
        self.add = Button(self.tr("Choose a folder…"), self._choose, parent=middle)
        self.start = Button(self.tr("Start"), self._start, PRIMARY, middle)
        row.addWidget(self.add)
        row.addWidget(self.start)
        row.addStretch()
        column.addLayout(row)
        column.addWidget(
            Label(self.tr("Or drop folders onto this window."), "small", middle, wrap=True)
        )
        self.column.addStretch(2)
        self.column.addWidget(middle, 0, Qt.AlignmentFlag.AlignHCenter)
        self.column.addStretch(3)
        usual = usual_folder()
        if usual is not None:
            self._chosen.append(usual)
        self._draw()
        self._show()

    @property
    def chosen(self) -> list[Path]:
        """The folders that `Start` adds."""
        return list(self._chosen)

    def choose(self, folder: Path) -> None:
        """Put a folder on the list."""
        if folder not in self._chosen:
            self._chosen.append(folder)
            self._show()

    def drop(self, folder: Path) -> None:
        """Take a folder off the list."""
        self._chosen.remove(folder)
        self._show()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(os.path.isdir(url.toLocalFile()) for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for url in event.mimeData().urls():
            folder = Path(url.toLocalFile())
            if url.isLocalFile() and os.path.isdir(folder):
                self.choose(folder)
        event.acceptProposedAction()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()
        super().changeEvent(event)

    def _draw(self) -> None:
        accent = colours().accent
        self._drawing.setPixmap(pixmap("library", accent, _DRAWING, self.devicePixelRatioF()))

    def _show(self) -> None:
        while (item := self._list.body.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for folder in self._chosen:
            self._list.body.addWidget(_Line(folder, lambda folder=folder: self.drop(folder)))
        self._list.setVisible(bool(self._chosen))
        self.start.setEnabled(bool(self._chosen))
        # Choosing is what is to be done first, and once something is chosen, starting.
        (self.start if self._chosen else self.add).setFocus()

    def _choose(self) -> None:
        folder = choose_folder(self)
        if folder is not None:
            self.choose(folder)

    def _start(self) -> None:
        go = self.context.navigation.go
        look_after(self.context, self._chosen, lambda: go(navigation.LIBRARY))


class _Line(QWidget):
    """One chosen folder."""

    def __init__(self, folder: Path, drop: object) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 0, 0)
        row.addWidget(Label(str(folder), "", self, wrap=True), 1)
        name = self.tr("Leave {} out").format(folder.name)
        row.addWidget(IconButton("close", name, drop, self, size=14))  # type: ignore[arg-type]
