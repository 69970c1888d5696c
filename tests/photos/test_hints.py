"""What other programs wrote about a picture: in its file, and beside it."""

from __future__ import annotations

import io
import os
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin, TiffImagePlugin

from engine.photos import Hints, Region, decode, decode_file, read_file, sidecars, xmp
from engine.photos.hints import Stored
from tests.photos.packets import face, packet, people_tag, words
from tests.photos.pictures import HOW, corners, encoded, exif

ADA = (0.25, 0.25, 0.1, 0.2)
"""Centre and size of a region in the picture as stored."""

FULL = packet(
    words("Ada &amp; Bo", "On the beach,\n in the rain", ["beach", "rain", "beach"]),
    'xmp:Rating="4" exif:GPSLatitude="59,54.8N" exif:GPSLongitude="10,45,30W" '
    'photoshop:DateCreated="2020-01-02T03:04:05.25+01:00"',
)
UNDERSTOOD = Hints(
    title="Ada & Bo",
    description="On the beach, in the rain",
    keywords=("beach", "rain"),
    rating=4,
    taken_at="2020-01-02T03:04:05+01:00",
    place=(59.9133333, -10.7583333),
)


def with_xmp(kind: str, data: bytes) -> bytes:
    """`corners()` with an XMP packet, as Pillow has it written in each format."""
    if kind == "PNG":
        info = PngImagePlugin.PngInfo()
        info.add_itxt("XML:com.adobe.xmp", data.decode())
        return encoded(corners(), kind, pnginfo=info)
    if kind == "TIFF":
        tags = TiffImagePlugin.ImageFileDirectory_v2()
        tags[700] = data
        tags.tagtype[700] = 1
        return encoded(corners(), kind, tiffinfo=tags)
    return encoded(corners(), kind, xmp=data)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
def test_xmp_in_every_format(kind: str) -> None:
    assert decode(with_xmp(kind, FULL), 64).hints == UNDERSTOOD


def test_nothing_said_is_no_hint() -> None:
    hints = decode(encoded(corners()), 64).hints
    assert hints == Hints()
    assert not hints


@pytest.mark.parametrize(
    ("attributes", "field", "value"),
    [
        ('xmp:Rating="0"', "rating", None),
        ('xmp:Rating="-1"', "rating", -1),
        ('xmp:Rating="5.0"', "rating", 5),
        ('xmp:Rating="1e999"', "rating", None),
        ('xmp:Rating="many"', "rating", None),
        ('xmp:CreateDate="2019-05-06"', "taken_at", "2019-05-06"),
        ('xmp:CreateDate="2019-05-06T07:08"', "taken_at", "2019-05-06T07:08:00"),
        ('xmp:CreateDate="2019-05-06T07:08:09Z"', "taken_at", "2019-05-06T07:08:09+00:00"),
        ('xmp:CreateDate="2019-02-30T07:08:09Z"', "taken_at", None),
        ('xmp:CreateDate="yesterday"', "taken_at", None),
        ('exif:GPSLatitude="91,0.0N" exif:GPSLongitude="10,0.0E"', "place", None),
        ('exif:GPSLatitude="59,0.0N"', "place", None),
        ('exif:GPSLatitude="0,0.0N" exif:GPSLongitude="0,0.0E"', "place", None),
        ('exif:GPSLatitude="0,0.0N" exif:GPSLongitude="9,30.0E"', "place", (0.0, 9.5)),
    ],
)
def test_values_as_they_are_written(attributes: str, field: str, value: object) -> None:
    assert getattr(xmp.parse(packet("", attributes), Stored()), field) == value


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "TIFF", "HEIF"])
def test_a_region_is_where_it_is_in_the_upright_picture(kind: str, orientation: int) -> None:
    """Marked around the red quarter as stored, the region is around it as shown."""
    stored = np.ascontiguousarray(HOW[orientation](corners()))
    red = np.argwhere((stored[..., 0] > 150) & (stored[..., 1] < 100)) / stored.shape[:2]
    (top, left), (bottom, right) = red.min(axis=0), red.max(axis=0)
    area = ((left + right) / 2, (top + bottom) / 2, right - left, bottom - top)
    body = face("Ada", area, drawn_on=(stored.shape[1], stored.shape[0]))
    data = encoded(stored, kind, exif(orientation=orientation))
    (region,) = decode(data, 96, [packet(body)]).hints.regions
    assert region.name == "Ada"
    assert region.box == pytest.approx((0, 0, 0.5, 0.5), abs=0.03)


