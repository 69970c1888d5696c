"""A small card that asks for a name, over the page; whatever is below it goes on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from shiboken6 import isValid

from desktop.theme import sizes
from desktop.widgets.button import PRIMARY, QUIET, Button
from desktop.widgets.card import Card
from desktop.widgets.label import Label
from desktop.widgets.one_line import OneLine

_WIDTH = 300
_BELOW = 6


class Asking(Card):
    """Enter takes the name, Escape and going elsewhere take the card away. There is one at a time.

    at: a point of the screen to be below of, as far as there is room in the window.
    """

    def __init__(
        self, window: QWidget, at: QPoint, question: str, act: str, then: Callable[[str], None]
    ) -> None:
        super().__init__(window, margin=14)
        for other in window.findChildren(Asking):
            if other is not self:
                other.leave()
        self._then = then
        self._before = QApplication.focusWidget()
        self._gone = False
        self.setAccessibleName(question)
        self.body.setSpacing(10)
        self.body.addWidget(Label(question, "strong", self, wrap=True))
        self.line = OneLine(self)
        self.line.setAccessibleName(question)
        self.body.addWidget(self.line)
        last = QHBoxLayout()
        last.setSpacing(sizes.TIGHT)
        last.addStretch()
        self.cancel = Button(self.tr("Cancel"), self.leave, QUIET, self, small=True)
        self.done = Button(act, self._enter, PRIMARY, self, small=True)
        last.addWidget(self.cancel)
        last.addWidget(self.done)
        self.body.addLayout(last)
        self.line.textChanged.connect(lambda _: self._allow())
        self.line.entered.connect(lambda _: self._enter())
        self.line.left.connect(self.leave)
        self._allow()
        self.setFixedWidth(_WIDTH)
        self.adjustSize()
        inside = window.rect().adjusted(sizes.TIGHT, sizes.TIGHT, -sizes.TIGHT, -sizes.TIGHT)
        corner = window.mapFromGlobal(at) + QPoint(0, _BELOW)
        self.move(
            max(inside.left(), min(corner.x(), inside.right() - self.width())),
            max(inside.top(), min(corner.y(), inside.bottom() - self.height())),
        )
        self.show()
        self.raise_()
        self.line.setFocus()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._moved)

    def leave(self) -> None:
        """Ask no longer; the keyboard goes back to where it was."""
        self._go()
        # A page may have made its parts anew meanwhile, photos come in at any time.
        if self._before is not None and isValid(self._before) and self._before.isVisible():
            self._before.setFocus()

    def _go(self) -> None:
        if not self._gone:
            self._gone = True
            app = QApplication.instance()
            assert isinstance(app, QApplication)
            app.focusChanged.disconnect(self._moved)
            self.hide()
            self.deleteLater()

    def _enter(self) -> None:
        written = self.line.written
        if written:
            self.leave()
            self._then(written)

    def _allow(self) -> None:
        self.done.setEnabled(bool(self.line.written))

    def _moved(self, _: QWidget | None, now: QWidget | None) -> None:
        if now is not None and not self.isAncestorOf(now):
            self._go()


def ask_name(
    near: QWidget, question: str, act: str, then: Callable[[str], None], *, below: bool = True
) -> Asking:
    """Ask below a button, or where the pointer is; `then` gets the name, `act` is on the button."""
    at = near.mapToGlobal(QPoint(0, near.height())) if below else QCursor.pos()
    return Asking(near.window(), at, question, act, then)
