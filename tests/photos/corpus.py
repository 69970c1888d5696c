"""Awkward files of every kind that people's folders hold, each with what has to come of it.

All are made on the spot. A case is either readable, with its size and what it shows, or refused
with a sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.photos.pictures import CORNERS, RED

Colour = tuple[int, int, int]

AS_CORNERS = CORNERS
"""What `corners()` shows, upright: four colours."""

ALL_RED = (RED,) * 4


@dataclass(frozen=True)
class Case:
    """One awkward file.

    size: width and height of the upright picture; shows: the colours of its quarters (top left,
    top right, bottom left, bottom right), None where they do not matter; refused: what the
    sentence says instead, as a regular expression. by: how far colours may be off.
    """

    name: str
    make: Callable[[], bytes]
    size: tuple[int, int] = (0, 0)
    format: str = ""
    shows: tuple[Colour, ...] | None = AS_CORNERS
    refused: str = ""
    by: int = 40


def every_case() -> list[Case]:
    """The whole corpus; names are those of files and all different."""
    from tests.photos import (
        corpus_coded,
        corpus_jpeg,
        corpus_pictures,
        corpus_refused,
        corpus_sensors,
    )

    cases = [
        *corpus_jpeg.CASES,
        *corpus_pictures.CASES,
        *corpus_coded.CASES,
        *corpus_sensors.CASES,
        *corpus_refused.CASES,
    ]
    assert len({case.name for case in cases}) == len(cases)
    return cases
