"""Which picture is wanted, and how it is to look."""

from __future__ import annotations

from typing import NamedTuple

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 as fractions of the upright picture."""


class Picture(NamedTuple):
    """A photo's thumbnail as it is drawn: filling width x height pixels of the screen.

    radius: of its corners, in the same pixels; half the width makes it round. box: the part that
    must be in it, such as a face; None is the middle of the photo. whole: the whole photo is shown,
    inside the given size, rather than filling it.
    """

    photo_id: int
    width: int
    height: int
    radius: float = 0.0
    box: Box | None = None
    whole: bool = False
