"""Turns a photo's bytes into one upright RGB picture, no larger than asked for.

A file that cannot be decoded, for whatever reason, is a `PhotoError` with a sentence and
concerns nobody else. Everything here may be called from many threads at once.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import BinaryIO

from engine.errors import PhotoError
from engine.photos import formats, stills
from engine.photos.decoded import Decoded
from engine.photos.files import AnyPath, PhotoFile, opened, read_whole
from engine.photos.formats import Family


def read(path: AnyPath, longest_side: int) -> Decoded:
    """Read and decode one file, for showing it: sidecars are left alone. Raises PhotoError."""
    with opened(path) as (file, status):
        head = file.read(formats.HEAD)
        if formats.is_video(head):
            return _decode(head, file, longest_side)
        data = read_whole(file, status)
    return decode(data, longest_side)


def decode_file(file: PhotoFile, longest_side: int, sidecars: Sequence[bytes] = ()) -> Decoded:
    """Decode a file that was read; see `decode`."""
    if not file.is_video:
        return decode(file.data, longest_side, sidecars)
    with file.stream() as stream:
        return _decode(file.data, stream, longest_side, sidecars)


def decode(data: bytes, longest_side: int, sidecars: Sequence[bytes] = ()) -> Decoded:
    """Decode a file's bytes, whatever it is called, at most `longest_side` pixels long.

    sidecars: what XMP files beside it hold, the one to believe first. JPEG is decoded at the
    smallest fraction that is large enough, never in full to be shrunk. Of several pages the first
    counts, of an animation the first that shows something, of a video its best frame among a few.
    Raises PhotoError.
    """
    return _decode(data, io.BytesIO(data), longest_side, sidecars)


def _decode(
    data: bytes, stream: BinaryIO | io.FileIO, longest_side: int, sidecars: Sequence[bytes] = ()
) -> Decoded:
    kind = formats.detect(data)
    if kind is None:
        raise PhotoError(
            "It is not a picture in a format that Familiar reads; its content is "
            f"{formats.describe(data)}."
        )
    if kind.family is Family.VIDEO:
        from engine.photos import videos

        return videos.decode(stream, kind, longest_side, sidecars)
    if kind.family is Family.RAW:
        from engine.photos import raws

        return raws.decode(data, longest_side, sidecars)
    return stills.decode(data, kind, longest_side, sidecars)
