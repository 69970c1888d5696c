"""What is asked for, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtGui import QPixmap

WHOLE = 1 << 20
"""A side longer than any: every pixel of the file."""


class Wanted(NamedTuple):
    """A photo whose longest side is to have this many pixels, or all it has if those are fewer."""

    photo_id: int
    side: int


@dataclass(frozen=True, eq=False)
class Loaded:
    """A photo's pixels, upright. width, height: of the picture in the file, in pixels, of which
    `pixmap` may have fewer."""

    wanted: Wanted
    pixmap: QPixmap
    width: int
    height: int

    @property
    def whole(self) -> bool:
        """Whether there is no more in the file."""
        return self.pixmap.width() >= self.width


@dataclass(frozen=True)
class Missing:
    """A photo that cannot be shown from its file. gone: no file is where it was, perhaps because
    a drive is not there; reason: a sentence."""

    photo_id: int
    gone: bool
    reason: str
