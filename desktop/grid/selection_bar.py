"""How many photos are selected, and what can be done with them; it floats above the grid."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame, QGraphicsDropShadowEffect, QHBoxLayout

from desktop import words
from desktop.context import Context
from desktop.grid.actions import PhotoAction
from desktop.grid.grid import PhotoGrid
from desktop.theme import colours, over_photos, sizes
from desktop.theme.icons import icon
from desktop.widgets.button import QUIET, Button, IconButton
from desktop.widgets.label import Label


class SelectionBar(QFrame):
    """Hidden while nothing is selected."""

    def __init__(self, context: Context, grid: PhotoGrid, actions: Sequence[PhotoAction]) -> None:
        super().__init__(grid)
        self._grid = grid
        self._actions = actions
        self.setProperty("surface", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 6, 8, 6)
        row.setSpacing(4)
        self._count = Label("", "strong", self)
        row.addWidget(self._count)
        row.addSpacing(sizes.TIGHT)
        self._buttons = []
        for action in actions:
            button = Button(action.text, self._runs(context, action), QUIET, self, small=True)
            button.setIconSize(QSize(18, 18))
            self._buttons.append(button)
            row.addWidget(button)
        row.addWidget(
            IconButton("close", self.tr("Select none"), grid.clearSelection, self, size=16)
        )
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(24)
        shadow.setOffset(0, 4)
        shadow.setColor(QColor(over_photos.SHADOW))
        self.setGraphicsEffect(shadow)
        self._tint()
        self.hide()
        context.notices.keep_off(self)
        grid.selection_changed.connect(self._show)
        grid.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def _runs(self, context: Context, action: PhotoAction) -> Callable[[], None]:
        return lambda: action.run(context, self._grid.selected_ids().tolist())

    def _show(self, count: int) -> None:
        self._count.setText(words.tr("{} selected").format(words.number(count)))
        self.setVisible(count > 0)
        self._place()
        covered = self._grid.height() - self.y() if count else 0
        self._grid.keep_clear(covered)

    def _place(self) -> None:
        if self.isVisible():
            self._write(whole=True)
            if self.sizeHint().width() > self._grid.width():
                self._write(whole=False)
            self.adjustSize()
            x = self._grid.width() - self.width() - sizes.TIGHT
            self.move(max(0, x), self._grid.height() - self.height() - sizes.EDGE)
            self.raise_()

    def _write(self, *, whole: bool) -> None:
        """Words on the buttons, or where there is no room for them, below the pointer alone."""
        for button, action in zip(self._buttons, self._actions, strict=True):
            button.setText(action.text if whole else "")
            button.setToolTip("" if whole else action.text)
            button.setAccessibleName(action.text)

    def _tint(self) -> None:
        for button, action in zip(self._buttons, self._actions, strict=True):
            button.setIcon(icon(action.icon, colours().ink, 18))
