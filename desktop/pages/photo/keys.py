"""The keys of the photo page; where one writes, they are only letters."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut

if TYPE_CHECKING:
    from desktop.pages.photo.page import PhotoPage

_FAR = 1 << 40
"""More photos than there are."""
_PAN = 0.25
_ONCE = frozenset(("Escape", "F", "T", "I", "E", "A", "H"))
"""Keys that do it once, however long they are held: else they would undo it right away, or more
than was seen. The others go on and on, or zoom."""


def install(page: PhotoPage) -> None:
    """Let the keys work wherever on the page the keyboard is."""
    for key, act in _keys(page).items():
        shortcut = QShortcut(QKeySequence(key), page)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.setAutoRepeat(key not in _ONCE)
        shortcut.activated.connect(act)


def _keys(page: PhotoPage) -> dict[str, Callable[[], object]]:
    stage = page.stage
    return {
        "Left": lambda: page.step(-1),
        "Right": lambda: page.step(1),
        "PgUp": lambda: page.step(-1),
        "PgDown": lambda: page.step(1),
        "Home": lambda: page.step(-_FAR),
        "End": lambda: page.step(_FAR),
        "Escape": page.escape,
        "+": stage.zoom_in,
        "=": stage.zoom_in,
        "Ctrl++": stage.zoom_in,
        "-": stage.zoom_out,
        "Ctrl+-": stage.zoom_out,
        "0": stage.fit,
        "Ctrl+0": stage.fit,
        "1": stage.zoom_to_pixels,
        "Shift+Left": lambda: stage.pan(-_PAN, 0),
        "Shift+Right": lambda: stage.pan(_PAN, 0),
        "Shift+Up": lambda: stage.pan(0, -_PAN),
        "Shift+Down": lambda: stage.pan(0, _PAN),
        "F": page.favour,
        "T": lambda: stage.take_pen(not stage.pen),
        "I": page.toggle_panel,
        "E": page.edit_caption,
        "A": page.ask,
        "H": page.seek_first,
    }
