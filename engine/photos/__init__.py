"""Photo files: what they are, what they say about themselves, and their pixels.

Files are only ever read. Whatever is wrong with one is a `PhotoError` about that file alone.
"""

from __future__ import annotations

from engine.photos.decoding import Decoded, decode, read
from engine.photos.files import PhotoFile, PhotoVanished, content_hash, read_file
from engine.photos.formats import SUPPORTED, is_photo
from engine.photos.metadata import PhotoInfo

__all__ = [
    "SUPPORTED",
    "Decoded",
    "PhotoFile",
    "PhotoInfo",
    "PhotoVanished",
    "content_hash",
    "decode",
    "is_photo",
    "read",
    "read_file",
]
