"""What a picture file says about itself: when, where, with which camera. Never raises."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.photos import live
from engine.photos.formats import TIFF, Format

if TYPE_CHECKING:
    from PIL import Image

_EXIF_IFD = 0x8769
_GPS_IFD = 0x8825
_MAKER_NOTE = 0x927C
_ORIENTATION = 0x0112
_MAKE, _MODEL = 0x010F, 0x0110
# Date and its time zone: when the picture was taken, when it was scanned, when the file was made.
_DATES = ((0x9003, 0x9011), (0x9004, 0x9012), (0x0132, 0x9010))

_DATE = re.compile(r"(\d{4})[:/.-](\d\d)[:/.-](\d\d)[ T](\d\d):(\d\d)(?::(\d\d))?")
_OFFSET = re.compile(r"[+-]\d\d:\d\d")
_ISO_DATE = re.compile(
    r"(\d{4})[:/-](\d\d)[:/-](\d\d)"
    r"(?:[T ](\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?)?"
)


@dataclass(frozen=True)
class PhotoInfo:
    """taken_at: ISO 8601, local to the camera, with an offset if the camera knew its own;
    latitude, longitude: degrees, north and east positive; camera: maker and model;
    format: "JPEG", "HEIC", "RAW", "video"...; duration: of a video, in seconds;
    pair: what Apple's cameras write into both the still and the movie of a Live Photo."""

    taken_at: str | None
    latitude: float | None
    longitude: float | None
    camera: str | None
    format: str
    duration: float | None = None
    pair: str | None = None


def read_info(get_exif: Callable[[], Image.Exif], kind: Format) -> tuple[PhotoInfo, int]:
    """What an opened picture says, and the EXIF orientation (1..8) it still has to be given.

    Damaged or absurd metadata count as missing: they are no reason to refuse a picture.
    """
    main = _tags(get_exif)
    exif = _tags(get_exif, _EXIF_IFD)
    latitude, longitude = _position(_tags(get_exif, _GPS_IFD))
    # Pillow turns TIFF upright by itself.
    orientation = 1 if kind is TIFF else main.get(_ORIENTATION, 1)
    info = PhotoInfo(
        taken_at=_taken_at(main, exif),
        latitude=latitude,
        longitude=longitude,
        camera=camera(main.get(_MAKE), main.get(_MODEL)),
        format=kind.name,
        pair=live.pair_of_still(exif.get(_MAKER_NOTE)),
    )
    return info, orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1


def moment(written: object) -> str | None:
    """A date as XMP and QuickTime write it, as ISO 8601; None if it is none that can be.

    A day alone stays a day.
    """
    match = _ISO_DATE.match(text(written))
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    try:
        when = datetime.datetime(year, month, day, hour, minute, second)  # noqa: DTZ001
    except ValueError:
        return None
    if match[4] is None:
        return when.date().isoformat()
    zone = match[7] or ""
    if len(zone) == 5:
        zone = f"{zone[:3]}:{zone[3:]}"
    return when.isoformat() + ("+00:00" if zone == "Z" else zone)


def text(value: object) -> str:
    """A value as one line of printable text; empty if it is no text."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        return ""
    return " ".join("".join(c if c.isprintable() else " " for c in value.split("\0")[0]).split())


def camera(maker: object, model: object) -> str | None:
    """A camera's name: "Canon" and "Canon EOS R5" is said once."""
    make, name = text(maker), text(model)
    if make and name.casefold().startswith(make.split()[0].casefold()):
        make = ""
    return f"{make} {name}".strip()[:200] or None


def place(latitude: float | None, longitude: float | None) -> tuple[float | None, float | None]:
    """Degrees north and east, or neither: 0, 0 is what cameras write that have no fix."""
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        return None, None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return None, None
    return round(latitude, 7), round(longitude, 7)


def _tags(get_exif: Callable[[], Image.Exif], ifd: int | None = None) -> Mapping[int, Any]:
    try:
        exif = get_exif()
        return exif if ifd is None else exif.get_ifd(ifd)
    except Exception:  # Pillow lets many kinds through for damaged EXIF.
        return {}


def _taken_at(main: Mapping[int, Any], exif: Mapping[int, Any]) -> str | None:
    for date_tag, offset_tag in _DATES:
        match = _DATE.match(text(exif.get(date_tag) or main.get(date_tag)))
        if match is None:
            continue
        try:
            year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
            when = datetime.datetime(year, month, day, hour, minute, second)  # noqa: DTZ001
        except ValueError:
            continue
        offset = text(exif.get(offset_tag))
        return when.isoformat() + (offset if _OFFSET.fullmatch(offset) else "")
    return None


def _position(gps: Mapping[int, Any]) -> tuple[float | None, float | None]:
    return place(
        _degrees(gps.get(2), text(gps.get(1)), 90), _degrees(gps.get(4), text(gps.get(3)), 180)
    )


def _degrees(value: object, direction: str, limit: int) -> float | None:
    try:
        parts = [float(part) for part in value]  # type: ignore[attr-defined]
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    if not parts:
        return None
    degrees = math.fsum(part / 60.0**power for power, part in enumerate(parts[:3]))
    if not math.isfinite(degrees) or not 0 <= degrees <= limit:
        return None
    return round(-degrees if direction.upper() in ("S", "W") else degrees, 7)
