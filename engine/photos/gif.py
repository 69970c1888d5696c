"""How large a GIF file makes its decoder's canvas, told from its blocks before it is opened.

Frames may be larger than the file says it is, and Pillow prepares for them as it opens it.
"""

from __future__ import annotations

_EXTENSION, _FRAME, _END = 0x21, 0x2C, 0x3B


def extent(data: bytes, most: int) -> tuple[int, int]:
    """Width and height of what holds the screen and the first `most` frames."""
    width, height = _number(data, 6), _number(data, 8)
    at = 13 + _palette(data, 10)
    found = 0
    while at < len(data) and data[at] != _END and found < most:
        if data[at] == _EXTENSION:
            at = _after_blocks(data, at + 2)
        elif data[at] == _FRAME:
            found += 1
            width = max(width, _number(data, at + 1) + _number(data, at + 5))
            height = max(height, _number(data, at + 3) + _number(data, at + 7))
            at = _after_blocks(data, at + 11 + _palette(data, at + 9))
        else:
            at += 1
    return width, height


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "little")


def _palette(data: bytes, at: int) -> int:
    """The length of the table of colours that the flags at some place announce."""
    flags = data[at] if at < len(data) else 0
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _after_blocks(data: bytes, at: int) -> int:
    """Where a chain of blocks, each with its length before it, has come to its end."""
    while at < len(data) and data[at]:
        at += 1 + data[at]
    return at + 1
