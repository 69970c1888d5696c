"""Awkward JPEG files."""

from __future__ import annotations

import io
import itertools
import struct
from functools import partial

import numpy as np
from PIL import Image, ImageCms

from tests.photos.corpus import ALL_RED, Case
from tests.photos.movies import movie
from tests.photos.packets import packet, words
from tests.photos.pictures import HOW, RED, corners, encoded, exif, noise

CUT = "cut short|damaged"
GREY = ((128, 128, 128),) * 4


def swapping_profile() -> bytes:
    """An ICC profile whose red and green are those of sRGB the other way round."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile = profile.replace(b"s\0R\0G\0B\0", b"o\0d\0d\0!\0").replace(b"sRGB", b"odd!")
    tags = {}
    for at in range(132, 132 + 12 * int.from_bytes(profile[128:132], "big"), 12):
        tags[bytes(profile[at : at + 4])] = at
    red, green = tags[b"rXYZ"], tags[b"gXYZ"]
    offsets = bytes(profile[red + 4 : red + 12]), bytes(profile[green + 4 : green + 12])
    profile[red + 4 : red + 12], profile[green + 4 : green + 12] = offsets[1], offsets[0]
    return bytes(profile)


def ink_profile() -> bytes:
    """An ICC profile of a printer whose cyan ink is red."""
    grid = b"".join(
        bytes((0, 128, 128) if key else (135, 208, 195) if cyan else (255, 128, 128))
        for cyan, _, _, key in itertools.product((0, 1), repeat=4)
    )
    unity = b"".join(struct.pack(">i", 65536 * (at % 4 == 0)) for at in range(9))
    curve = bytes(range(256))
    table = b"mft1" + bytes(4) + bytes((4, 3, 2, 0)) + unity + curve * 4 + grid + curve * 3
    white = struct.pack(">iii", 63190, 65536, 54061)
    parts = [
        (b"desc", b"desc" + bytes(4) + struct.pack(">I", 4) + b"odd\0" + bytes(78)),
        (b"cprt", b"text" + bytes(4) + b"none\0"),
        (b"wtpt", b"XYZ " + bytes(4) + white),
        (b"A2B0", table),
    ]
    index, body = struct.pack(">I", len(parts)), b""
    for name, part in parts:
        at = 128 + 4 + 12 * len(parts) + len(body)
        index += name + struct.pack(">II", at, len(part))
        body += part + bytes(-len(part) % 4)
    size = 128 + len(index) + len(body)
    head = struct.pack(">I4xI4s4s4s", size, 0x02400000, b"prtr", b"CMYK", b"Lab ")
    head += struct.pack(">6H", 2020, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + white
    return head.ljust(128, b"\0") + index + body


def held(orientation: int) -> bytes:
    """`corners()` as a camera held that way stores it."""
    stored = np.ascontiguousarray(HOW[orientation](corners()))
    return encoded(stored, "JPEG", exif(orientation=orientation))


def sized(width: int, height: int) -> bytes:
    """A small JPEG whose header claims another size."""
    data = bytearray(encoded(corners()))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(data)


def vast_grey(width: int, height: int) -> bytes:
    """An evenly grey JPEG of any size, put together by hand: 3 bytes for every 4 blocks.

    A block of no change is six bits in the standard's own Huffman tables: 00 1010.
    """
    data = bytearray(encoded(Image.new("L", (8, 8), 128)))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", height, width)
    start = data.index(b"\xff\xda") + 2
    start += int.from_bytes(data[start : start + 2], "big")
    blocks = -(-width // 8) * -(-height // 8)
    return bytes(data[:start]) + b"\x28\xa2\x8a" * (blocks // 4 + 1) + b"\xff\xd9"


def layers(number: int) -> bytes:
    """A progressive JPEG whose last layer is there that many times."""
    data = encoded(corners(), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * number + b"\xff\xd9"


def broken_exif() -> bytes:
    """A JPEG whose EXIF block points everywhere and nowhere."""
    data = encoded(corners(), "JPEG", exif(taken="2023:07:01 18:30:05", orientation=1))
    start = data.index(b"Exif\0\0") + 6
    return data[: start + 8] + b"\xff" * 40 + data[start + 48 :]


def much_metadata() -> bytes:
    """A JPEG with four megabytes of segments before its picture, XMP among them."""
    data = encoded(corners(), "JPEG", exif(orientation=1), xmp=packet(words("A title")))
    filler = b"\xff\xed\xff\xff" + b"x" * 65533
    return data[:2] + filler * 64 + data[2:]


def two_in_one() -> bytes:
    """A file of two pictures, as cameras for 3D write it."""
    out = io.BytesIO()
    frames = [Image.fromarray(corners()), Image.new("RGB", (96, 64), RED)]
    frames[0].save(out, "MPO", save_all=True, append_images=frames[1:])
    return out.getvalue()


def jpeg(name: str, make: object, size: tuple[int, int] = (96, 64), **more: object) -> Case:
    """A readable case."""
    return Case(name, make, size, "JPEG", **more)  # type: ignore[arg-type]


_CYAN = Image.new("CMYK", (96, 64), (255, 0, 0, 0))

CASES = [
    jpeg("plain.jpg", partial(encoded, corners())),
    jpeg("every-colour-kept.jpg", partial(encoded, corners(), subsampling=0)),
    jpeg("grey.jpg", lambda: encoded(Image.new("L", (96, 64), 128)), shows=GREY),
    jpeg("ink.jpg", lambda: encoded(_CYAN), shows=((0, 255, 255),) * 4),
    jpeg(
        "ink-with-profile.jpg",
        lambda: encoded(_CYAN, icc_profile=ink_profile()),
        shows=((249, 0, 6),) * 4,
    ),
    jpeg("in-layers.jpg", partial(encoded, corners(), progressive=True)),
    jpeg("in-many-layers.jpg", partial(layers, 150)),
    *(jpeg(f"held-{way}.jpg", partial(held, way)) for way in range(1, 9)),
    jpeg("held-absurdly.jpg", lambda: encoded(corners(), "JPEG", exif(orientation=9))),
    jpeg("broken-exif.jpg", broken_exif),
    jpeg("much-metadata.jpg", much_metadata),
    jpeg(
        "wide-colours.jpg",
        lambda: encoded(
            np.ascontiguousarray(corners()[..., [1, 0, 2]]), icc_profile=swapping_profile()
        ),
    ),
    jpeg("nonsense-profile.jpg", lambda: encoded(corners(), icc_profile=b"nonsense" * 40)),
    jpeg("two-in-one.mpo", two_in_one),
    jpeg("motion-photo.jpg", lambda: encoded(corners()) + movie()),
    jpeg("rubbish-after-it.jpg", lambda: encoded(corners()) + bytes(range(256)) * 40),
    jpeg("dot.jpg", lambda: encoded(Image.new("RGB", (1, 1), RED)), (1, 1), shows=ALL_RED),
    jpeg(
        "thread.jpg",
        lambda: encoded(Image.new("RGB", (1, 30_000), RED)),
        (1, 30_000),
        shows=ALL_RED,
    ),
    jpeg(
        "horizon.jpg",
        lambda: encoded(Image.new("RGB", (30_000, 1), RED)),
        (30_000, 1),
        shows=ALL_RED,
    ),
    jpeg("panorama.jpg", lambda: encoded(corners(12_000, 900)), (12_000, 900)),
    jpeg("vast.jpg", partial(vast_grey, 24_000, 24_000), (24_000, 24_000), shows=GREY),
    Case("beyond.jpg", partial(sized, 30_000, 30_000), refused="claims .*600 megapixels"),
    Case("nothing-across.jpg", partial(sized, 0, 64), refused=CUT),
    Case("layer-upon-layer.jpg", partial(layers, 5000), refused="so many layers"),
    Case("cut.jpg", lambda: encoded(noise(300, 200))[:9000], refused=CUT),
    Case(
        "cut-in-layers.jpg", lambda: encoded(noise(300, 200), progressive=True)[:9000], refused=CUT
    ),
    Case("header-alone.jpg", lambda: encoded(corners())[:200], refused=CUT),
    Case("start-alone.jpg", lambda: b"\xff\xd8\xff", refused=CUT),
    Case("no-end-of-segment.jpg", lambda: b"\xff\xd8\xff\xe0\0\0" + bytes(50), refused=CUT),
]
