"""Fills a home with photos as indexing leaves them, without models and without files.

Rows, dates, captions, people and thumbnails are real; only what they say is made up. Tests, the
measurement of the desktop and its screenshots use the same.
"""

from __future__ import annotations

import datetime
import functools
import hashlib
import io
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PIL import Image, ImageDraw

from engine.library import Library
from engine.library.info import Info
from engine.library.photos import Found
from engine.library.stages import ENCODE

FOLDER = Path("/photos/familiar-tests")
"""Where the photos pretend to lie."""
MODEL = "made up 1"
_CHUNK = 20_000

_DOING = ("running", "sitting", "playing", "sleeping", "laughing", "standing")
_WHERE = ("on the beach", "in the garden", "in the snow", "by the lake", "at home", "in the park")


@functools.cache
def drawn(number: int, width: int = 512, height: int = 384, quality: int = 60) -> bytes:
    """A JPEG of a simple scene: sky, ground, a few shapes; another one for each number."""
    chance = random.Random(number)
    image = Image.new("RGB", (width, height), _colour(chance, 120, 235))
    draw = ImageDraw.Draw(image)
    line = height * chance.randint(45, 75) // 100
    draw.rectangle((0, line, width, height), fill=_colour(chance, 40, 150))
    for _ in range(chance.randint(2, 5)):
        size = chance.randint(height // 8, height // 3)
        x, y = chance.randint(0, width - size), chance.randint(line - size, height - size)
        shape = chance.choice((draw.ellipse, draw.rectangle))
        shape((x, y, x + size, y + size), fill=_colour(chance, 20, 250))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def taken_at(number: int, count: int, newest: datetime.datetime, years: float) -> str:
    """When photo `number` of `count` was taken: from the newest back over some years, unevenly."""
    back = datetime.timedelta(days=365.25 * years * (number / max(1, count)) ** 1.3)
    return (newest - back).isoformat(timespec="seconds")


def fill(
    home: Path,
    count: int,
    pictures: Sequence[bytes] | None = None,
    *,
    years: float = 12,
    newest: datetime.datetime = datetime.datetime(2026, 8, 14, 16, 20),  # noqa: DTZ001
    people: Sequence[tuple[str, str]] = (),
    captions: bool = True,
    folder: Path = FOLDER,
    report: Callable[[int], None] = lambda _: None,
) -> list[int]:
    """Make a library of `count` photos in `home`; their ids, the newest first.

    pictures: JPEGs of thumbnails, used again and again. people: (name, kind), the first in every
    third photo, the next in every fifth, then every seventh. report hears how many are written.
    """
    pictures = pictures or [drawn(number) for number in range(24)]
    ids: list[int] = []
    with Library.open(home) as library:
        place = library.folders.add(folder)
        concepts = [library.concepts.add(name, kind) for name, kind in people]
        for start in range(0, count, _CHUNK):
            numbers = range(start, min(start + _CHUNK, count))
            with library.transaction():
                some = library.photos.record_many(_found(numbers, folder, place.id))
                library.info.put_many(
                    {
                        photo: _info(number, taken_at(number, count, newest, years))
                        for photo, number in zip(some, numbers, strict=True)
                    }
                )
                library.thumbnails.put_many(
                    {
                        photo: pictures[_mixed(number) % len(pictures)]
                        for photo, number in zip(some, numbers, strict=True)
                    }
                )
                library.stages.finish_many(ENCODE, MODEL, some)
                if captions:
                    library.captions.put_many(
                        [
                            (photo, caption(number, [one.id for one in concepts]), MODEL, None)
                            for photo, number in zip(some, numbers, strict=True)
                        ]
                    )
            ids += some
            report(len(ids))
        for at, concept in enumerate(concepts):
            scores = [
                (photo, 0.97 - (number % 40) / 100, "recognised", (0.3, 0.2, 0.7, 0.8))
                for number, photo in enumerate(ids)
                if shows(number, at)
            ]
            library.sightings.put_scores(concept.id, MODEL, scores)
    return ids


def shows(number: int, person: int) -> bool:
    """Whether the photo with this number shows the person at this place of `people`."""
    return number % (3 + 2 * person) == 0


def caption(number: int, concepts: Sequence[int]) -> str:
    """The template of the photo with this number."""
    doing = f"is {_DOING[number % len(_DOING)]} {_WHERE[number % 7 % len(_WHERE)]}"
    seen = [f"{{c{one}}}" for at, one in enumerate(concepts) if shows(number, at)]
    return f"{' and '.join(seen) or 'Somebody'} {doing}"


def _found(numbers: range, folder: Path, folder_id: int) -> Iterator[Found]:
    for number in numbers:
        digest = hashlib.blake2b(f"{number}".encode(), digest_size=32).hexdigest()
        yield Found(folder / f"{number:07}.jpg", digest, 1000 + number, number * 10**9, folder_id)


def _info(number: int, when: str) -> Info:
    return Info(4032, 3024, when, None, None, "Canon EOS R6", "JPEG")


def _mixed(number: int) -> int:
    """Neighbours get pictures that are not neighbours."""
    return number * 2_654_435_761 % (1 << 32) >> 7


def _colour(chance: random.Random, least: int, most: int) -> tuple[int, int, int]:
    return chance.randint(least, most), chance.randint(least, most), chance.randint(least, most)
