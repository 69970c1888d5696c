"""Mouse and keyboard: the window gets events as from the system, and finds what they meet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QKeySequence, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.desktop.walk import sight
from tests.desktop.walk.sight import Role

_MOST_TABS = 60
_TURN = 120
"""One notch of a wheel, in eighths of a degree."""
_LEFT, _NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def type_text(text: str) -> None:
    """Type letters into whatever has the keyboard."""
    for letter in text:
        QTest.keyClick(_key_window(), ord(letter), _NONE)


def press(keys: str) -> None:
    """Press keys named as in menus: `Ctrl+F`, `Down`."""
    combination = QKeySequence(keys)[0]  # type: ignore[index]  # it can be indexed
    QTest.keyClick(_key_window(), combination.key(), combination.keyboardModifiers())


class Mouse:
    """Clicks what is in sight; where it is not, turns the wheel until it is."""

    def click(self, name: str, role: Role | None = None, *, of: str = "") -> None:
        """Click what is called so; of: what it is a part of is called so, where there are more."""
        widget = sight.find(name, role, of)
        assert widget is not None, f"nothing is called {name!r}: {sight.everything_said()}"
        self.click_on(widget, self._middle(widget))

    def click_on(self, widget: QWidget, at: QPoint, keys: Qt.KeyboardModifier = _NONE) -> None:
        """Click a point of it."""
        point = self._move(widget, at)
        QTest.mouseClick(_window(), _LEFT, keys, point)

    def double_click_on(self, widget: QWidget, at: QPoint) -> None:
        """Click twice."""
        point = self._move(widget, at)
        QTest.mouseClick(_window(), _LEFT, _NONE, point)
        QTest.mouseDClick(_window(), _LEFT, _NONE, point)

    def rest_on(self, widget: QWidget, at: QPoint) -> None:
        """Leave the pointer there."""
        self._move(widget, at)

    def drag(self, widget: QWidget, start: QPoint, end: QPoint) -> None:
        """From one point of it to another, with the button down."""
        first = self._move(widget, start)
        QTest.mousePress(_window(), _LEFT, _NONE, first)
        for part in (1, 2, 3, 4):
            QTest.mouseMove(_window(), first + (end - start) * part / 4)
        QTest.mouseRelease(_window(), _LEFT, _NONE, first + (end - start))

    def turn(self, widget: QWidget, notches: int) -> None:
        """Turn the wheel over it; up is positive."""
        at = QPointF(sight.place_of(widget).center())
        QTest.wheelEvent(_window(), at, QPoint(0, notches * _TURN))

    def drop(self, paths: Sequence[Path], name: str) -> None:
        """Let go over what is called so of files or folders that are dragged from elsewhere."""
        widget = sight.find(name)
        assert widget is not None, f"nothing is called {name!r}: {sight.everything_said()}"
        at = self._move(widget, self._middle(widget))
        data, copy = QMimeData(), Qt.DropAction.CopyAction
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        entered = QDragEnterEvent(at, copy, data, _LEFT, _NONE)
        QApplication.sendEvent(_window(), entered)
        assert entered.isAccepted(), f"{name!r} takes nothing"
        QApplication.sendEvent(_window(), QDropEvent(QPointF(at), copy, data, _LEFT, _NONE))

    def _middle(self, widget: QWidget) -> QPoint:
        return widget.mapFrom(sight.front(), sight.place_of(widget).center())

    def _move(self, widget: QWidget, at: QPoint) -> QPoint:
        """Bring the pointer there; the point in its window."""
        window = sight.front()
        point = widget.mapTo(window, at)
        met = window.childAt(point) or window
        assert window.rect().contains(point), f"{sight.name_of(widget)!r} is not in the window"
        assert met is widget or widget.isAncestorOf(met), (
            f"{sight.name_of(widget)!r} lies under {sight.name_of(met)!r}"
        )
        QTest.mouseMove(_window(), point)
        return point


class Keyboard:
    """Tab, arrows, Enter and shortcuts; whatever Tab comes to must show it."""

    def tab_to(self, name: str, *, back: bool = False) -> None:
        """Press Tab until what is called so has the keyboard; back: Shift+Tab."""
        passed: list[str] = []
        while self.here != name:
            assert len(passed) < _MOST_TABS, f"Tab never comes to {name!r}, only to {passed}"
            before = _seen()
            press("Shift+Tab" if back else "Tab")
            QApplication.processEvents()
            self._is_shown(before)
            passed.append(self.here)

    @property
    def here(self) -> str:
        """The name of what has the keyboard."""
        focused = QApplication.focusWidget()
        return "" if focused is None else sight.name_of(focused)

    def _is_shown(self, before: QImage) -> None:
        """One must see where the keyboard is: it looks different there from what it did."""
        focused = QApplication.focusWidget()
        assert focused is not None, "Tab leads nowhere"
        assert sight.in_sight(focused), f"{self.here!r} has the keyboard and cannot be seen"
        place = sight.place_of(focused).adjusted(-4, -4, 4, 4)
        assert _seen().copy(place) != before.copy(place), f"{self.here!r} does not show its focus"


def give_keyboard() -> None:
    """To the window that has the say: on a bare screen no window manager does that."""
    window = sight.front()
    if not window.isActiveWindow() and QApplication.activePopupWidget() is None:
        window.activateWindow()
        QTest.qWaitForWindowActive(window)


def _window() -> QWindow:
    """Where the mouse is."""
    give_keyboard()
    return _handle(sight.front())


def _key_window() -> QWindow:
    """Where keys go: a menu gets them by way of the window that it belongs to."""
    give_keyboard()
    return _handle(sight.front(menus=False))


def _handle(window: QWidget) -> QWindow:
    handle = window.windowHandle()
    assert handle is not None
    return handle


def _seen() -> QImage:
    return sight.front().grab().toImage()
