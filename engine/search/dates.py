"""Dates as people write them in a search: `before:2020`, `after:2021-05`, `in June`, `2023`."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.search.words import Word

_FULL = re.compile(r"(\d{4})(?:[-/.](\d{1,2}))?(?:[-/.](\d{1,2}))?")
_YEAR = re.compile(r"(?:19|20)\d\d")
# Not calendar's, which speak the language of the process, and the window's may be another than the
# engine's: both read the same query.
_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
_SHORT = {name[:3]: number for number, name in enumerate(_NAMES, 1)}
_ALSO_WORDS = {"may", "march", "august"}
_LEADING = {"in", "during", "from", "of"}


@dataclass(frozen=True)
class Period:
    """Days from `start` (counted in) to `end` (left out), as ISO dates; None is open."""

    start: str | None = None
    end: str | None = None

    def holds(self, taken_at: str) -> bool:
        """Whether a time in ISO form lies in the period."""
        if self.start is not None and taken_at < self.start:
            return False
        return self.end is None or taken_at < self.end


@dataclass
class Dates:
    """What a query says about when: inside any of `periods`, in one of `months`, and `limits`."""

    periods: list[Period] = field(default_factory=list)
    months: list[int] = field(default_factory=list)
    limits: list[Period] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.periods or self.months or self.limits)

    def holds(self, taken_at: str | None) -> bool:
        """Whether a photo taken then is asked for; one without a date is not."""
        if not taken_at:
            return False
        if self.periods and not any(period.holds(taken_at) for period in self.periods):
            return False
        if self.months and taken_at[5:7] not in {f"{month:02d}" for month in self.months}:
            return False
        return all(limit.holds(taken_at) for limit in self.limits)


def period(text: str) -> Period | None:
    """The year, month or day written as `2020`, `2020-06` or `2020-06-15`; None if it is none."""
    match = _FULL.fullmatch(text)
    if match is None:
        return None
    year = int(match[1])
    if not 1 <= year < 9999:
        return None
    if match[2] is None:
        return Period(f"{year:04d}-01-01", f"{year + 1:04d}-01-01")
    month = int(match[2])
    if not 1 <= month <= 12:
        return None
    if match[3] is None:
        return _month_of(year, month)
    day = int(match[3])
    if not 1 <= day <= calendar.monthrange(year, month)[1]:
        return None
    start = f"{year:04d}-{month:02d}-{day:02d}"
    return Period(start, start + "T99")  # every time of that day sorts before its "T99"


def limit(key: str, value: str) -> Period | None:
    """`before:2020` ends where 2020 begins; `after:2020` begins where 2020 ends."""
    whole = period(value)
    if whole is None:
        return None
    return Period(end=whole.start) if key == "before" else Period(start=whole.end)


def bare_date(words: Sequence[Word], at: int) -> tuple[int, Period | int] | None:
    """A date written without a key, beginning at word `at`.

    Returns how many words it takes, and a period or, without a year, the number of a month.
    Months that are also words ("may") count only beside a year or after "in".
    """
    count = 1 if words[at].folded in _LEADING and at + 1 < len(words) else 0
    if at + count >= len(words):
        return None
    first = words[at + count].folded
    following = words[at + count + 1].folded if at + count + 1 < len(words) else ""
    month = _MONTHS.get(first) or _SHORT.get(first)
    if month is not None and _YEAR.fullmatch(following):
        return count + 2, _month_of(int(following), month)
    if first in _MONTHS and (count or first not in _ALSO_WORDS):
        return count + 1, _MONTHS[first]
    if _YEAR.fullmatch(first):
        return count + 1, Period(f"{int(first)}-01-01", f"{int(first) + 1}-01-01")
    return None


def _month_of(year: int, month: int) -> Period:
    later = f"{year:04d}-{month + 1:02d}-01" if month < 12 else f"{year + 1:04d}-01-01"
    return Period(f"{year:04d}-{month:02d}-01", later)
