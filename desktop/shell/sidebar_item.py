"""One line of the sidebar: a word, or a person with a picture, and a count."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAbstractButton, QWidget

from desktop import words
from desktop.theme import colours, sizes
from desktop.thumbnails.loader import Thumbnails
from desktop.thumbnails.picture import Box
from desktop.widgets.round_picture import RoundPicture

_PICTURE = 22
_PADDING = 10
_KEYS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class SidebarItem(QAbstractButton):
    """A button over the sidebar's width; checked while what it leads to is shown."""

    def __init__(
        self, text: str, parent: QWidget | None = None, *, thumbnails: Thumbnails | None = None
    ) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setShortcut(QKeySequence())  # an & in a name marks no key
        self.setCheckable(True)
        self.setFixedHeight(36)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._count: int | None = None
        self._by_keyboard = False
        self._picture: RoundPicture | None = None
        if thumbnails is not None:
            self._picture = RoundPicture(thumbnails, _PICTURE, self)
            self._picture.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            self._picture.move(_PADDING, (36 - _PICTURE) // 2)
            self._picture.show_photo(None, None, text)
        self._name()

    def show_count(self, count: int | None) -> None:
        """The number at its right; None for no number."""
        if count != self._count:
            self._count = count
            self._name()
            self.update()

    def show_photo(self, photo_id: int | None, box: Box | None) -> None:
        """The picture before the text; the item must have been made with thumbnails."""
        if self._picture is not None:
            self._picture.show_photo(photo_id, box, self.text())

    def sizeHint(self) -> QSize:
        return QSize(sizes.SIDEBAR_WIDTH - 2 * sizes.NEAR, 36)

    def nextCheckState(self) -> None:
        """Being clicked does not check it; arriving there does."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = colours()
        ground = palette.soft if self.isChecked() else palette.hover if self.underMouse() else None
        painter.setPen(Qt.PenStyle.NoPen)
        if ground is not None:
            painter.setBrush(QColor(ground))
            painter.drawRoundedRect(self.rect(), sizes.CONTROL_RADIUS, sizes.CONTROL_RADIUS)
        if self.hasFocus() and self._by_keyboard:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(palette.accent))
            painter.drawRoundedRect(
                self.rect().adjusted(1, 1, -1, -1), sizes.CONTROL_RADIUS, sizes.CONTROL_RADIUS
            )
        left = _PADDING + (_PICTURE + 10 if self._picture else 0)
        inside = self.rect().adjusted(left, 0, -_PADDING, 0)
        chosen = self.isChecked()
        count = "" if self._count is None else words.number(self._count)
        font = sizes.figures(sizes.SMALL, strong=chosen)
        painter.setFont(font)
        painter.setPen(QColor(palette.accent_ink if chosen else palette.quiet))
        painter.drawText(inside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, count)
        taken = painter.fontMetrics().horizontalAdvance(count) + 8 if count else 0
        painter.setFont(sizes.font(strong=chosen))
        painter.setPen(QColor(palette.accent_ink if chosen else palette.ink))
        room = QRect(inside.left(), 0, inside.width() - taken, inside.height())
        text = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._by_keyboard = event.reason() in _KEYS
        super().focusInEvent(event)

    def _name(self) -> None:
        self.setAccessibleName(
            self.text() if self._count is None else f"{self.text()}, {words.number(self._count)}"
        )
