"""Buttons: with words, in four kinds, and with an icon alone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QToolButton, QWidget

from desktop import words
from desktop.theme import colours
from desktop.theme.icons import SIZE, icon

PRIMARY, PLAIN, QUIET, LINK = "primary", "plain", "quiet", "link"


class Button(QPushButton):
    """A button with words. kind: primary (one on a page), plain, quiet or link."""

    def __init__(
        self,
        text: str,
        clicked: Callable[[], object] | None = None,
        kind: str = PLAIN,
        parent: QWidget | None = None,
        *,
        small: bool = False,
    ) -> None:
        super().__init__(words.unmarked(text), parent)
        self.setProperty("kind", kind)
        if small:
            self.setProperty("small", True)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(True)
        if clicked is not None:
            self.clicked.connect(lambda _=False: clicked())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Two clicks are one: what is below the pointer by then may be another button, or ask
        something else."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not (event.isAutoRepeat() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)):
            super().keyPressEvent(event)

    def setText(self, text: str) -> None:
        """Other words, which may be names: none of their letters is a key."""
        super().setText(words.unmarked(text))


class IconButton(QToolButton):
    """A button with one of our icons; `name` is what it does, for tooltip and screen readers."""

    def __init__(
        self,
        picture: str,
        name: str,
        clicked: Callable[[], object] | None = None,
        parent: QWidget | None = None,
        *,
        size: int = SIZE,
        colour: str = "quiet",
    ) -> None:
        super().__init__(parent)
        self._picture, self._colour = picture, colour
        self.setIconSize(QSize(size, size))
        self.setAccessibleName(name)
        self.setToolTip(words.plain(name))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if clicked is not None:
            self.clicked.connect(lambda _=False: clicked())
        self._tint()

    def show_icon(self, picture: str, name: str | None = None) -> None:
        """Show another icon, and mean something else."""
        self._picture = picture
        if name is not None:
            self.setAccessibleName(name)
            self.setToolTip(words.plain(name))
        self._tint()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()
        super().changeEvent(event)

    def _tint(self) -> None:
        colour: str = getattr(colours(), self._colour)
        self.setIcon(icon(self._picture, colour, self.iconSize().width()))
