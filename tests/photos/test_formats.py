"""Which files are photos."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.photos import formats
from tests.photos.pictures import corners, encoded


@pytest.mark.parametrize(
    "name",
    [
        "a.jpg",
        "A.JPG",
        "b.jpeg",
        "c.Png",
        "d.webp",
        "e.tiff",
        "f.tif",
        "g.gif",
        "h.HEIC",
        "i.avif",
        "j.mov",
        "k.MP4",
        "l.dng",
        "m.CR3",
    ],
)
def test_photos_are_known_by_their_extension(name: str) -> None:
    assert formats.is_photo(name)
    assert formats.is_photo(Path("/some/where") / name)


@pytest.mark.parametrize(
    "name", ["notes.txt", "jpg", "a.jpg.part", "a.jpg.xmp", "song.mp3", "._IMG_1.jpg", ""]
)
def test_other_files_are_not_photos(name: str) -> None:
    assert not formats.is_photo(name)


def test_a_name_that_is_not_utf8_may_be_a_photo() -> None:
    assert formats.is_photo(b"caf\xe9.jpg")
    assert formats.is_photo(os.fsdecode(b"caf\xe9.jpg"))


@pytest.mark.parametrize(
    ("pillow", "name"),
    [
        ("JPEG", "JPEG"),
        ("PNG", "PNG"),
        ("WEBP", "WebP"),
        ("TIFF", "TIFF"),
        ("GIF", "GIF"),
        ("HEIF", "HEIC"),
        ("AVIF", "AVIF"),
    ],
)
def test_formats_are_known_by_their_content(pillow: str, name: str) -> None:
    kind = formats.detect(encoded(corners(), pillow))
    assert kind is not None
    assert kind.name == name


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7 ...", "a PDF document"),
        (b"PK\x03\x04....", "a ZIP archive"),
        (b"\0" * 5000, "nothing but zeros"),
        (b"Dear diary", "not a picture"),
        (b"", "nothing"),
    ],
)
def test_what_is_no_picture_is_said_in_words(data: bytes, words: str) -> None:
    assert formats.detect(data) is None
    assert words in formats.describe(data)
