"""What floats over the photo: the way back, the next one, a few things to do with it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop import words
from desktop.pages.photo.stage import Stage
from desktop.theme import sizes
from desktop.widgets import IconButton, Label

_EDGE = 12


class Overlay(QObject):
    """Places its buttons in the corners and at the sides of a stage."""

    back = Signal()
    """Leave the photo."""
    stepped = Signal(int)
    """-1 for the photo before, 1 for the one after."""
    favoured = Signal()
    """Make it a favourite, or no longer."""
    more = Signal(object)
    """The button below which a menu is to be shown."""
    panel_toggled = Signal()
    """Show what is beside the photo, or no longer."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._stage = stage
        self._left, self._right = self._corner(), self._corner()
        self._leave = self._button("leave", self.tr("Back"), self.back.emit)
        self._place_in_list = Label("", "on-stage", self._left)
        self._put(self._left, self._leave, self._place_in_list)
        self.heart = self._button("heart", self.tr("Favourite"), self.favoured.emit)
        self.pen = self._button(
            "box", self.tr("Who is where? Key T"), lambda: stage.take_pen(not stage.pen)
        )
        self.menu = self._button("more", self.tr("More"), self._ask_more)
        self.info = self._button(
            "info", self.tr("Caption and details, key I"), self.panel_toggled.emit
        )
        self._put(self._right, self.heart, self.pen, self.menu, self.info)
        self.before = self._button(
            "back", self.tr("The photo before"), lambda: self.stepped.emit(-1)
        )
        self.after = self._button(
            "forward", self.tr("The photo after"), lambda: self.stepped.emit(1)
        )
        for button in (self.before, self.after):
            button.setParent(stage)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._zoom = Label("", "on-stage", stage)
        self._zoom.hide()
        self._notice = Label("", "on-stage", stage, wrap=True)
        self._notice.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._notice.hide()
        self._has = (False, False)
        self._show_sides(False)
        stage.zoomed.connect(self._show_zoom)
        stage.installEventFilter(self)

    def show_place(self, row: int, count: int) -> None:
        """Which photo of how many this is, from 0; nothing where it is the only one."""
        text = words.tr("{} of {}").format(words.number(row + 1), words.number(count))
        self._place_in_list.setText(text if count > 1 else "")
        self._place_in_list.setVisible(count > 1)
        self._has = (row > 0, row < count - 1)
        self._show_sides(self._stage.underMouse())
        self._place()

    def show_favourite(self, favourite: bool) -> None:
        """Whether the photo is one of the owner's favourites."""
        self.heart.show_icon(
            "heart-filled" if favourite else "heart",
            self.tr("No favourite any more, key F") if favourite else self.tr("Favourite, key F"),
        )

    @property
    def notice(self) -> str:
        """The sentence at the bottom; empty for none."""
        return "" if self._notice.isHidden() else self._notice.text()

    def say(self, sentence: str) -> None:
        """A quiet sentence at the bottom of the photo; empty for none."""
        self._notice.setText(sentence)
        self._notice.setVisible(bool(sentence))
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        elif event.type() == QEvent.Type.Enter:
            self._show_sides(True)
        elif event.type() == QEvent.Type.Leave:
            self._show_sides(False)
        return False

    def _ask_more(self) -> None:
        self.more.emit(self.menu)

    def _show_sides(self, show: bool) -> None:
        self.before.setVisible(show and self._has[0])
        self.after.setVisible(show and self._has[1])

    def _show_zoom(self) -> None:
        viewport = self._stage.viewport
        self._zoom.setText(f"{words.number(viewport.percent)} %")
        self._zoom.setVisible(not viewport.fitted)
        self._place()

    def _place(self) -> None:
        width, height = self._stage.width(), self._stage.height()
        for corner in (self._left, self._right):
            corner.adjustSize()
        self._left.move(_EDGE, _EDGE)
        self._right.move(width - self._right.width() - _EDGE, _EDGE)
        for button in (self.before, self.after):
            button.adjustSize()
        self.before.move(_EDGE, (height - self.before.height()) // 2)
        self.after.move(width - self.after.width() - _EDGE, (height - self.after.height()) // 2)
        self._zoom.adjustSize()
        self._zoom.move(width - self._zoom.width() - _EDGE, height - self._zoom.height() - _EDGE)
        room = max(120, min(520, width - 2 * sizes.EDGE))
        hint = self._notice.fontMetrics().horizontalAdvance(self._notice.text()) + 26
        across = min(room, hint)
        down = self._notice.heightForWidth(across)
        self._notice.setGeometry((width - across) // 2, height - down - _EDGE, across, down)

    def _corner(self) -> QWidget:
        corner = QWidget(self._stage)
        row = QHBoxLayout(corner)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        return corner

    def _put(self, corner: QWidget, *widgets: QWidget) -> None:
        layout = corner.layout()
        assert layout is not None
        for widget in widgets:
            layout.addWidget(widget)

    def _button(self, picture: str, name: str, clicked: Callable[[], object]) -> IconButton:
        button = IconButton(picture, name, clicked, self._stage, colour="on_stage")
        button.setProperty("on", "stage")
        return button
