"""Which files are photos: by extension when folders are scanned, by content when one is read."""

from __future__ import annotations

import os
from dataclasses import dataclass

SUPPORTED = frozenset(
    {
        ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".tif", ".tiff", ".gif",
        ".heic", ".heif", ".hif", ".avif",
    }
)  # fmt: skip
"""Extensions, in lower case, of the files that are looked at."""


@dataclass(frozen=True)
class Format:
    """A kind of picture: its name, Pillow's name for it, and the module that registers that."""

    name: str
    pillow: str
    module: str


JPEG = Format("JPEG", "JPEG", "PIL.JpegImagePlugin")
PNG = Format("PNG", "PNG", "PIL.PngImagePlugin")
WEBP = Format("WebP", "WEBP", "PIL.WebPImagePlugin")
TIFF = Format("TIFF", "TIFF", "PIL.TiffImagePlugin")
GIF = Format("GIF", "GIF", "PIL.GifImagePlugin")
HEIC = Format("HEIC", "HEIF", "pillow_heif")
AVIF = Format("AVIF", "AVIF", "PIL.AvifImagePlugin")

_STARTS = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
    (b"II+\0", TIFF),
    (b"MM\0+", TIFF),
)
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_AVIF_BRANDS = {b"avif", b"avis"}

# What other files with a photo's name turn out to be, so that the reason can say it.
_OTHERS = (
    (b"%PDF", "a PDF document"),
    (b"BM", "a BMP picture"),
    (b"8BPS", "a Photoshop document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "a compressed archive"),
    (b"\x1aE\xdf\xa3", "a video"),
    (b"\x00\x05\x16\x07", "a macOS resource file"),
    (b"<svg", "an SVG drawing"),
    (b"<?xml", "an XML document"),
    (b"<!DOCTYPE", "a web page"),
    (b"<html", "a web page"),
)


def is_photo(path: str | bytes | os.PathLike[str]) -> bool:
    """Whether a scan should look at this file, judged by its name alone."""
    name = os.path.basename(os.fsdecode(path))
    # macOS writes "._IMG_1.jpg" beside IMG_1.jpg on foreign disks; it is never a picture.
    return not name.startswith("._") and os.path.splitext(name)[1].lower() in SUPPORTED


def detect(data: bytes) -> Format | None:
    """The format these bytes begin like, whatever the file is called; None if not supported."""
    for start, kind in _STARTS:
        if data.startswith(start):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    brands = _brands(data)
    if brands & _AVIF_BRANDS:
        return AVIF
    if brands & _HEIC_BRANDS:
        return HEIC
    return None


def describe(data: bytes) -> str:
    """A few words for what unsupported bytes are: "a PDF document", "not a picture"."""
    for start, words in _OTHERS:
        if data.startswith(start):
            return words
    if data[4:8] in (b"ftyp", b"moov", b"mdat", b"wide"):
        return "a video"
    if not data[:4096].strip(b"\0"):
        return "nothing but zeros"
    return "not a picture"


def _brands(data: bytes) -> set[bytes]:
    """The brands of an ISO media file (HEIC, AVIF and videos are ones)."""
    if data[4:8] != b"ftyp":
        return set()
    box = data[: min(int.from_bytes(data[:4], "big"), 256)]
    return {box[8:12], *(box[at : at + 4] for at in range(16, len(box) - 3, 4))}
