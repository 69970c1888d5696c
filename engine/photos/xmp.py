"""Reading XMP, whether it lies in a photo's file or in a sidecar beside it. Never raises.

Regions follow the Metadata Working Group's guidelines (2.0: centre and size) or Microsoft's
People Tags (left, top and size); both count from the picture as it is stored, not as it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from engine.photos.hints import Box, Hints, Region, Stored
from engine.photos.metadata import moment, place, text

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_BYTES = 4 << 20
"""Larger packets hold the history of somebody's edits, or mean harm."""

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_EXIF = "{http://ns.adobe.com/exif/1.0/}"
_PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
_MWG = "{http://www.metadataworkinggroup.com/schemas/regions/}"
_AREA = "{http://ns.adobe.com/xmp/sType/Area#}"
_SIZE = "{http://ns.adobe.com/xap/1.0/sType/Dimensions#}"
_MP = "{http://ns.microsoft.com/photo/1.2/}"
_MPRI = "{http://ns.microsoft.com/photo/1.2/t/RegionInfo#}"
_MPREG = "{http://ns.microsoft.com/photo/1.2/t/Region#}"

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")

_LISTS = {_RDF + "Bag", _RDF + "Seq", _RDF + "Alt"}
_DATES = (_EXIF + "DateTimeOriginal", _PHOTOSHOP + "DateCreated", _XMP + "CreateDate")
_KINDS = {"": "face", "face": "face", "pet": "pet"}
_COORDINATE = re.compile(r"(\d+),(\d+(?:\.\d+)?)(?:,(\d+(?:\.\d+)?))?([NSEW])")

_DEEPEST = 12
_MOST_ITEMS = 1000
MOST_TEXT = 10_000
"""Characters of a title or a description that are kept."""


def parse(packet: bytes, stored: Stored) -> Hints:
    """What an XMP packet says, its regions turned upright; nothing if it makes no sense."""
    try:
        properties: dict[str, object] = {}
        for rdf in _root(packet).iter(_RDF + "RDF"):
            for description in rdf.findall(_RDF + "Description"):
                properties.update(_properties(description, 0))
        return _hints(properties, stored)
    except Exception:  # whatever is wrong with it, the photo itself is not
        return Hints()


def _root(packet: bytes) -> Element:
    """The packet's outermost element; entities and document types are refused, bombs are made so.

    Raises ValueError and its like.
    """
    from defusedxml.ElementTree import fromstring

    if len(packet) > MOST_BYTES:
        raise ValueError
    if not packet.startswith(_UTF_16):
        packet = packet.strip(b"\0 \t\r\n")  # what writers leave around it
    root: Element = fromstring(packet, forbid_dtd=True)
    return root


def _properties(element: Element, depth: int) -> dict[str, object]:
    """Properties by qualified name; RDF writes them as attributes or as elements."""
    found: dict[str, object] = {
        name: value
        for name, value in element.attrib.items()
        if not name.startswith((_RDF, _XML)) and "{" in name
    }
    for child in list(element)[:_MOST_ITEMS]:
        found[child.tag] = _value(child, depth + 1)
    return found


def _value(element: Element, depth: int) -> object:
    """A property's value: text, a list of values, or a dict of properties."""
    if depth > _DEEPEST:
        raise ValueError
    for child in element:
        if child.tag in _LISTS:
            return [_value(item, depth + 1) for item in list(child)[:_MOST_ITEMS]]
        if child.tag == _RDF + "Description":
            return _properties(child, depth + 1)
    properties = _properties(element, depth)
    return properties or element.text or ""


def _hints(properties: Mapping[str, object], stored: Stored) -> Hints:
    dates = (moment(properties.get(name)) for name in _DATES)
    latitude, longitude = place(
        _degrees(properties.get(_EXIF + "GPSLatitude")),
        _degrees(properties.get(_EXIF + "GPSLongitude")),
    )
    regions = tuple(_mwg_regions(properties, stored)) or tuple(_mp_regions(properties, stored))
    return Hints(
        title=_words(properties.get(_DC + "title")),
        description=_words(properties.get(_DC + "description")),
        keywords=keywords(_items(properties.get(_DC + "subject"))),
        rating=_rating(properties.get(_XMP + "Rating")),
        regions=regions,
        taken_at=next(filter(None, dates), None),
        place=None if latitude is None or longitude is None else (latitude, longitude),
    )


def keywords(values: Iterable[object]) -> tuple[str, ...]:
    """Texts as keywords: each once, the empty ones left out."""
    return tuple(dict.fromkeys(word for value in values if (word := text(value)[:200])))


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _words(value: object) -> str | None:
    """The text of a property that may be there in several languages: the first counts."""
    first = next(iter(_items(value)), None)
    return text(first)[:MOST_TEXT] or None


def _rating(value: object) -> int | None:
    try:
        rating = round(float(text(value)))
    except (ValueError, OverflowError):
        return None
    return rating if rating == -1 or 1 <= rating <= 5 else None


def _degrees(value: object) -> float | None:
    """ "59,54.8N" or "59,54,48N" in degrees, south and west negative."""
    match = _COORDINATE.fullmatch(text(value))
    if match is None:
        return None
    degrees = int(match[1]) + float(match[2]) / 60 + float(match[3] or 0) / 3600
    return -degrees if match[4] in "SW" else degrees


def _part(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, dict) else None


def _mwg_regions(properties: Mapping[str, object], stored: Stored) -> Iterator[Region]:
    regions = properties.get(_MWG + "Regions")
    if _drawn_upright(_part(regions, _MWG + "AppliedToDimensions"), stored):
        stored = Stored()
    for region in _items(_part(regions, _MWG + "RegionList")):
        area = _part(region, _MWG + "Area")
        kind = _KINDS.get(text(_part(region, _MWG + "Type")).casefold())
        numbers = _numbers([text(_part(area, _AREA + side)) for side in "xywh"])
        if kind is None or numbers is None or text(_part(area, _AREA + "unit")) == "pixel":
            continue
        x, y, width, height = numbers
        box = _box(x - width / 2, y - height / 2, width, height, stored)
        if box is not None:
            yield Region(box, text(_part(region, _MWG + "Name"))[:200] or None, kind)


def _drawn_upright(size: object, stored: Stored) -> bool:
    """Whether boxes were drawn on the turned picture, as a few programs do: its size tells."""
    numbers = _numbers([text(_part(size, _SIZE + side)) for side in "wh"])
    if numbers is None or stored.orientation < 5 or stored.width == stored.height:
        return False
    width, height = numbers
    return width != height and (width > height) != (stored.width > stored.height)


def _mp_regions(properties: Mapping[str, object], stored: Stored) -> Iterator[Region]:
    for region in _items(_part(properties.get(_MP + "RegionInfo"), _MPRI + "Regions")):
        numbers = _numbers(text(_part(region, _MPREG + "Rectangle")).split(","))
        if numbers is None or len(numbers) != 4:
            continue
        left, top, width, height = numbers
        box = _box(left, top, width, height, stored)
        if box is not None:
            yield Region(box, text(_part(region, _MPREG + "PersonDisplayName"))[:200] or None)


def _numbers(written: list[str]) -> list[float] | None:
    try:
        return [float(one) for one in written]
    except ValueError:
        return None


def _box(left: float, top: float, width: float, height: float, stored: Stored) -> Box | None:
    """An upright box; None if it has no size or lies outside (not-a-number does both)."""
    if not (width > 0 and height > 0 and left < 1 and top < 1 and left + width > 0):
        return None
    x0, y0, x1, y1 = stored.upright((left, top, left + width, top + height))
    return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None
