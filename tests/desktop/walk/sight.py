"""What is on the screen, found as a screen reader finds it: by name and role."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QAccessible, QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from desktop.window import Window

Role = QAccessible.Role


def front(*, menus: bool = True) -> QWidget:
    """The window that has the say: a menu, a dialog, else the one that is open."""
    menu = QApplication.activePopupWidget() if menus else None
    return menu or QApplication.activeModalWidget() or _main()


def name_of(widget: QWidget) -> str:
    """What a screen reader calls it."""
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def in_sight(widget: QWidget) -> bool:
    """Whether any of it can be seen in its window."""
    return isValid(widget) and widget.isVisible() and not place_of(widget).isEmpty()


def find(name: str, role: Role | None = None, of: str = "") -> QWidget | None:
    """What is called so and can be seen, in the window that has the say; of: what it lies in."""
    found = (one for one in called(name) if _is(one, role))
    return next((one for one in found if not of or _lies_in(one, of)), None)


def called(name: str, window: QWidget | None = None) -> Iterator[QWidget]:
    """All that is called so and can be seen, in the window that has the say or in another."""
    return (one for one in _parts(window) if name_of(one) == name)


def says(text: str) -> bool:
    """Whether something in sight is called by a name with this in it."""
    return any(text in name_of(one) for one in _parts())


def everything_said() -> list[str]:
    """The names of all that can be seen; for who looks for what is wrong."""
    return [name for one in _parts() if (name := name_of(one))]


def picture(window: QWidget) -> QImage:
    """The window, with what stands open above it."""
    if QApplication.platformName() != "offscreen":
        corner, size = window.mapToGlobal(QPoint()), window.size()
        shown = window.screen().grabWindow(0, corner.x(), corner.y(), size.width(), size.height())
        return shown.toImage()
    whole = window.grab().toImage()
    painter = QPainter(whole)
    for other in _windows():
        if other is not window:
            painter.drawPixmap(window.mapFromGlobal(other.mapToGlobal(QPoint())), other.grab())
    painter.end()
    return whole


def place_of(widget: QWidget) -> QRect:
    """Where it is in its window, as far as it is not scrolled away; it may be covered."""
    place = widget.rect()
    while not widget.isWindow() and (above := widget.parentWidget()) is not None:
        place = place.translated(widget.pos()) & above.rect()
        widget = above
    return place


def _is(widget: QWidget, role: Role | None) -> bool:
    return role is None or QAccessible.queryAccessibleInterface(widget).role() == role


def _lies_in(widget: QWidget, name: str) -> bool:
    above = widget.parentWidget()
    return above is not None and name_of(above) == name


def _main() -> QWidget:
    return next(one for one in _windows() if isinstance(one, Window))


def _windows() -> list[QWidget]:
    return [one for one in QApplication.topLevelWidgets() if one.isVisible()]


def _parts(window: QWidget | None = None) -> Iterator[QWidget]:
    return (one for one in (window or front()).findChildren(QWidget) if in_sight(one))
