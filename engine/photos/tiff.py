"""Telling raws from ordinary TIFF pictures: most cameras' raws are TIFF files by their first bytes.

A raw's first picture is often only a small preview, so that reading it as TIFF would seem to work.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

_HEADERS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")

_PHOTOMETRIC, _SUB_IFDS, _DNG_VERSION = 262, 330, 50706
_SENSOR_VALUES = {32803, 34892}
"""Photometric interpretations of one colour a pixel, and of pixels not yet developed."""
_MOST_IFDS, _MOST_TAGS = 12, 500
_SIZES = {3: 2, 4: 4, 13: 4}

_Tag = tuple[int, list[int]]


def begins_like_one(data: bytes) -> bool:
    """Whether these are the first bytes of a TIFF file, BigTIFF included."""
    return data.startswith(_HEADERS)


def is_raw(data: bytes) -> bool:
    """Whether a TIFF file holds what a sensor measured: DNG, NEF, ARW, PEF, CR2 and their like."""
    if data[8:10] == b"CR":
        return True
    if data[2:4] in (b"+\0", b"\0+"):
        return False  # no camera writes BigTIFF
    order = "<" if data.startswith(b"II") else ">"
    try:
        waiting = list(struct.unpack_from(order + "I", data, 4))
        for _ in range(_MOST_IFDS):
            if not waiting:
                return False
            for tag, values in _tags(data, waiting.pop(0), order):
                if tag == _DNG_VERSION or (
                    tag == _PHOTOMETRIC and not _SENSOR_VALUES.isdisjoint(values)
                ):
                    return True
                if tag == _SUB_IFDS:
                    waiting += values[:_MOST_IFDS]
    except struct.error:
        return False  # cut short; the TIFF reader will say so
    return False


def _tags(data: bytes, at: int, order: str) -> Iterator[_Tag]:
    """The numbers in one directory of tags that `is_raw` may want; raises struct.error."""
    (count,) = struct.unpack_from(order + "H", data, at)
    for number in range(min(count, _MOST_TAGS)):
        entry = at + 2 + 12 * number
        tag, kind, length = struct.unpack_from(order + "HHI", data, entry)
        if tag == _DNG_VERSION:
            yield tag, []
        size = _SIZES.get(kind)
        if tag not in (_PHOTOMETRIC, _SUB_IFDS) or size is None:
            continue
        length = min(length, _MOST_IFDS)
        place = entry + 8
        if length * size > 4:
            (place,) = struct.unpack_from(order + "I", data, place)
        letter = "H" if size == 2 else "I"
        yield tag, list(struct.unpack_from(f"{order}{length}{letter}", data, place))
