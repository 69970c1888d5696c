"""Messages that come up at the bottom, stay a few seconds, and ask for nothing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget

from desktop import words
from desktop.notices import Notice
from desktop.theme import colours, sizes
from desktop.widgets.button import LINK, Button, IconButton
from desktop.widgets.label import Label

_AT_ONCE = 3
_WIDEST = 680
_ROOMY, _ABOVE = 900, 84
_MOVED = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide)


class Toast(QWidget):
    """One message. It waits while the pointer is on it."""

    ended = Signal()

    def __init__(self, notice: Notice, parent: QWidget) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 7, 7, 7)
        row.setSpacing(sizes.NEAR)
        self.notice = notice
        self._text = Label(words.breakable(notice.text), "toast", self)
        row.addWidget(self._text)
        if notice.action is not None:
            button = Button(notice.action, None, LINK, self)
            button.setProperty("tone", "toast")
            button.clicked.connect(lambda: self._do(notice))
            row.addWidget(button)
        row.addWidget(IconButton("close", self.tr("Close"), self.end, size=14, colour="background"))
        for one in self.findChildren(QAbstractButton):
            # A click leaves the keyboard where it is: the button is gone right after.
            one.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(notice.text)
        self._beside = self.sizeHint().width() - self._text.sizeHint().width()
        self._timer = QTimer(self, singleShot=True, interval=round(notice.seconds * 1000))
        self._timer.timeout.connect(self.end)
        self._timer.start()
        self._over = False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours().ink))
        painter.drawRoundedRect(self.rect(), sizes.CONTROL_RADIUS + 3, sizes.CONTROL_RADIUS + 3)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()

    def leaveEvent(self, event: QEvent) -> None:
        if not self._over:  # being hidden is leaving, too
            self._timer.start()

    def end(self) -> None:
        """Go; `ended` tells of it once, however often this is asked until it is gone."""
        self._timer.stop()
        if not self._over:
            self._over = True
            self.ended.emit()

    def fit(self, width: int) -> None:
        """Take no more than so much room: a longer sentence has several lines."""
        self._text.fit(min(width, _WIDEST) - self._beside)
        self.updateGeometry()  # whoever asks now is to know

    def _do(self, notice: Notice) -> None:
        self.end()
        if notice.act is not None:
            notice.act()


class Toasts(QWidget):
    """The toasts of a window, one above the other at the bottom of `over`."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self._toasts: list[Toast] = []
        self._shunned: list[QWidget] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(sizes.TIGHT)
        over.installEventFilter(self)
        self.hide()

    def say(self, notice: Notice) -> None:
        """Show a message below those that are there; the oldest goes when there are too many, and
        the same one that is still there."""
        for same in [one for one in self._toasts if one.notice == notice]:
            same.end()
        while len(self._toasts) >= _AT_ONCE:
            self._toasts[0].end()
        toast = Toast(notice, self)
        toast.ended.connect(lambda: self._remove(toast))
        self._toasts.append(toast)
        self._column.addWidget(toast, 0, Qt.AlignmentFlag.AlignLeft)
        toast.show()
        self.show()
        self._place()

    def keep_off(self, widget: QWidget) -> None:
        """Never lie on a widget that comes and goes over `over`, for as long as it exists."""
        self._shunned.append(widget)
        widget.installEventFilter(self)
        widget.destroyed.connect(lambda: self._shunned.remove(widget))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVED:
            self._place()
        return False

    def _remove(self, toast: Toast) -> None:
        self._toasts.remove(toast)
        self._column.removeWidget(toast)
        toast.hide()
        toast.deleteLater()
        self._place()

    def _place(self) -> None:
        if not self._toasts:
            self.hide()
            return
        for toast in self._toasts:
            toast.fit(self._over.width() - 2 * sizes.EDGE)
        hint = self._column.sizeHint()
        # Where there is little room, above what a page shows at its lower edge.
        above = sizes.EDGE if self._over.width() > _ROOMY else _ABOVE
        top = self._over.height() - hint.height() - above
        taken = [self._rect_of(one) for one in self._shunned if one.isVisibleTo(self._over)]
        lefts = [sizes.EDGE, *(one.right() + sizes.NEAR for one in taken)]
        tops = [top, *(one.top() - hint.height() - sizes.NEAR for one in taken)]
        here = self._over.rect()
        free = (
            place
            for place in (QRect(QPoint(x, y), hint) for y in tops for x in lefts)
            if here.contains(place) and not any(place.intersects(one) for one in taken)
        )
        self.setGeometry(next(free, QRect(QPoint(sizes.EDGE, top), hint)))
        self.raise_()

    def _rect_of(self, widget: QWidget) -> QRect:
        return QRect(widget.mapTo(self._over, QPoint(0, 0)), widget.size())
