"""The photos of the suite: small, all different in every feature, with people, a pet and dates."""

from __future__ import annotations

import datetime
import os
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from engine.photos import read, read_file, thumbnails
from tests.faults.counting import key_of
from tests.tiny import COLOURS, FRAMES, TinyEncoder

FIRST, LATER = 160, 64
"""How many photos there are in the first folder, and how many in the one that comes later."""

ADA, ZOE = (250, 9, 40), (20, 200, 240)
_NAMES = list(COLOURS)
_BROKEN = "broken.png"


@dataclass
class Pictures:
    """Two folders of photos, and how the steps' notes name each of them.

    many, more: how many in the first and in the later; taught: whether anybody is taught; keys:
    content hash by what notes say of a picture or of a look.
    """

    first: Path
    later: Path
    many: int = 0
    more: int = 0
    taught: bool = True
    keys: dict[str, str] = field(default_factory=dict)

    def learn(self, *paths: Path, looks: bool = True) -> None:
        """Take in what notes will say of these photos, and of their looks if those differ."""
        for path in paths:
            content = read_file(path).content_hash
            try:
                picture = read(path, thumbnails.SIDE).picture
            except Exception:
                continue  # a broken one, of which notes say only that it was read
            self.keys[key_of(picture)] = content
            if looks:
                self.keys[key_of(TinyEncoder()._encode(picture).rows)] = content

    @property
    def of_ada(self) -> list[Path]:
        """Photos to teach the person Ada from."""
        return [self.first / name(number) for number in (0, 4, 8)]

    @property
    def of_rex(self) -> list[Path]:
        """Photos to teach the pet Rex from, who is orange."""
        return [self.first / name(number) for number in (6, 14, 22)]


def name(number: int) -> str:
    """The file of a photo."""
    return f"{number // 50}/{number:04}.png"


def make(place: Path, first: int, later: int, *, taught: bool) -> Pictures:
    """Paint all photos, one of them in two places and one broken; their times are always alike."""
    pictures = Pictures(place / "first", place / "later", first, later, taught)
    for number in range(first):
        draw(pictures.first / name(number), number)
    for number in range(first, first + later):
        draw(pictures.later / name(number), number)
    twin = pictures.first / "twin.png"
    twin.write_bytes((pictures.first / name(1)).read_bytes())
    os.utime(twin, (1_700_000_000, 1_700_000_000))
    broken = pictures.first / _BROKEN
    broken.write_bytes((pictures.first / name(2)).read_bytes()[:200])
    os.utime(broken, (1_700_000_001, 1_700_000_001))
    pictures.learn(*sorted(place.rglob("*.png")))
    assert len(pictures.keys) == 2 * (first + later), "two photos have something in common"
    return pictures


def draw(path: Path, number: int) -> Path:
    """One photo: colours by its number, which is also written into it as stripes (below 1024)."""
    random = np.random.default_rng(number)
    picture = np.full((64, 64, 3), COLOURS[_NAMES[number % 8]], np.uint8)
    picture[24:40, :32] = COLOURS[_NAMES[number // 8 % 8]]
    noisy = picture.astype(np.int16) + random.integers(-8, 9, picture.shape)
    picture = noisy.clip(0, 250).astype(np.uint8)
    units, rest = number % 10, number // 10
    picture[56:, : 2 * units] = COLOURS["white"]
    picture[48:56, : 2 * (rest % 10)] = COLOURS["black"]
    picture[40:48, : 2 * (rest // 10)] = COLOURS["grey"]
    for place, face in enumerate(_faces(number)):
        left = 4 + 32 * place
        picture[4:24, left : left + 20] = FRAMES[place]
        picture[7:21, left + 3 : left + 17] = face
    image = Image.fromarray(picture)
    moment = datetime.datetime(2021, 5, 1, 9) + datetime.timedelta(  # noqa: DTZ001
        days=number // 12 * 20, minutes=number
    )
    exif = image.getexif()
    exif.get_ifd(0x8769)[0x9003] = moment.strftime("%Y:%m:%d %H:%M:%S")
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, compress_level=1, exif=exif)
    stamp = 1_600_000_000 + number
    os.utime(path, (stamp, stamp))
    return path


def _faces(number: int) -> list[tuple[int, int, int]]:
    if number % 4 == 0:
        return [ADA, ZOE] if number % 8 == 4 else [ADA]
    return [ZOE] if number % 5 == 0 else []
