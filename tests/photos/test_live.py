"""A still and its movie are one photo."""

from __future__ import annotations

import struct

import pytest

from engine.photos import decode, live
from tests.photos.pictures import corners, encoded, exif

PAIR = "9F6B1F5C-0000-4000-8000-0123456789AB"


@pytest.mark.parametrize(
    ("names", "movies"),
    [
        (["IMG_1.HEIC", "IMG_1.MOV"], ["IMG_1.MOV"]),
        (["img_1.jpg", "IMG_1.mov"], ["IMG_1.mov"]),
        (["IMG_1.JPG", "IMG_1.HEIC", "IMG_1.MOV", "IMG_2.MOV"], ["IMG_1.MOV"]),
        (["a.jpeg", "a.mp4"], ["a.mp4"]),
        (["a.png", "a.mov"], []),
        (["a.jpg", "b.mov"], []),
        (["a.jpg", "a.avi", "a.mkv"], []),
        (["a.mov"], []),
        (["IMG_1.MOV.jpg", "IMG_1.MOV"], []),
        ([], []),
    ],
)
def test_which_movies_belong_to_a_still(names: list[str], movies: list[str]) -> None:
    found = live.movies(name.encode() for name in names)
    assert found == {name.encode() for name in movies}


def maker_note(pair: bytes, kind: int = 2) -> bytes:
    """What an iPhone writes: a header, and a directory whose offsets count from its start."""
    entries = [
        struct.pack(">HHII", 1, 9, 1, 14),
        struct.pack(">HHII", 17, kind, len(pair) + 1, 14 + 2 + 2 * 12 + 4),
    ]
    head = b"Apple iOS\0\0\1MM" + struct.pack(">H", len(entries))
    return head + b"".join(entries) + bytes(4) + pair + b"\0"


def test_the_identifier_of_a_still() -> None:
    block = exif(make="Apple")
    block.get_ifd(0x8769)[0x927C] = maker_note(PAIR.encode())
    assert decode(encoded(corners(), "JPEG", block), 64).info.pair == PAIR


@pytest.mark.parametrize(
    "note",
    [
        None,
        "Apple iOS",
        b"",
        b"Nikon\0\2\x10",
        b"Apple iOS\0\0\1MM",
        maker_note(PAIR.encode())[:40],
        maker_note(PAIR.encode(), kind=4),
        maker_note(b"\xff\xfe\xfd\xfc\xfb\xfa"),
        maker_note(b"\x01\x02\x03\x04\x05\x06"),
        maker_note(b"x" * 500),
    ],
)
def test_a_maker_note_without_one(note: object) -> None:
    assert not live.pair_of_still(note)
