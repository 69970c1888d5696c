"""What can be done with chosen photos: offered beside a selection, and by a right click."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desktop.context import Context


@dataclass(frozen=True)
class PhotoAction:
    """A few words ("Add to an album…"), an icon, and what it does with some photos.

    key: a letter that does the same in the grid, shown in the menu; empty for none.
    """

    text: str
    icon: str
    run: Callable[[Context, Sequence[int]], None]
    key: str = ""
