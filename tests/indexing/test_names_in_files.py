"""Names in real files, until somebody is known by them; boxes are of the upright photo."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.familiar import Familiar
from engine.indexing.teaching import Example
from engine.library import Library
from engine.library.tags import Box
from tests.photos.packets import face, packet, people_tag
from tests.photos.pictures import HOW, corners, encoded, exif
from tests.tiny import TinyPack, paint


@pytest.fixture
def familiar(home: Path) -> Iterator[Familiar]:
    with Familiar(Library.open(home), TinyPack()) as opened:
        yield opened


def stored_red(orientation: int) -> tuple[np.ndarray, tuple[float, float, float, float]]:
    """`corners()` as it is stored so, and where its red quarter lies there: left, top, size."""
    stored = np.ascontiguousarray(HOW[orientation](corners()))
    red = np.argwhere((stored[..., 0] > 150) & (stored[..., 1] < 100)) / stored.shape[:2]
    (top, left), (bottom, right) = red.min(axis=0), red.max(axis=0)
    return stored, (left, top, right - left, bottom - top)


def middle(box: Box, jpeg: bytes) -> tuple[int, ...]:
    """The colour in the middle of a box of a thumbnail."""
    picture = Image.open(io.BytesIO(jpeg)).convert("RGB")
    x, y = (box[0] + box[2]) / 2 * picture.width, (box[1] + box[3]) / 2 * picture.height
    colour = picture.getpixel((round(x), round(y)))
    assert isinstance(colour, tuple)
    return colour


def test_faces_are_where_they_are_seen_however_the_camera_was_held(
    familiar: Familiar, tmp_path: Path
) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    for orientation in HOW:
        stored, (left, top, width, height) = stored_red(orientation)
        data = encoded(stored, "JPEG", exif(orientation=orientation), comment=b"%d" % orientation)
        mwg = packet(face("Ada", (left + width / 2, top + height / 2, width, height)))
        (photos / f"{orientation}.jpg").write_bytes(data)
        (photos / f"{orientation}.jpg.xmp").write_bytes(mwg)
        windows = packet(people_tag("Bo", f"{left}, {top}, {width}, {height}"))
        inside = encoded(
            stored, "JPEG", exif(orientation=orientation), xmp=windows, comment=b"w%d" % orientation
        )
        (photos / f"{orientation}-windows.jpg").write_bytes(inside)
    familiar.add(photos)
    familiar.index(captions=False)
    offers = familiar.library.carried.all()
    assert {one.name: len(one.faces) for one in offers} == {"Ada": 8, "Bo": 8}
    for offer in offers:
        for found in offer.faces:
            assert found.box == pytest.approx((0, 0, 0.5, 0.5), abs=0.03)
            jpeg = familiar.library.thumbnails.get(found.photo_id)
            assert jpeg is not None
            red, green, blue = middle(found.box, jpeg)
            assert red > 180
            assert max(green, blue) < 80


ADA, BO = (200, 40, 40), (40, 40, 200)
AREA = (14 / 64, 14 / 64, 20 / 64, 20 / 64)
"""Where `paint` puts the first face: centre and size."""
ELSEWHERE = (48 / 64, 50 / 64, 12 / 64, 12 / 64)


def test_a_name_is_taught_and_only_who_is_not_seen_is_still_offered(
    familiar: Familiar, tmp_path: Path
) -> None:
    """In one photo Ada's face is not made out, but somebody else's is: they are not her."""
    photos = tmp_path / "photos"
    for n in range(4):
        paint(photos / f"{n}.png", ["green"], n, [ADA])
        (photos / f"{n}.xmp").write_bytes(packet(face("Ada", AREA)))
    odd = paint(photos / "odd.png", ["green"], 5, [BO])
    (photos / "odd.png.xmp").write_bytes(packet(face("Ada", ELSEWHERE)))
    bo = paint(photos / "bo.png", ["green"], 6, [BO])
    familiar.add(photos)
    familiar.index(captions=False)
    (offer,) = familiar.library.carried.all()
    assert len(offer.faces) == 5
    best = familiar.library.carried.clearest(offer, 2)
    taught = familiar.teach("Ada", "person", [Example(one.photo_id, one.box) for one in best])
    assert (taught.tagged, taught.recognised) == (2, 2)
    (left,) = familiar.library.carried.all()
    photo = familiar.library.photos.by_path(odd)
    assert photo is not None
    assert (left.concept_id, [one.photo_id for one in left.faces]) == (
        taught.concept.id,
        [photo.id],
    )
    # The owner says that she is there all the same: nobody else is taken for her then.
    ada = taught.concept.id
    familiar.library.tags.add_many(ada, {one.photo_id: one.box for one in left.faces})
    familiar.learn({ada: [photo.id]})
    assert familiar.library.carried.all() == []
    assert [one.name for one in familiar.show(bo).sightings] == []
    assert [(one.name, one.state) for one in familiar.show(odd).sightings] == [("Ada", "confirmed")]
