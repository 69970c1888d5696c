"""How often a JPEG decoder has to go over a picture, told from the file's markers."""

from __future__ import annotations

import re

MOST_SCANS = 200
"""Ordinary progressive files have about ten; each costs time however little it adds."""

LAYERED_MEGAPIXELS = 450
"""Divided by the number of colours: in layers every value takes two bytes until the last."""

_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
_START_OF_SCAN, _END = 0xDA, 0xD9
_ALONE = {0x01, 0xD8}
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = {0xC2, 0xC6, 0xCA, 0xCE}


def scans(data: bytes) -> int:
    """The number of scans, or 1 if the first holds all: then lines can be decoded as they come."""
    at, found, colours, layered = 2, 0, 0, False
    while (match := _MARKER.search(data, at)) is not None and found <= MOST_SCANS:
        marker, at = match[1][0], match.end()
        if marker == _END:
            break
        if marker in _ALONE:
            continue
        if marker in _FRAMES:
            colours = _byte(data, at + 7)
            layered = marker in _PROGRESSIVE
        elif marker == _START_OF_SCAN:
            found += 1
            if not layered and _byte(data, at + 2) == colours:
                return 1
        at += int.from_bytes(data[at : at + 2], "big")
    return found


def _byte(data: bytes, at: int) -> int:
    return data[at] if at < len(data) else 0
