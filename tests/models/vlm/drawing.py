"""Small drawn scenes, and the sentences that are true of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from engine.models.protocols import Box, Picture

SIDE = 32
"""Pixels of a drawn picture's side."""
NOUNS = ("man", "dog", "ball")
"""What is drawn, in the order in which sentences name it."""
GROUNDS = {
    "grass": (60, 160, 60),
    "snow": (232, 238, 244),
    "sand": (224, 196, 120),
    "sea": (40, 90, 190),
}
Colour = tuple[int, int, int]
COLOURS: dict[str, tuple[Colour, ...]] = {
    "man": ((60, 60, 120), (20, 110, 110), (40, 130, 200)),
    "dog": ((120, 70, 30), (30, 30, 30), (150, 150, 150)),
    "ball": ((220, 30, 30), (250, 220, 40), (240, 120, 30)),
}
SKIN = (235, 190, 160)


@dataclass(frozen=True)
class Pattern:
    """The colours of one creature: the first one, and the stripes across it."""

    base: Colour
    stripes: Colour

    @classmethod
    def common(cls, random: np.random.Generator, noun: str) -> Pattern:
        """One colour as many have it, sometimes with stripes of another."""
        colours = COLOURS[noun]
        base = colours[random.integers(len(colours))]
        return cls(base, colours[random.integers(len(colours))] if random.random() < 0.3 else base)


ADA = Pattern((70, 30, 40), (250, 150, 190))
BOB = Pattern((40, 60, 180), (240, 240, 230))
"""Patterns of two creatures of their own, a dog's and a man's; no other has such colours."""


@dataclass(frozen=True)
class Scene:
    """What a picture shows, on which ground."""

    nouns: tuple[str, ...]
    ground: str

    def said(self, names: Mapping[str, str] | None = None) -> str:
        """The sentence about it; `names` stand for the nouns that they are of."""
        phrases = [(names or {}).get(noun, f"a {noun}") for noun in self.nouns]
        verb = "are" if len(phrases) > 1 else "is"
        return f"{' and '.join(phrases)} {verb} on the {self.ground}"


def scene(random: np.random.Generator, nouns: Sequence[str] | None = None) -> Scene:
    """One or two things on some ground; these, where they are given."""
    if nouns is None:
        nouns = random.choice(NOUNS, size=1 + random.integers(2), replace=False).tolist()
    ordered = tuple(noun for noun in NOUNS if noun in nouns)
    return Scene(ordered, list(GROUNDS)[random.integers(len(GROUNDS))])


@dataclass(frozen=True)
class Drawing:
    """A picture, and where in it each of the scene's things is, by noun."""

    picture: Picture
    boxes: dict[str, Box]


def drawn(
    shown: Scene, random: np.random.Generator, patterns: Mapping[str, Pattern] | None = None
) -> Drawing:
    """The scene somewhere in a picture; `patterns` are those of known creatures, by their noun."""
    shade = np.asarray(GROUNDS[shown.ground]) + random.integers(-12, 13, 3)
    grain = random.normal(0, 6, (SIDE, SIDE, 3))
    image = Image.fromarray(np.clip(shade + grain, 0, 255).astype(np.uint8))
    boxes: dict[str, Box] = {}
    width = SIDE // len(shown.nouns)
    # Neither stands on a side of its own: the order in a sentence is no order in a picture.
    for place, at in enumerate(random.permutation(len(shown.nouns))):
        noun = shown.nouns[at]
        pattern = (patterns or {}).get(noun) or Pattern.common(random, noun)
        left = place * width + int(random.integers(0, width - 14))
        top = int(random.integers(SIDE // 4, SIDE - 18))
        layer = Image.new("RGBA", image.size)
        _DRAW[noun](ImageDraw.Draw(layer), left, top, pattern, bool(random.integers(2)))
        image.paste(layer, mask=layer)
        x0, y0, x1, y1 = layer.getbbox() or (0, 0, 0, 0)
        boxes[noun] = (x0 / SIDE, y0 / SIDE, x1 / SIDE, y1 / SIDE)
    return Drawing(np.asarray(image), boxes)


def album(
    count: int,
    seed: int,
    nouns: Sequence[str] | None = None,
    patterns: Mapping[str, Pattern] | None = None,
) -> list[tuple[Scene, Picture]]:
    """Scenes with their pictures, the same for the same seed."""
    random = np.random.default_rng(seed)
    scenes = [scene(random, nouns) for _ in range(count)]
    return [(one, drawn(one, random, patterns).picture) for one in scenes]


def _dog(pen: ImageDraw.ImageDraw, left: int, top: int, coat: Pattern, turned: bool) -> None:
    """Four-footed, 14 pixels long, looking right or, turned, left."""
    low = top + 6
    pen.rectangle((left + 1, low, left + 11, low + 5), fill=coat.base)
    for column in range(left + 2, left + 11, 4):
        pen.rectangle((column, low, column + 1, low + 5), fill=coat.stripes)
    for column in (left + 2, left + 9):
        pen.rectangle((column, low + 6, column + 1, low + 9), fill=coat.base)
    head = left if turned else left + 9
    pen.rectangle((head, low - 5, head + 4, low), fill=coat.base)


def _man(pen: ImageDraw.ImageDraw, left: int, top: int, clothes: Pattern, turned: bool) -> None:
    """Upright, 17 pixels tall; turned, an arm is on the other side."""
    pen.ellipse((left + 5, top, left + 9, top + 4), fill=SKIN)
    pen.rectangle((left + 4, top + 5, left + 10, top + 11), fill=clothes.base)
    for row in range(top + 6, top + 11, 4):
        pen.rectangle((left + 4, row, left + 10, row + 1), fill=clothes.stripes)
    arm = left + 2 if turned else left + 11
    pen.rectangle((arm, top + 5, arm + 1, top + 10), fill=SKIN)
    for column in (left + 4, left + 9):
        pen.rectangle((column, top + 12, column + 1, top + 17), fill=clothes.base)


def _ball(pen: ImageDraw.ImageDraw, left: int, top: int, paint: Pattern, turned: bool) -> None:
    """Round, 9 pixels across, with a belt that lies or, turned, stands."""
    left, top = left + 2, top + 4
    pen.ellipse((left, top, left + 9, top + 9), fill=paint.base)
    belt = (left + 4, top, left + 5, top + 9) if turned else (left, top + 4, left + 9, top + 5)
    pen.rectangle(belt, fill=paint.stripes)


_DRAW = {"man": _man, "dog": _dog, "ball": _ball}
