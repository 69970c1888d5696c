"""Which files are photos: by extension when folders are scanned, by content when one is read."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import Enum

from engine.photos import tiff

VIDEOS = frozenset(
    {
        ".mov", ".mp4", ".m4v", ".3gp", ".3g2", ".avi", ".mkv", ".webm", ".mpg", ".mpeg",
        ".mts", ".m2ts", ".wmv",
    }
)  # fmt: skip
"""Extensions, in lower case, of videos: each is one photo, shown by its best frame."""

RAWS = frozenset({".cr2", ".cr3", ".nef", ".arw", ".dng", ".raf", ".orf", ".rw2", ".pef"})
"""Extensions, in lower case, of what cameras write when they leave developing to others."""

SUPPORTED = VIDEOS | RAWS | {
    ".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".apng", ".webp", ".tif", ".tiff", ".gif",
    ".heic", ".heif", ".hif", ".avif", ".jp2", ".j2k", ".jpf", ".jpx",
}  # fmt: skip
"""Extensions, in lower case, of the files that are looked at."""


class Family(Enum):
    """Who decodes a format: Pillow, LibRaw or FFmpeg."""

    PICTURE = "picture"
    RAW = "raw"
    VIDEO = "video"


@dataclass(frozen=True)
class Format:
    """A kind of photo: its name, its decoder's name for it, and the module that registers that.

    megapixels: more than this would take a gigabyte of memory or several seconds; measured.
    """

    name: str
    decoder: str
    module: str = ""
    megapixels: int = 220
    family: Family = Family.PICTURE


# JPEG is decoded at a fraction of its size, so that only the fraction has to fit.
JPEG = Format("JPEG", "JPEG", "PIL.JpegImagePlugin", 600)
PNG = Format("PNG", "PNG", "PIL.PngImagePlugin")
WEBP = Format("WebP", "WEBP", "PIL.WebPImagePlugin", 60)
TIFF = Format("TIFF", "TIFF", "PIL.TiffImagePlugin")
GIF = Format("GIF", "GIF", "PIL.GifImagePlugin", 180)
HEIC = Format("HEIC", "HEIF", "pillow_heif", 120)
AVIF = Format("AVIF", "AVIF", "PIL.AvifImagePlugin", 100)
JPEG2000 = Format("JPEG 2000", "JPEG2000", "PIL.Jpeg2KImagePlugin", 50)

RAW = Format("RAW", "", megapixels=160, family=Family.RAW)


def _video(demuxer: str) -> Format:
    # 8K is 33 megapixels, and several frames are in memory at once.
    return Format("video", demuxer, megapixels=40, family=Family.VIDEO)


MOV, MATROSKA, AVI = _video("mov"), _video("matroska"), _video("avi")
MPEG, MPEG_TS, ASF = _video("mpeg"), _video("mpegts"), _video("asf")

_STARTS = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"\0\0\0\x0cjP  \r\n\x87\n", JPEG2000),
    (b"\xff\x4f\xff\x51", JPEG2000),
    (b"IIRO", RAW),  # Olympus
    (b"IIRS", RAW),
    (b"MMOR", RAW),
    (b"IIU\0", RAW),  # Panasonic
    (b"FUJIFILMCCD-RAW", RAW),
    (b"\x1aE\xdf\xa3", MATROSKA),
    (b"\0\0\x01\xba", MPEG),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", ASF),
)
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_AVIF_BRANDS = {b"avif", b"avis"}
_MOV_BOXES = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}

# What other files with a photo's name turn out to be, so that the reason can say it.
_OTHERS = (
    (b"%PDF", "a PDF document"),
    (b"BM", "a BMP picture"),
    (b"8BPS", "a Photoshop document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "a compressed archive"),
    (b"\x00\x05\x16\x07", "a macOS resource file"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
    (b"ID3", "music"),
    (b"<svg", "an SVG drawing"),
    (b"<?xml", "an XML document"),
    (b"<!DOCTYPE", "a web page"),
    (b"<html", "a web page"),
)

HEAD = 4096
"""So many bytes tell a video from everything else."""


def is_photo(path: str | bytes | os.PathLike[str]) -> bool:
    """Whether a scan should look at this file, judged by its name alone."""
    name = os.path.basename(os.fsdecode(path))
    # macOS writes "._IMG_1.jpg" beside IMG_1.jpg on foreign disks; it is never a picture.
    return not name.startswith("._") and os.path.splitext(name)[1].lower() in SUPPORTED


def detect(data: bytes) -> Format | None:
    """The format these bytes are in, whatever the file is called; None if not supported.

    The first `HEAD` bytes are enough to know a video; raws are told from TIFF by the whole file.
    """
    for start, kind in _STARTS:
        if data.startswith(start):
            return kind
    if tiff.begins_like_one(data):
        return RAW if tiff.is_raw(data) else TIFF
    if data[:4] == b"RIFF":
        return {b"WEBP": WEBP, b"AVI ": AVI}.get(data[8:12])
    if data[4:8] in _MOV_BOXES:
        return _iso_media(data)
    for packet, sync in ((188, 0), (192, 4)):  # camcorders put four bytes before each packet
        if len(data) > 2 * packet + sync and set(data[sync : 3 * packet : packet]) == {0x47}:
            return MPEG_TS
    return None


def is_video(head: bytes) -> bool:
    """Whether a file that begins with these `HEAD` bytes is a video."""
    kind = detect(head)
    return kind is not None and kind.family is Family.VIDEO


def describe(data: bytes) -> str:
    """A few words for what unsupported bytes are: "a PDF document", "not a picture"."""
    for start, words in _OTHERS:
        if data.startswith(start):
            return words
    if not data[:HEAD].strip(b"\0"):
        return "nothing but zeros"
    return "not a picture"


def _iso_media(data: bytes) -> Format | None:
    """HEIC, AVIF, Canon's newer raws and most videos are ISO media files of different brands."""
    brands = _brands(data)
    if b"crx " in brands:
        return RAW
    if brands & _AVIF_BRANDS:
        return AVIF
    if brands & _HEIC_BRANDS:
        return HEIC
    return MOV


def _brands(data: bytes) -> set[bytes]:
    if data[4:8] != b"ftyp":
        return set()
    box = data[: min(int.from_bytes(data[:4], "big"), 256)]
    return {box[8:12], *(box[at : at + 4] for at in range(16, len(box) - 3, 4))}
