"""Photo files: what they are, what they say about themselves, and their pixels.

Files are only ever read. Whatever is wrong with one is a `PhotoError` about that file alone.
"""

from __future__ import annotations

from engine.photos.decoded import Decoded
from engine.photos.decoding import decode, decode_file, read
from engine.photos.files import PhotoFile, PhotoVanished, content_hash, read_file
from engine.photos.formats import SUPPORTED, is_photo
from engine.photos.hints import Hints, Region
from engine.photos.metadata import PhotoInfo

__all__ = [
    "SUPPORTED",
    "Decoded",
    "Hints",
    "PhotoFile",
    "PhotoInfo",
    "PhotoVanished",
    "Region",
    "content_hash",
    "decode",
    "decode_file",
    "is_photo",
    "read",
    "read_file",
]