def test_a_region_that_was_drawn_on_the_turned_picture_stays() -> None:
    data = encoded(np.ascontiguousarray(HOW[6](corners())), "JPEG", exif(orientation=6))
    drawn = packet(face("Ada", ADA, drawn_on=(96, 64)))
    (region,) = decode(data, 96, [drawn]).hints.regions
    assert region.box == pytest.approx((0.2, 0.15, 0.3, 0.35))


@pytest.mark.parametrize("orientation", [1, 3, 6])
def test_microsofts_people_tags(orientation: int) -> None:
    stored = np.ascontiguousarray(HOW[orientation](corners()))
    data = encoded(stored, "JPEG", exif(orientation=orientation))
    (region,) = decode(data, 96, [packet(people_tag("Bo", "0.2, 0.15, 0.1, 0.2"))]).hints.regions
    boxes = {1: (0.2, 0.15, 0.3, 0.35), 3: (0.7, 0.65, 0.8, 0.85), 6: (0.65, 0.2, 0.85, 0.3)}
    assert region == Region(pytest.approx(boxes[orientation]), "Bo")  # type: ignore[arg-type]


def test_pets_count_and_other_regions_do_not() -> None:
    def kinds(kind: str) -> list[str]:
        return [one.kind for one in xmp.parse(packet(face("It", ADA, kind=kind)), Stored()).regions]

    assert kinds("Pet") == ["pet"]
    assert kinds("Face") == ["face"]
    assert kinds("Focus") == []
    assert kinds("BarCode") == []


@pytest.mark.parametrize(
    "area",
    [(0.5, 0.5, 0, 0.1), (0.5, 0.5, -1, 0.1), (9, 9, 0.1, 0.1), (float("nan"), 0.5, 0.1, 0.1)],
)
def test_a_region_that_is_nowhere_is_left_out(area: tuple[float, float, float, float]) -> None:
    assert xmp.parse(packet(face("Ada", area)), Stored()).regions == ()


def test_a_region_that_sticks_out_is_cut_off() -> None:
    (region,) = xmp.parse(packet(face("Ada", (0, 0, 1, 1))), Stored()).regions
    assert region.box == (0, 0, 0.5, 0.5)


BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
<x>&c;</x>"""
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><x>&a;</x>'


@pytest.mark.parametrize(
    "nonsense",
    [
        b"",
        b"nonsense",
        FULL[:200],
        FULL.replace(b"rdf:RDF", b"rdf:FDR"),
        BOMB,
        OUTSIDE,
        b"<x>" * 100_000,
        packet("<dc:title>" + "<rdf:Description>" * 50 + "</rdf:Description>" * 50 + "</dc:title>"),
        b" " * (xmp.MOST_BYTES + 1),
        FULL.decode().encode("utf-16")[:-7],
    ],
    ids=["nothing", "words", "cut", "no RDF", "bomb", "outside", "deep", "deep RDF", "long", "16"],
)
def test_xmp_that_makes_no_sense_costs_nothing_else(nonsense: bytes) -> None:
    decoded = decode(encoded(corners()), 96, [nonsense])
    assert decoded.picture.shape == (64, 96, 3)
    assert decoded.hints == Hints()


def test_padding_and_other_encodings_are_no_obstacle() -> None:
    assert xmp.parse(b"\n " + FULL + b"\0" * 20, Stored()) == UNDERSTOOD
    assert xmp.parse(FULL.decode().encode("utf-16"), Stored()) == UNDERSTOOD


def iptc(records: list[tuple[int, int, bytes]]) -> bytes:
    """A JPEG with IPTC records, as press agencies write them."""
    body = b"".join(
        b"\x1c" + bytes((record, number)) + struct.pack(">H", len(value)) + value
        for record, number, value in records
    )
    block = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(body)) + body + bytes(len(body) % 2)
    segment = b"Photoshop 3.0\0" + block
    data = encoded(corners())
    return data[:2] + b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment + data[2:]


def test_iptc() -> None:
    data = iptc(
        [
            (1, 90, b"\x1b%G"),
            (2, 5, "Fähre".encode()),
            (2, 25, b"sea"),
            (2, 25, b"ship"),
            (2, 55, b"20200102"),
            (2, 60, b"030405+0100"),
            (2, 120, b"Leaving"),
        ]
    )
    assert decode(data, 96).hints == Hints(
        title="Fähre",
        description="Leaving",
        keywords=("sea", "ship"),
        taken_at="2020-01-02T03:04:05+01:00",
    )


@pytest.mark.parametrize("text", ["Fähre".encode("latin-1"), "Fähre".encode()])
def test_iptc_that_does_not_say_its_encoding(text: bytes) -> None:
    assert decode(iptc([(2, 5, text)]), 96).hints == Hints(title="Fähre")


def test_broken_iptc_costs_nothing_else() -> None:
    good = iptc([(2, 5, b"A title that is long enough")])
    at = good.index(b"\x1c\x02\x05")
    for broken in (good[: at + 3] + b"\x80\xff" + good[at + 5 :], good.replace(b"8BIM", b"8BIX")):
        decoded = decode(broken, 96)
        assert decoded.picture.shape == (64, 96, 3)
        assert decoded.hints == Hints()


def test_a_sidecar_is_believed_before_the_file_and_both_are_heard(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(with_xmp("JPEG", FULL))
    (tmp_path / "a.xmp").write_bytes(packet(words("From a.xmp", "Words from a.xmp")))
    (tmp_path / "a.jpg.xmp").write_bytes(packet(words("From a.jpg.xmp")))
    hints = decode_file(read_file(path), 96, sidecars.read(path)).hints
    assert hints.title == "From a.jpg.xmp"
    assert hints.description == "Words from a.xmp"
    assert hints.keywords == ("beach", "rain")


@pytest.mark.parametrize("name", ["a.jpg.xmp", "a.xmp", "a.jpg.XMP", "a.XMP"])
def test_sidecars_by_every_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"<x/>")
    assert sidecars.read(tmp_path / "a.jpg") == [b"<x/>"]
    assert sidecars.read(os.fsencode(tmp_path / "a.jpg")) == [b"<x/>"]


def test_a_sidecar_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.xmp").mkdir()
    os.mkfifo(tmp_path / "a.jpg.xmp")
    with open(tmp_path / "b.xmp", "wb") as file:
        file.truncate(xmp.MOST_BYTES + 1)
    assert sidecars.read(tmp_path / "a.jpg") == []
    assert sidecars.read(tmp_path / "b.jpg") == []
    assert sidecars.read(tmp_path / "c.jpg") == []


def test_hints_of_a_video_come_from_its_sidecar(tmp_path: Path) -> None:
    from tests.photos.movies import movie

    hints = decode(movie(about={"title": "Inside"}), 96, [packet(words("Beside"))]).hints
    assert hints.title == "Beside"


def test_a_picture_reloaded_has_no_leftovers() -> None:
    """Two files in a row: what one said is not said of the other."""
    assert decode(with_xmp("JPEG", FULL), 64).hints == UNDERSTOOD
    out = io.BytesIO()
    Image.fromarray(corners()).save(out, "JPEG")
    assert decode(out.getvalue(), 64).hints == Hints()
