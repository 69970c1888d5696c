"""What a trip or a day is called: from where it was, what its captions say, and who was there."""

from __future__ import annotations

import calendar
import datetime
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.library.spots import Spot
from engine.library.templates import escape, parse, slot

MOSTLY = 0.5
"""Part of the photos that must be of a place, or show someone, for the title to say so."""

OFTEN = 0.35
"""Part of the captions that must speak of a scene."""

_LEAST = 3
_NUMBERS = ("", "A", "Two", "Three", "Four", "Five")
_SCENES = {
    "at the beach": "beach beaches sand sandy seashore shore",
    "by the sea": "sea ocean waves surf surfer surfing surfboard",
    "in the snow": "snow snowy ski skis skier skiing skiers snowboard snowboarder sled sledding",
    "at the pool": "pool",
    "by the water": "water lake river pond boat canoe kayak stream",
    "in the mountains": "mountain mountains mountainside cliff cliffs hiker hikers hiking",
    "in the woods": "forest woods trail",
    "in the park": "park playground",
    "in the garden": "garden yard backyard",
    "in town": "street streets city sidewalk building buildings",
    "at the game": "football soccer baseball basketball rugby stadium tennis hockey",
    "at a wedding": "bride groom wedding",
    "at a birthday": "birthday candles",
    "at a concert": "concert stage microphone guitar band",
    "at the zoo": "zoo elephant giraffe lion",
}
_SCENE_OF = {word: scene for scene, words in _SCENES.items() for word in words.split()}


@dataclass(frozen=True)
class Facts:
    """What is known of some photos: their first and last day; where those with GPS were; the
    captions, as templates; how many show each concept; whether they are of a trip away."""

    first: datetime.date
    last: datetime.date
    photos: int
    spots: Sequence[Spot]
    captions: Sequence[str]
    named: Mapping[int, int]
    away: bool


def title(facts: Facts) -> str:
    """A title as a template: "Weekend in Skagen, June 2023", "A day with {c1}, June 2023"."""
    where = _where(facts)
    scene = _scene(facts.captions)
    about = where and f"in {escape(where)}"
    if scene is not None and not (facts.away and about):
        about = scene
    if about is None:
        about = _company(facts)
    if about is None:
        return _dates(facts)
    month = f"{calendar.month_name[facts.last.month]} {facts.last.year}"
    return f"{_length(facts)} {about}, {month}"


def _where(facts: Facts) -> str | None:
    """The smallest place that most of the photos with GPS are of, if these are not too few."""
    if len(facts.spots) < max(_LEAST, 0.3 * facts.photos):
        return None
    for level in (
        [spot.city for spot in facts.spots],
        [spot.region for spot in facts.spots],
        [spot.country for spot in facts.spots],
    ):
        name, count = Counter(level).most_common(1)[0]
        if name and count >= MOSTLY * len(level):
            return name
    countries = Counter(spot.country for spot in facts.spots).most_common(2)
    return " and ".join(name for name, _ in countries)


def _scene(captions: Sequence[str]) -> str | None:
    """What the captions keep speaking of, each counted once."""
    counts: Counter[str] = Counter()
    for template in captions:
        text = " ".join(part for part in parse(template) if isinstance(part, str)).lower()
        words = dict.fromkeys(re.findall(r"[a-z]+", text))
        counts.update({_SCENE_OF[word] for word in words if word in _SCENE_OF})
    for scene, count in counts.most_common(1):
        if count >= max(_LEAST, OFTEN * len(captions)):
            return scene
    return None


def _company(facts: Facts) -> str | None:
    """Those who are in most of the photos, two at most."""
    often = [
        (count, -concept)
        for concept, count in facts.named.items()
        if count >= max(_LEAST, MOSTLY * facts.photos)
    ]
    names = [slot(-concept) for _, concept in sorted(often, reverse=True)[:2]]
    return f"with {' and '.join(names)}" if names else None


def _length(facts: Facts) -> str:
    """ "A day", "Weekend", "Four days", "A week"."""
    days = (facts.last - facts.first).days + 1
    weekdays = {(facts.first + datetime.timedelta(one)).weekday() for one in range(min(days, 7))}
    if days == 1:
        return "A day"
    if days <= 4 and {5, 6} <= weekdays:
        return "Weekend"
    if days < len(_NUMBERS):
        return f"{_NUMBERS[days]} days"
    if 6 <= days <= 8:
        return "A week"
    return "Two weeks" if 13 <= days <= 15 else f"{days} days"


def _dates(facts: Facts) -> str:
    """ "17 June 2023", "14–17 June 2023", "30 June – 2 July 2023"."""
    first, last = facts.first, facts.last
    end = f"{last.day} {calendar.month_name[last.month]} {last.year}"
    if first == last:
        return end
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{end}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"{first.day} {calendar.month_name[first.month]}{year} – {end}"
