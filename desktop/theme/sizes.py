"""Distances and type, in device-independent pixels."""

from __future__ import annotations

from PySide6.QtGui import QFont

PHOTO_RADIUS = 4
CONTROL_RADIUS = 9
CARD_RADIUS = 14

GAP = 4
"""Between photos of a grid."""
TIGHT = 8
NEAR = 12
APART = 20
EDGE = 22
"""Between a page's border and what is on it."""

SIDEBAR_WIDTH = 208
BAR_HEIGHT = 46
"""Of the search bar."""
CONTROL_HEIGHT = 34
RING = 2
"""Width of the ring around what has the keyboard."""

SMALL, BASE, HEADING, TITLE, DISPLAY = 12, 14, 16, 20, 26


def font(size: int = BASE, *, strong: bool = False) -> QFont:
    """The windows' font at a size in pixels; strong is what titles and names are set in."""
    made = QFont()
    made.setPixelSize(size)
    if strong:
        made.setWeight(QFont.Weight.DemiBold)
    return made


def figures(size: int = SMALL, *, strong: bool = False) -> QFont:
    """Like `font`, with figures of one width, for counts that change while one looks."""
    made = font(size, strong=strong)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made
