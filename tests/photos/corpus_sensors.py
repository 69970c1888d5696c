"""Awkward raws and videos."""

from __future__ import annotations

import re
import struct
from fractions import Fraction
from functools import partial

import numpy as np

from tests.photos import movies
from tests.photos.corpus import Case
from tests.photos.movies import black, movie
from tests.photos.pictures import corners
from tests.photos.raws import dng

BROKEN = "damaged|cut short"
BLACK = ((0, 0, 0),) * 4

_WIDE = corners(192, 128)


def raw(name: str, make: object, size: tuple[int, int] = (192, 128), **more: object) -> Case:
    """A readable raw."""
    return Case(name, make, size, "RAW", **more)  # type: ignore[arg-type]


def video(name: str, make: object, size: tuple[int, int] = (96, 64), **more: object) -> Case:
    """A readable video."""
    return Case(name, make, size, "video", **more)  # type: ignore[arg-type]


def turned_by_matrix() -> bytes:
    """A video as a phone held upright writes it: a quarter to the right, in its track's matrix."""
    data = bytearray(movie(codec=movies.QUICKTIME))
    one, none, last = 0x00010000, 0, 0x40000000
    unturned = struct.pack(">9i", one, none, none, none, one, none, none, none, last)
    at = data.index(unturned, data.index(b"tkhd"))
    data[at : at + 36] = struct.pack(">9i", none, one, none, -one, none, none, 64 * one, none, last)
    return bytes(data)


def described_as_vast() -> bytes:
    """A video whose description claims another size than its frames have."""
    data = bytearray(movie())
    at = data.index(b"avc1", data.index(b"stsd")) + 28
    data[at : at + 4] = struct.pack(">HH", 30_000, 30_000)
    return bytes(data)


def vast_inside() -> bytes:
    """A video whose every frame claims to be immense."""
    plain = movie(codec=movies.MOTION_JPEG)
    frame = re.compile(rb"(\xff\xc0.{3})\x00\x40\x00\x60", re.DOTALL)
    return frame.sub(lambda match: match[1] + struct.pack(">HH", 30_000, 30_000), plain)


def camcorder() -> bytes:
    """A transport stream with a time stamp before each packet, as camcorders write it."""
    plain = movie(codec=movies.MPEG_TS)
    packets = [plain[at : at + 188] for at in range(0, len(plain), 188)]
    return b"".join(struct.pack(">I", number) + one for number, one in enumerate(packets))


def noise_in_the_middle() -> bytes:
    """A video of which a part was overwritten."""
    data = bytearray(movie(codec=movies.MATROSKA))
    data[len(data) // 2 : len(data) // 2 + 200] = bytes(range(200))
    return bytes(data)


_UPSIDE_DOWN = np.ascontiguousarray(corners()[::-1, ::-1])
_TURNED = tuple(corners()[y, x] for y, x in ((63, 0), (0, 0), (63, 95), (0, 95)))
_TO_THE_RIGHT = tuple((int(r), int(g), int(b)) for r, g, b in _TURNED)
_LATE = [*[black()] * 10, *[corners()] * 15]

CASES = [
    raw("preview.dng", partial(dng, _WIDE, _WIDE[::2, ::2])),
    raw("no-preview.dng", partial(dng, _WIDE)),
    raw("tiny-preview.dng", partial(dng, corners(1280, 960), corners(16, 12)), (1280, 960)),
    *(
        raw(
            f"held-{way}.dng",
            partial(dng, _WIDE, _WIDE[::2, ::2], way),
            (128, 192) if way > 4 else (192, 128),
            shows=None,
        )
        for way in range(1, 9)
    ),
    raw("xmp-and-all.dng", partial(dng, _WIDE, None, 1, b"<nonsense")),
    raw("a-raw-named.tif", partial(dng, _WIDE)),
    Case("cut.dng", lambda: dng(_WIDE)[:9000], refused=BROKEN),
    Case("nothing-measured.dng", lambda: dng(_WIDE)[:400], refused=BROKEN),
    Case("header.cr2", lambda: b"II*\0\x10\0\0\0CR\x02\0" + bytes(500), refused=BROKEN),
    Case("header.cr3", lambda: b"\0\0\0\x18ftypcrx \0\0\0\1crx isom" + bytes(500), refused=BROKEN),
    Case("header.raf", lambda: b"FUJIFILMCCD-RAW 0201" + bytes(500), refused=BROKEN),
    Case("header.orf", lambda: b"IIRO\x08\0\0\0" + bytes(500), refused=BROKEN),
    Case("header.rw2", lambda: b"IIU\0\x18\0\0\0" + bytes(500), refused=BROKEN),
    video("plain.mp4", movie),
    video("in-pieces.mp4", partial(movie, codec=movies.FRAGMENTED)),
    video("hevc-10-bit.mov", partial(movie, codec=movies.HEVC_10_BIT)),
    video("motion.mkv", partial(movie, codec=movies.MATROSKA)),
    video("web.webm", partial(movie, codec=movies.WEBM)),
    video("old.avi", partial(movie, codec=movies.AVI)),
    video("disc.mpg", partial(movie, codec=movies.MPEG)),
    video("broadcast.mts", partial(movie, codec=movies.MPEG_TS)),
    video("camcorder.m2ts", camcorder),
    video("windows.wmv", partial(movie, codec=movies.WMV)),
    video("camera.mov", partial(movie, codec=movies.MOTION_JPEG)),
    video(
        "phone-of-2005.3gp",
        partial(movie, [corners(176, 144)] * 5, movies.PHONE_OF_2005),
        (192, 144),  # its pixels are 12 by 11
    ),
    video("held-upright.mov", turned_by_matrix, (64, 96), shows=_TO_THE_RIGHT),
    video("held-upside-down.mov", partial(movie, [_UPSIDE_DOWN] * 9, rotation=180)),
    video("squeezed.mp4", partial(movie, aspect=Fraction(4, 3)), (128, 64)),
    video("black-at-first.mp4", partial(movie, _LATE)),
    video("black-where-it-stands-alone.mp4", partial(movie, _LATE, keys=100)),
    video("black-throughout.mp4", partial(movie, [black()] * 25), shows=BLACK),
    video("one-frame.mp4", partial(movie, [corners()])),
    video("cut.mkv", lambda: movie(codec=movies.MATROSKA)[:2000]),
    video("cut-in-pieces.mp4", lambda: movie(codec=movies.FRAGMENTED)[:3000]),
    video("overwritten.mkv", noise_in_the_middle, shows=None),
    # Its pixels seem to be oblong, as the track says otherwise.
    video("described-as-vast.mp4", described_as_vast, (144, 64)),
    video("named-wrongly.jpg", movie),
    Case("cut.mp4", lambda: movie()[:1500], refused=BROKEN),
    Case("header-alone.mp4", lambda: movie()[:40], refused=BROKEN),
    Case("header-alone.mkv", lambda: movie(codec=movies.MATROSKA)[:60], refused=BROKEN),
    Case("sound.mp4", movies.sound, refused="sound but no pictures"),
    Case("sound.mkv", partial(movies.sound, "matroska"), refused="sound but no pictures"),
    Case("vast.mov", vast_inside, refused="claims|damaged"),
    Case(
        "zeros-inside.mov", lambda: b"\0\0\0\x14ftypqt  \0\0\0\0qt  " + bytes(4000), refused=BROKEN
    ),
]
