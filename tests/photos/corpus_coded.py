"""Awkward WebP, HEIC, AVIF and JPEG 2000 files."""

from __future__ import annotations

import io
import os
from functools import partial

import av
import numpy as np
import pillow_heif

from tests.photos.corpus import Case
from tests.photos.corpus_jpeg import CUT
from tests.photos.corpus_pictures import (
    LEFT_RED,
    animation,
    case,
    claiming,
    half_seen_through,
    held,
)
from tests.photos.pictures import corners, encoded, noise


def burst(primary: int) -> bytes:
    """A HEIC file of several pictures, one of which is the one to show."""
    file = pillow_heif.HeifFile()  # type: ignore[no-untyped-call]
    for number in range(3):
        picture = corners() if number == primary else np.full((64, 96, 3), 40, np.uint8)
        file.add_frombytes("RGB", (96, 64), picture.tobytes())
    out = io.BytesIO()
    file.save(out, primary_index=primary)
    return out.getvalue()


def deep_heic() -> bytes:
    """Ten bits a colour."""
    deep = corners().astype(np.uint16) * 257
    out = io.BytesIO()
    pillow_heif.encode("RGB;16", (96, 64), deep.tobytes(), out, quality=95)
    return out.getvalue()


def deep_avif() -> bytes:
    """Ten bits a colour, which Pillow reads but does not write."""
    os.environ["SVT_LOG"] = "1"  # else it tells of itself
    out = io.BytesIO()
    with av.open(out, "w", format="avif") as file:
        stream = file.add_stream("libsvtav1", rate=1)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p10le"
        stream.options = {"preset": "12", "crf": "10"}
        for frame in (av.VideoFrame.from_ndarray(corners(), format="rgb24"), None):
            file.mux(stream.encode(frame))
    return out.getvalue()


CASES = [
    case("plain.webp", "WebP", partial(encoded, corners(), "WEBP")),
    case("see-through.webp", "WebP", lambda: encoded(half_seen_through(), "WEBP"), shows=LEFT_RED),
    case("blank-at-first.webp", "WebP", partial(animation, "WEBP")),
    case("held.webp", "WebP", partial(held, "WEBP")),
    Case("vast.webp", partial(claiming, "WEBP", 16_383, 16_383), refused="claims"),
    Case("cut.webp", lambda: encoded(noise(96, 64), "WEBP")[:2000], refused=CUT),
    case("plain.heic", "HEIC", partial(encoded, corners(), "HEIF")),
    case("deep.heic", "HEIC", deep_heic),
    case("burst.heic", "HEIC", partial(burst, 1)),
    case("held.heic", "HEIC", partial(held, "HEIF")),
    case("see-through.heic", "HEIC", lambda: encoded(half_seen_through(), "HEIF"), shows=LEFT_RED),
    Case("vast.heic", partial(claiming, "HEIF", 30_000, 30_000), refused=f"claims|{CUT}"),
    Case("cut.heic", lambda: encoded(noise(96, 64), "HEIF")[:-900], refused=CUT),
    Case(
        "brands-alone.heic", lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(300), refused=CUT
    ),
    case("plain.avif", "AVIF", partial(encoded, corners(), "AVIF")),
    case("deep.avif", "AVIF", deep_avif),
    case("held.avif", "AVIF", partial(held, "AVIF")),
    Case("vast.avif", partial(claiming, "AVIF", 30_000, 30_000), refused=f"claims|{CUT}"),
    Case("cut.avif", lambda: encoded(noise(96, 64), "AVIF")[:-900], refused=CUT),
    case("plain.jp2", "JPEG 2000", partial(encoded, corners(), "JPEG2000")),
    case("bare.j2k", "JPEG 2000", partial(encoded, corners(), "JPEG2000", no_jp2=True)),
    Case("vast.jp2", partial(claiming, "JPEG2000", 30_000, 30_000), refused="claims"),
    Case("cut.jp2", lambda: encoded(noise(96, 64), "JPEG2000")[:300], refused=CUT),
]
