"""Small JPEGs."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from engine.photos import decode, thumbnails
from tests.photos.pictures import CORNERS, close_to, corners, encoded, exif


@pytest.mark.parametrize(
    ("size", "made"),
    [((96, 64), (96, 64)), ((1024, 512), (512, 256)), ((1, 4000), (1, 512)), ((513, 1), (512, 1))],
)
def test_a_thumbnail_is_a_jpeg_of_the_right_size(
    size: tuple[int, int], made: tuple[int, int]
) -> None:
    data = thumbnails.make(np.array(Image.new("RGB", size, "teal")))
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == "JPEG"
        assert image.size == made


def test_it_shows_the_picture_and_carries_no_metadata() -> None:
    block = exif(orientation=6, gps={1: "N", 2: (1.0, 2.0, 3.0), 3: "E", 4: (1.0, 2.0, 3.0)})
    stored = np.ascontiguousarray(np.rot90(corners(1200, 800), 1))
    thumbnail = thumbnails.make(decode(encoded(stored, "JPEG", block), 1200).picture)
    with Image.open(io.BytesIO(thumbnail)) as image:
        assert image.size == (512, 341)
        assert not image.getexif()
        seen = [image.getpixel(at) for at in ((100, 80), (400, 80), (100, 260), (400, 260))]
    assert all(close_to(pixel, colour) for pixel, colour in zip(seen, CORNERS, strict=True))


def test_resizing_keeps_a_small_picture_as_it_is() -> None:
    picture = corners()
    assert thumbnails.resized(picture, 96) is picture
    assert thumbnails.resized(picture, 48).shape == (32, 48, 3)
