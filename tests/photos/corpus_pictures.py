"""Awkward PNG, GIF and TIFF files."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from functools import partial

import numpy as np
from PIL import Image, PngImagePlugin

from tests.photos.corpus import ALL_RED, Case
from tests.photos.corpus_jpeg import CUT, swapping_profile
from tests.photos.pictures import (
    CORNERS,
    HOW,
    RED,
    WHITE,
    corners,
    encoded,
    exif,
    noise,
    png_bomb,
)
from tests.photos.raws import Blob, Directory, tiff

LEFT_RED = (RED, WHITE, RED, WHITE)
_SWAPPED = np.ascontiguousarray(corners()[..., [1, 0, 2]])


def deep_png() -> bytes:
    """Sixteen bits a colour, which Pillow reads but does not write."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    deep = (corners().astype(">u2") * 257).reshape(64, -1)
    rows = b"".join(b"\0" + row.tobytes() for row in deep)
    header = struct.pack(">IIBBBBB", 96, 64, 16, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def deep_tiff() -> bytes:
    """Sixteen bits a colour, likewise."""
    body = (corners().astype("<u2") * 257).tobytes()
    return tiff(
        Directory(
            [
                (256, 4, [96]),
                (257, 4, [64]),
                (258, 3, [16, 16, 16]),
                (259, 3, [1]),
                (262, 3, [2]),
                (273, 4, Blob(body)),
                (277, 3, [3]),
                (278, 4, [64]),
                (279, 4, [len(body)]),
            ]
        )
    )


def half_seen_through() -> Image.Image:
    """Red on the left, nothing on the right, with black hidden behind it."""
    image = Image.new("RGBA", (96, 64), (*RED, 255))
    image.paste((0, 0, 0, 0), (48, 0, 96, 64))
    return image


def palette() -> Image.Image:
    """Red on the left; the right is the palette's first colour, to be seen through."""
    image = Image.new("P", (96, 64), 0)
    image.putpalette([0, 0, 0, *RED])
    image.paste(1, (0, 0, 48, 64))
    return image


def animation(kind: str, frames: Sequence[Image.Image] | None = None) -> bytes:
    """An animation that begins with nothing but white."""
    if frames is None:
        frames = [Image.new("RGB", (96, 64), WHITE)] * 2 + [Image.fromarray(corners())]
    first, *rest = frames
    return encoded(first, kind, save_all=True, append_images=rest, duration=40, lossless=True)


def growing_gif() -> bytes:
    """An animation whose second frame is far larger than the first."""
    data = bytearray(animation("GIF"))
    frame = b"\x2c" + struct.pack("<HHHH", 0, 0, 96, 64)
    at = data.index(frame, data.index(frame) + 9)
    data[at : at + 9] = b"\x2c" + struct.pack("<HHHH", 0, 0, 60_000, 9000)
    return bytes(data)


def held(kind: str) -> bytes:
    """`corners()` from a camera that was turned to the left."""
    return encoded(np.ascontiguousarray(HOW[6](corners())), kind, exif(orientation=6))


def told(size: int) -> bytes:
    """A PNG with a long text in it."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "x" * size)
    return encoded(corners(), "PNG", pnginfo=info)


def text_bomb() -> bytes:
    """A PNG with a compressed text that would fill the memory."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "x" * 100_000_000, zip=True)
    return encoded(corners(), "PNG", pnginfo=info)


def bad_check() -> bytes:
    """A PNG whose picture does not match its check sum, which is all that is wrong."""
    data = bytearray(encoded(corners(), "PNG"))
    data[data.index(b"IEND") - 5] ^= 0xFF
    return bytes(data)


def bad_within() -> bytes:
    """A PNG whose picture is damaged from its start."""
    data = bytearray(encoded(corners(), "PNG"))
    data[data.index(b"IDAT") + 12] ^= 0xFF
    return bytes(data)


def endless_tiff() -> bytes:
    """A TIFF whose directory leads back to itself."""
    data = bytearray(encoded(corners(), "TIFF"))
    at = int.from_bytes(data[4:8], "little")
    end = at + 2 + 12 * int.from_bytes(data[at : at + 2], "little")
    data[end : end + 4] = data[4:8]
    return bytes(data)


def claiming(kind: str, width: int, height: int) -> bytes:
    """A file whose header claims another size than its picture has."""
    data = bytearray(animation(kind) if kind == "WEBP" else encoded(corners(), kind))

    def put(after: bytes, skip: int, form: str, *numbers: int) -> None:
        at = data.index(after) + len(after) + skip
        size = struct.calcsize(form)
        data[at : at + size] = struct.pack(form, *numbers)

    if kind == "GIF":
        data[6:10] = struct.pack("<HH", width, height)
    elif kind == "WEBP":
        put(b"VP8X", 8, "<HBHB", width - 1, 0, height - 1, 0)
    elif kind == "TIFF":
        put(struct.pack("<HHI", 256, 4, 1), 0, "<I", width)
        put(struct.pack("<HHI", 257, 4, 1), 0, "<I", height)
    elif kind == "JPEG2000":
        put(b"ihdr", 0, ">II", height, width)
        put(b"\xff\x51", 4, ">II", width, height)
    else:
        put(b"ispe", 4, ">II", width, height)
    return bytes(data)


def case(name: str, form: str, make: object, **more: object) -> Case:
    """A readable case of 96 x 64."""
    return Case(name, make, (96, 64), form, **more)  # type: ignore[arg-type]


_GREY = Image.fromarray(np.repeat(np.linspace(0, 255, 96)[None].astype(np.uint8), 64, axis=0))
_DEEP_GREY = Image.fromarray(np.asarray(_GREY).astype(np.uint16) * 257)
_RISING = ((62,) * 3, (191,) * 3) * 2

CASES = [
    case("plain.png", "PNG", partial(encoded, corners(), "PNG")),
    case("grey.png", "PNG", lambda: encoded(_GREY, "PNG"), shows=_RISING),
    case("deep-grey.png", "PNG", lambda: encoded(_DEEP_GREY, "PNG"), shows=_RISING),
    case("deep.png", "PNG", deep_png),
    case("two-colours.png", "PNG", lambda: encoded(_GREY.convert("1"), "PNG"), shows=None),
    case("see-through.png", "PNG", lambda: encoded(half_seen_through(), "PNG"), shows=LEFT_RED),
    case("palette.png", "PNG", lambda: encoded(palette(), "PNG", transparency=0), shows=LEFT_RED),
    case("grey-see-through.png", "PNG", lambda: encoded(_GREY.convert("LA"), "PNG"), shows=_RISING),
    case(
        "one-colour-is-glass.png",
        "PNG",
        lambda: encoded(palette().convert("RGB"), "PNG", transparency=(0, 0, 0)),
        shows=LEFT_RED,
    ),
    case("held.png", "PNG", partial(held, "PNG")),
    case(
        "wide-colours.png", "PNG", lambda: encoded(_SWAPPED, "PNG", icc_profile=swapping_profile())
    ),
    case("told-at-length.png", "PNG", partial(told, 3_000_000)),
    case("blank-at-first.apng", "PNG", partial(animation, "PNG")),
    Case("dot.png", lambda: encoded(Image.new("RGB", (1, 1), RED), "PNG"), (1, 1), "PNG", ALL_RED),
    Case(
        "thread.png",
        lambda: encoded(Image.new("RGB", (1, 30_000), RED), "PNG"),
        (1, 30_000),
        "PNG",
        ALL_RED,
    ),
    Case("bomb.png", partial(png_bomb, 30_000, 30_000), refused="claims"),
    Case("greater-bomb.png", partial(png_bomb, 2_000_000, 200_000), refused="claims"),
    Case("nothing-across.png", partial(png_bomb, 0, 10), refused=CUT),
    Case("text-bomb.png", text_bomb, refused=CUT),
    case("bad-check.png", "PNG", bad_check),
    Case("bad-within.png", bad_within, refused=CUT),
    Case("cut.png", lambda: encoded(noise(96, 64), "PNG")[:9000], refused=CUT),
    case("plain.gif", "GIF", partial(encoded, corners(), "GIF")),
    case(
        "see-through.gif", "GIF", lambda: encoded(palette(), "GIF", transparency=0), shows=LEFT_RED
    ),
    case("blank-at-first.gif", "GIF", partial(animation, "GIF")),
    case(
        "always-red.gif",
        "GIF",
        lambda: animation("GIF", [Image.new("RGB", (96, 64), one) for one in CORNERS]),
        shows=ALL_RED,
    ),
    Case("growing.gif", growing_gif, refused="claims 60000 x 9000"),
    Case("vast.gif", partial(claiming, "GIF", 60_000, 60_000), refused="claims"),
    Case("no-frame.gif", lambda: b"GIF89a" + bytes(7) + b";", refused=CUT),
    Case("cut.gif", lambda: encoded(noise(96, 64), "GIF")[:2000], refused=CUT),
    *(
        case(f"{how}.tif", "TIFF", partial(encoded, corners(), "TIFF", compression=how))
        for how in ("tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg", "zstd")
    ),
    case("held.tif", "TIFF", partial(held, "TIFF")),
    case("deep.tif", "TIFF", deep_tiff),
    case("big.tif", "TIFF", partial(encoded, corners(), "TIFF", big_tiff=True)),
    case(
        "fractions.tif",
        "TIFF",
        lambda: encoded(Image.fromarray(np.asarray(_GREY) / np.float32(255)), "TIFF"),
        shows=_RISING,
    ),
    case(
        "ink.tif",
        "TIFF",
        lambda: encoded(Image.new("CMYK", (96, 64), (0, 255, 255, 0)), "TIFF"),
        shows=((255, 0, 0),) * 4,
    ),
    case(
        "lab.tif",
        "TIFF",
        lambda: encoded(Image.new("LAB", (96, 64), (128, 0, 0)), "TIFF"),
        shows=None,
    ),
    case(
        "fax.tif",
        "TIFF",
        lambda: encoded(_GREY.convert("1"), "TIFF", compression="group4"),
        shows=None,
    ),
    case("pages.tif", "TIFF", partial(animation, "TIFF", [Image.fromarray(corners())] * 3)),
    case("endless.tif", "TIFF", endless_tiff),
    Case("vast.tif", partial(claiming, "TIFF", 30_000, 30_000), refused="claims"),
    Case("cut.tif", lambda: encoded(noise(96, 64), "TIFF")[:9000], refused=CUT),
    Case("header-alone.tif", lambda: b"II*\0\x08\0\0\0", refused=CUT),
]
