"""When, where, and with which camera."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from PIL import Image, TiffImagePlugin

from engine.photos import PhotoInfo, decode
from tests.photos.pictures import corners, encoded, exif

PLACE = {1: "S", 2: (33.0, 51.0, 24.5), 3: "E", 4: (151.0, 12.0, 36.0)}


def info_of(block: Image.Exif, kind: str = "JPEG") -> PhotoInfo:
    return decode(encoded(corners(), kind, block), 64).info


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
def test_every_format_with_exif_says_when_where_and_which_camera(kind: str) -> None:
    info = info_of(
        exif(
            taken="2023:07:01 18:30:05",
            offset="+02:00",
            gps=PLACE,
            make="Canon",
            model="Canon EOS R5",
        ),
        kind,
    )
    assert info.taken_at == "2023-07-01T18:30:05+02:00"
    assert info.latitude == pytest.approx(-(33 + 51 / 60 + 24.5 / 3600))
    assert info.longitude == pytest.approx(151 + 12 / 60 + 36 / 3600)
    assert info.camera == "Canon EOS R5"


def test_a_picture_without_exif_says_nothing() -> None:
    assert decode(encoded(corners(), "GIF"), 64).info == PhotoInfo(None, None, None, None, "GIF")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2023:07:01 18:30:05", "2023-07-01T18:30:05"),
        ("2023-07-01 18:30:05", "2023-07-01T18:30:05"),
        ("2023:07:01 18:30", "2023-07-01T18:30:00"),
        ("2023:07:01 18:30:05\0\0", "2023-07-01T18:30:05"),
        ("0000:00:00 00:00:00", None),
        ("2023:02:30 10:00:00", None),
        ("    :  :     :  :  ", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates_as_cameras_write_them(written: str, read: str | None) -> None:
    assert info_of(exif(taken=written)).taken_at == read


def test_a_bad_time_zone_is_left_out_and_the_date_kept() -> None:
    assert info_of(exif(taken="2023:07:01 18:30:05", offset="  :  ")).taken_at == (
        "2023-07-01T18:30:05"
    )


def test_the_files_own_date_stands_in_for_a_missing_one() -> None:
    block = exif(taken="0000:00:00 00:00:00")
    block[0x0132] = "2020:01:02 03:04:05"
    assert info_of(block).taken_at == "2020-01-02T03:04:05"


@pytest.mark.parametrize(
    "gps",
    [
        {1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)},
        {1: "N", 2: (91.0, 0.0, 0.0), 3: "E", 4: (10.0, 0.0, 0.0)},
        {1: "N", 2: (10.0, 0.0, 0.0)},
        {
            1: "N",
            2: (TiffImagePlugin.IFDRational(0, 0),) * 3,
            3: "E",
            4: (TiffImagePlugin.IFDRational(0, 0),) * 3,
        },
    ],
    ids=["no fix", "beyond the pole", "half a place", "nought over nought"],
)
def test_an_absurd_place_is_no_place(gps: Mapping[int, object]) -> None:
    info = info_of(exif(gps=gps))
    assert (info.latitude, info.longitude) == (None, None)


@pytest.mark.parametrize(
    ("make", "model", "camera"),
    [
        ("Apple", "iPhone 15", "Apple iPhone 15"),
        ("NIKON CORPORATION", "NIKON D850", "NIKON D850"),
        ("Apple", None, "Apple"),
        (None, "X100", "X100"),
        ("  ", "\0\0", None),
        ("Evil\x1b[31m", "Cam", "Evil [31m Cam"),
    ],
)
def test_cameras(make: str | None, model: str | None, camera: str | None) -> None:
    assert info_of(exif(make=make, model=model)).camera == camera


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_damaged_exif_costs_the_metadata_and_not_the_picture() -> None:
    data = encoded(corners(), "JPEG", exif(taken="2023:07:01 18:30:05", gps=PLACE))
    start = data.index(b"Exif\0\0") + 6
    for at in range(start + 8, start + 120, 7):
        broken = data[:at] + b"\xff" * 6 + data[at + 6 :]
        assert decode(broken, 64).picture.shape == (43, 64, 3)
