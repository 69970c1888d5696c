"""Raws: the preview first, else developed; both the right way up.

Only DNG can be made here. That other makers' files are told from TIFF and end as a sentence when
they are broken is in the corpus; that real ones are decoded is LibRaw's word, not tested.
"""

from __future__ import annotations

import struct

import numpy as np
import pytest

from engine.errors import PhotoError
from engine.photos import decode, formats, tiff
from tests.photos.packets import face, packet
from tests.photos.pictures import CORNERS, HOW, RED, close_to, corners, encoded
from tests.photos.raws import dng


def quarters(picture: np.ndarray) -> list[np.ndarray]:
    height, width = picture.shape[:2]
    return [picture[height * y // 4, width * x // 4] for y in (1, 3) for x in (1, 3)]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("preview", [True, False])
def test_it_is_upright_however_the_camera_was_held(orientation: int, preview: bool) -> None:
    stored = np.ascontiguousarray(HOW[orientation](corners(192, 128)))
    decoded = decode(dng(stored, stored[::2, ::2] if preview else None, orientation), 96)
    assert (decoded.width, decoded.height) == (192, 128)
    assert decoded.picture.shape == (64, 96, 3)
    for pixel, colour in zip(quarters(decoded.picture), CORNERS, strict=True):
        assert close_to(pixel, colour)


def test_the_preview_counts_where_it_is_large_enough() -> None:
    red = np.full((200, 300, 3), RED, np.uint8)
    data = dng(corners(600, 400), red)
    assert close_to(decode(data, 256).picture[150, 200], RED), "the preview"
    assert close_to(decode(data, 4000).picture[100, 150], RED), "half of the sensor's pixels"
    data = dng(corners(600, 400), red[:40, :60])
    shown = decode(data, 256)
    assert shown.picture.shape == (171, 256, 3)
    for pixel, colour in zip(quarters(shown.picture), CORNERS, strict=True):
        assert close_to(pixel, colour), "developed"


def without_sensor_values(data: bytes) -> bytes:
    """A DNG whose sensor's values are said to lie beyond its end."""
    at = data.index(struct.pack("<HHI", 273, 4, 1)) + 8
    return data[:at] + struct.pack("<I", 1 << 28) + data[at + 4 :]


def test_a_small_preview_is_better_than_nothing() -> None:
    decoded = decode(without_sensor_values(dng(corners(600, 400), corners(48, 32))), 256)
    assert decoded.picture.shape == (32, 48, 3)
    assert (decoded.width, decoded.height) == (600, 400)
    for pixel, colour in zip(quarters(decoded.picture), CORNERS, strict=True):
        assert close_to(pixel, colour)
    with pytest.raises(PhotoError, match="damaged"):
        decode(without_sensor_values(dng(corners(600, 400))), 256)


def test_when_with_what_and_what_of() -> None:
    xmp = packet(face("Ada", (0.25, 0.25, 0.1, 0.2)))
    decoded = decode(dng(corners(192, 128), corners(96, 64), 6, xmp), 96)
    assert decoded.info.taken_at == "2023-07-01T18:30:05"
    assert (decoded.info.camera, decoded.info.format) == ("Familiar Test", "RAW")
    (region,) = decoded.hints.regions
    assert region.name == "Ada"
    assert region.box == pytest.approx((0.65, 0.2, 0.85, 0.3))


def test_ordinary_tiffs_are_none() -> None:
    assert not tiff.is_raw(encoded(corners(), "TIFF"))
    assert formats.detect(dng(corners())) is formats.RAW
    assert formats.detect(encoded(corners(), "TIFF")) is formats.TIFF
