"""What a photo's file and its sidecars say about the picture: suggestions, never decisions.

Other programs and people wrote them: titles, keywords, stars, and where somebody's face is.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

Box = tuple[float, float, float, float]
"""Left, top, right, bottom as fractions of the upright picture, 0..1."""


@dataclass(frozen=True)
class Region:
    """A part of the picture that somebody marked; kind: "face" or "pet"."""

    box: Box
    name: str | None = None
    kind: str = "face"


@dataclass(frozen=True)
class Hints:
    """taken_at: ISO 8601, a day alone or a moment, with an offset where one is given; place:
    degrees north and east; rating: 1..5 stars, or -1 for rejected."""

    title: str | None = None
    description: str | None = None
    keywords: tuple[str, ...] = ()
    rating: int | None = None
    regions: tuple[Region, ...] = ()
    taken_at: str | None = None
    place: tuple[float, float] | None = None

    def __bool__(self) -> bool:
        return self != Hints()

    def or_else(self, other: Hints) -> Hints:
        """These hints, with what they leave open taken from others."""
        said = {one.name: value for one in fields(self) if (value := getattr(self, one.name))}
        return replace(other, **said)


@dataclass(frozen=True)
class Stored:
    """How a picture lies in its file: EXIF orientation (1..8), width and height there."""

    orientation: int = 1
    width: int = 0
    height: int = 0

    def upright(self, box: Box) -> Box:
        """A box of the picture as stored, as one of the upright picture, within it."""
        x0, y0, x1, y1 = (min(1.0, max(0.0, side)) for side in box)
        if self.orientation in (2, 3, 7, 8):
            x0, x1 = 1 - x1, 1 - x0
        if self.orientation in (3, 4, 6, 7):
            y0, y1 = 1 - y1, 1 - y0
        return (y0, x0, y1, x1) if self.orientation >= 5 else (x0, y0, x1, y1)
