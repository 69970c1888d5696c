"""Phrases with numbers and dates in them, as the window writes them; all in one place."""

from __future__ import annotations

import datetime
import re

from PySide6.QtCore import QCoreApplication, QDate, QLocale
from PySide6.QtGui import Qt

_HOUR = 3600
_FULL = re.compile(r"\S{24}(?=\S)")


def tr(text: str) -> str:
    """A text of this file in the owner's language."""
    return QCoreApplication.translate("words", text)


def number(count: int) -> str:
    """8041 as `8,041`."""
    return QLocale().toString(count)


def photos(count: int) -> str:
    """`1 photo`, `8,041 photos`."""
    return tr("1 photo") if count == 1 else tr("{} photos").format(number(count))


def more_photos(count: int) -> str:
    """`1 more photo`, `8,041 more photos`, `no other photo`: besides those that are known of."""
    if count < 2:
        return tr("1 more photo") if count else tr("no other photo")
    return tr("{} more photos").format(number(count))


def of(done: int, total: int) -> str:
    """`5,066 of 8,041`; only what is done while the total is not known (0)."""
    return tr("{} of {}").format(number(done), number(total)) if total else number(done)


def rate(per_second: float) -> str:
    """`4 a second`, `12 a minute`."""
    if per_second >= 1:
        return tr("{} a second").format(number(round(per_second)))
    if per_second * 60 >= 1:
        return tr("{} a minute").format(number(round(per_second * 60)))
    return tr("{} an hour").format(number(max(1, round(per_second * _HOUR))))


def left(seconds: float) -> str:
    """`less than a minute`, `about 12 min`, `about 3 h`."""
    if seconds < 60:
        return tr("less than a minute")
    if seconds < 90 * 60:
        return tr("about {} min").format(round(seconds / 60))
    return tr("about {} h").format(round(seconds / _HOUR))


def unmarked(text: str) -> str:
    """A text as it is, for buttons and menus, which take a single & for the mark of a key."""
    return text.replace("&", "&&")


def month(year: int, number_: int) -> str:
    """`August 2024`."""
    return QLocale().toString(QDate(year, number_, 1), "MMMM yyyy")


def moment(taken_at: str) -> str:
    """`14 August 2024, 16:20` of a time in ISO 8601; only the date of a day."""
    when = datetime.datetime.fromisoformat(taken_at)
    date = QLocale().toString(QDate(when.year, when.month, when.day), "d MMMM yyyy")
    return f"{date}, {when:%H:%M}" if "T" in taken_at else date


def days(first: datetime.date, last: datetime.date) -> str:
    """`14 August 2024`, or `12 August 2024 – 14 August 2024`."""
    ends = [
        QLocale().toString(QDate(day.year, day.month, day.day), "d MMMM yyyy")
        for day in (first, last)
    ]
    return ends[0] if first == last else " – ".join(ends)


def together(*parts: str) -> str:
    """Parts of one quiet line: `5,066 of 8,041 · 4 a second`; empty ones are left out."""
    return " · ".join(part for part in parts if part)


def about(name: str, said: str) -> str:
    """`IMG_2041.JPG: It ends too early.`; the name alone where nothing is said of it."""
    return tr("{}: {}").format(name, said) if said else name


def plain(text: str) -> str:
    """A text for the note beside the pointer, as it is, even if it looks like markup."""
    return Qt.convertFromPlainText(text) if Qt.mightBeRichText(text) else text


def breakable(text: str) -> str:
    """A text whose lines can be broken within words too, where these fill a line by themselves."""
    return _FULL.sub("\\g<0>\u200b", text)


def shortened(name: str, most: int) -> str:
    """A name of at most so many characters, for where there is little room."""
    return name if len(name) <= most else f"{name[: most - 1]}…"
