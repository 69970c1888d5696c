"""Hints that lie in a picture's own file: XMP and IPTC, as Pillow hands them out. Never raises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine.photos import xmp
from engine.photos.hints import Hints, Stored
from engine.photos.metadata import moment, text

if TYPE_CHECKING:
    from PIL import Image

_ORIENTATION = 274
_RECORD = 2
_TITLE, _KEYWORDS, _DATE, _TIME, _DESCRIPTION = 5, 25, 55, 60, 120
_CHARSET = (1, 90)
_UTF8 = b"\x1b%G"


def stored_as(picture: Image.Image, orientation: int) -> Stored:
    """How an opened picture lies in its file; `orientation` is what it still has to be given.

    HEIC and TIFF are turned by their decoders, which know how they lay.
    """
    told: object = picture.info.get("original_orientation")
    tags: Mapping[int, Any] = getattr(picture, "tag_v2", {})
    try:
        told = told or tags.get(_ORIENTATION)
    except Exception:
        told = None
    width, height = picture.size
    if orientation == 1 and isinstance(told, int) and 1 < told <= 8:
        if told >= 5:
            width, height = height, width
        return Stored(told, width, height)
    return Stored(orientation, width, height)


def read_hints(picture: Image.Image, stored: Stored, sidecars: Sequence[bytes]) -> Hints:
    """What a decoded picture and its sidecars say, the sidecars first."""
    return gather([*sidecars, _packet(picture)], stored).or_else(_iptc(picture))


def gather(packets: Sequence[bytes], stored: Stored) -> Hints:
    """What XMP packets say together, the first first."""
    hints = Hints()
    for packet in packets:
        if packet:
            hints = hints.or_else(xmp.parse(packet, stored))
    return hints


def _packet(picture: Image.Image) -> bytes:
    packet = picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp") or b""
    return packet.encode() if isinstance(packet, str) else packet


def _iptc(picture: Image.Image) -> Hints:
    """The older IPTC records, which many archives still write."""
    try:
        from PIL import ImageFile, IptcImagePlugin

        if not isinstance(picture, ImageFile.ImageFile):
            return Hints()
        records: Mapping[tuple[int, int], Any] = IptcImagePlugin.getiptcinfo(picture) or {}
    except Exception:  # Pillow lets many kinds through for damaged records
        return Hints()
    utf8 = records.get(_CHARSET) == _UTF8

    def values(number: int) -> list[object]:
        found = records.get((_RECORD, number), [])
        return [_decoded(one, utf8) for one in (found if isinstance(found, list) else [found])]

    def first(number: int) -> str:
        return text(next(iter(values(number)), ""))[: xmp.MOST_TEXT]

    day, time = first(_DATE), first(_TIME)
    written = f"{day[:4]}-{day[4:6]}-{day[6:8]}"
    if len(time) >= 6:
        written += f"T{time[:2]}:{time[2:4]}:{time[4:6]}{time[6:]}"
    return Hints(
        title=first(_TITLE) or None,
        description=first(_DESCRIPTION) or None,
        keywords=xmp.keywords(values(_KEYWORDS)),
        taken_at=moment(written),
    )


def _decoded(value: object, utf8: bool) -> str:
    """IPTC seldom says how its text is encoded: UTF-8 where it is that, else Latin-1."""
    if not isinstance(value, bytes):
        return ""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("utf-8", "replace") if utf8 else value.decode("latin-1")
