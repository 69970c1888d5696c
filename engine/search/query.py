"""The search language: what a line like `Ada without Tom at the beach 2023` asks for.

Names are conditions; dates, quotes, `is:favourite`, `rating:4`, `in:Norway`, `album:"Summer"` and
`type:video` too; everything else is meaning. A word that is not understood is never an error, it is
meaning as well.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from engine.search.dates import Dates, Period, bare_date, limit
from engine.search.words import (
    Word,
    bare,
    carries_meaning,
    fold,
    parts_of,
    possessive,
    words,
)

_QUOTE = re.compile(r"[\"“”„]")
_QUOTED = re.compile(r"[\"“”„]([^\"“”„]+)[\"“”]")
_KEYED = re.compile(
    r"(?<!\S)(before|after|is|in|album|type|rating):(?:[\"“”„]([^\"“”„]+)[\"“”]|([^\s\"“”„]+))",
    re.IGNORECASE,
)
_STARS = re.compile(r"([1-5])\+?|(★{1,5})")
_KINDS = {"in": "place", "album": "album", "type": "type"}
_OPENING = re.compile(
    r"^\s*(?:(?:show|find|give)\s+(?:me\s+)?)?(?:all\s+)?(?:(?:the|my|any|some)\s+)?"
    r"(?:photo|picture|image|pic)s?\s+(?:of|where|with|in\s+which|that\s+show|which\s+show|when)\s+",
    re.IGNORECASE,
)
_WITHOUT = {"without", "not", "no", "except", "excluding", "minus"}
_ARTICLES = {"a", "an", "the", "my", "our", "your"}


@dataclass(frozen=True)
class Known:
    """A concept as the search knows it: its id, its name today, and its class noun."""

    id: int
    name: str
    noun: str


@dataclass(frozen=True)
class Chip:
    """One understood part of a query, to be shown back.

    kind: name, without, exact, date, is, rating, place, album, type, words.
    """

    kind: str
    text: str


@dataclass
class Query:
    """A parsed query.

    wanted: every clause must hold; a clause holds where all concepts of one alternative are seen.
    unwanted: concepts that must not be seen. phrases: exact words the caption must contain.
    rating: how many stars a photo must have at least; 0 for any.
    places, albums, types: where, in which album and of what type a photo must be, as written.
    meaning: free words, names replaced by their nouns; empty when nothing is left to compare.
    """

    text: str
    wanted: list[list[frozenset[int]]] = field(default_factory=list)
    unwanted: set[int] = field(default_factory=set)
    phrases: list[str] = field(default_factory=list)
    dates: Dates = field(default_factory=Dates)
    favourite: bool = False
    rating: int = 0
    places: list[str] = field(default_factory=list)
    albums: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    meaning: str = ""
    chips: list[Chip] = field(default_factory=list)
    guessed_dates: bool = False

    @property
    def conditions(self) -> bool:
        """Whether anything narrows the photos down, besides meaning."""
        named = self.wanted or self.unwanted or self.phrases
        placed = self.places or self.albums or self.types
        return bool(named or placed or self.dates or self.favourite or self.rating)

    def include(self, other: Query) -> None:
        """Ask for all that another query asks for as well; its chips are not shown."""
        self.wanted += other.wanted
        self.unwanted |= other.unwanted
        self.phrases += other.phrases
        self.dates.limits += other.dates.limits
        self.dates.periods += other.dates.periods
        self.dates.months += other.dates.months
        self.favourite |= other.favourite
        self.rating = max(self.rating, other.rating)
        self.places += other.places
        self.albums += other.albums
        self.types += other.types
        self.meaning = f"{self.meaning} {other.meaning}".strip()

    def accepts(self, seen: Collection[int]) -> bool:
        """Whether a photo that shows these concepts meets the conditions on names."""
        shown = set(seen)
        if self.unwanted & shown:
            return False
        return all(any(one <= shown for one in clause) for clause in self.wanted)


@dataclass
class _Name:
    """A concept's name found in the text: words [first, last), which are glued how."""

    known: Known
    first: int
    last: int
    negated: bool = False
    joined: str = ""
    link: set[int] = field(default_factory=set)


def _anything(_key: str, _value: str) -> bool:
    return True


Knows = Callable[[str, str], bool]
"""Whether there is such a place, album or type: the key (`in`, `album`, `type`) and its value."""


def parse(
    text: str, names: Sequence[Known], *, guess_dates: bool = True, knows: Knows = _anything
) -> Query:
    """Understand a query.

    With `guess_dates` a bare year or month ("2023", "in June") is a date; without, it is meaning.
    What `knows` does not know of is meaning too.
    """
    query = Query(text)
    rest = _OPENING.sub("", text)
    rest = _unquoted(rest, names)
    rest = _take_keyed(rest, query, knows)
    rest = _take_quotes(rest, query)
    found = words(rest)
    gone: set[int] = set()
    named = _find_names(found, names)
    if guess_dates:
        taken = {at for name in named for at in range(name.first, name.last)}
        gone |= _take_dates(found, taken, query)
    _connect(found, named, gone, rest)
    _conditions(named, query)
    query.meaning = _meaning(rest, found, named, gone, query)
    return query


def names_in(text: str, names: Sequence[Known]) -> list[Known]:
    """The concepts a text names, each once, in reading order."""
    return list(dict.fromkeys(name.known for name in _find_names(words(text), names)))


def rated(least: int) -> str:
    """`4 stars or more`."""
    if least == 5:
        return "5 stars"
    return "1 star or more" if least == 1 else f"{least} stars or more"


def _unquoted(text: str, names: Sequence[Known]) -> str:
    """Without the quotes that belong to a name: `William "Bill" Gates`."""
    for known in names:
        if _QUOTE.search(known.name):
            parts = (re.escape(part) for part in _QUOTE.split(known.name))
            name = re.compile(_QUOTE.pattern.join(parts).replace(r"\ ", r"\s+"), re.IGNORECASE)
            text = name.sub(lambda match: _QUOTE.sub(" ", match[0]), text)
    return text


def _take_quotes(text: str, query: Query) -> str:
    for phrase in _QUOTED.findall(text):
        query.phrases.append(phrase.strip())
        query.chips.append(Chip("exact", phrase.strip()))
    return _QUOTED.sub(" ", text)


def _take_keyed(text: str, query: Query, knows: Knows) -> str:
    def take(match: re.Match[str]) -> str:
        key, value = match[1].lower(), " ".join((match[2] or match[3]).split())
        if key in _KINDS:
            if not knows(key, value):
                return value if key == "album" else f"{key} {value}"
            lists = {"in": query.places, "album": query.albums, "type": query.types}
            lists[key].append(value)
            query.chips.append(Chip(_KINDS[key], value))
            return " "
        if key == "rating" and (stars := _STARS.fullmatch(value)):
            number = int(stars[1]) if stars[1] else len(stars[2])
            query.rating = max(query.rating, number)
            query.chips.append(Chip("rating", rated(number)))
            return " "
        bound = limit(key, value) if key in ("before", "after") else None
        if bound is not None:
            query.dates.limits.append(bound)
            query.chips.append(Chip("date", f"{key} {value}"))
            return " "
        if key == "is" and fold(value) in {"favourite", "favorite"}:
            query.favourite = True
            query.chips.append(Chip("is", "favourite"))
            return " "
        return match[0].replace(":", " ")

    return _KEYED.sub(take, text)


def _find_names(found: Sequence[Word], names: Sequence[Known]) -> list[_Name]:
    """Names in reading order, longest first where several begin at the same word."""
    starting: dict[str, list[tuple[tuple[str, ...], Known]]] = {}
    for known in names:
        parts = parts_of(known.name)
        if parts:
            starting.setdefault(bare(parts[0]), []).append((parts, known))
    for several in starting.values():
        several.sort(key=lambda pair: -len(pair[0]))
    named: list[_Name] = []
    at = 0
    while at < len(found):
        fitting = [
            (len(parts), known)
            for parts, known in starting.get(bare(found[at].folded), ())
            if _spells(found[at : at + len(parts)], parts)
        ]
        if fitting:
            length = fitting[0][0]
            some = [known for count, known in fitting if count == length]
            written = found[at : at + length]
            # Zoe and Zoë may both be there.
            known = next((one for one in some if _is_written(written, one)), some[0])
            named.append(_Name(known, at, at + length))
            at += length - 1
        at += 1
    return named


def _spells(written: Sequence[Word], parts: Sequence[str]) -> bool:
    if len(written) != len(parts):
        return False
    if any(word.folded != part for word, part in zip(written[:-1], parts[:-1], strict=True)):
        return False
    return written[-1].folded == parts[-1] or bare(written[-1].folded) == bare(parts[-1])


def _is_written(written: Sequence[Word], known: Known) -> bool:
    """Whether words are those of a name with all its accents, perhaps with a possessive."""

    def joined(some: Sequence[Word]) -> str:
        text = " ".join(word.text for word in some)
        return unicodedata.normalize("NFC", text).casefold()

    return bare(joined(written)) == bare(joined(words(known.name)))


def _take_dates(found: Sequence[Word], taken: set[int], query: Query) -> set[int]:
    """Note bare dates in the query; return the words they used."""
    gone: set[int] = set()
    at = 0
    while at < len(found):
        date = None if at in taken else bare_date(found, at)
        if date is None or taken & set(range(at, at + date[0])):
            at += 1
            continue
        count, when = date
        before = found[at - 1].folded if at else ""
        if isinstance(when, Period) and before in {"before", "after"}:
            start, end = (None, when.start) if before == "before" else (when.end, None)
            query.dates.limits.append(Period(start, end))
            gone.add(at - 1)
        elif isinstance(when, Period):
            query.dates.periods.append(when)
        else:
            query.dates.months.append(when)
        first = at - 1 if at - 1 in gone else at
        label = " ".join(word.text for word in found[first : at + count])
        query.chips.append(Chip("date", label))
        query.guessed_dates = True
        gone |= set(range(at, at + count))
        at += count
    return gone


def _connect(found: Sequence[Word], named: list[_Name], gone: set[int], text: str) -> None:
    """Decide for each name whether it is unwanted and how it is joined to the one before it."""
    previous: _Name | None = None
    for name in named:
        start = previous.last if previous else 0
        between = [at for at in range(start, name.first) if at not in gone]
        if between and found[between[-1]].folded in _ARTICLES:
            between.pop()
        folded = [found[at].folded for at in between]
        written = text[found[start - 1].end if start else 0 : found[name.first].start]
        if folded and folded[-1] in _WITHOUT:
            name.negated = True
            gone |= set(between[-2:] if folded[-2:-1] in (["and"], ["but"]) else between[-1:])
        elif written.endswith("-"):
            name.negated = True
        elif previous is not None and folded in ([], ["and"], ["or"]):
            name.joined = folded[0] if folded else ""
            if previous.negated and (folded or "," in written):  # "without Tom and Momo"
                name.negated = True
            if previous.negated:
                gone |= set(between)
            name.link = set(between)
        previous = name


def _conditions(named: Sequence[_Name], query: Query) -> None:
    clause: list[set[int]] = []
    for name in named:
        if name.negated:
            query.unwanted.add(name.known.id)
            query.chips.append(Chip("without", name.known.name))
            continue
        query.chips.append(Chip("name", name.known.name))
        if name.joined == "or" and clause:
            clause.append({name.known.id})
        elif name.joined == "and" and clause:
            clause[-1].add(name.known.id)
        else:
            if clause:
                query.wanted.append([frozenset(one) for one in clause])
            clause = [{name.known.id}]
    if clause:
        query.wanted.append([frozenset(one) for one in clause])


def _meaning(
    text: str, found: Sequence[Word], named: Sequence[_Name], gone: set[int], query: Query
) -> str:
    """The free words as one line, with nouns standing in for names."""
    inserted: dict[int, str] = {}
    skipped = set(gone)
    links: set[int] = set()
    for name in named:
        skipped |= set(range(name.first, name.last))
        if name.joined == "or" and not name.negated:  # one of several: the first stands for them
            skipped |= name.link
        elif not name.negated:
            links |= name.link
            ending = "'s" if possessive(found[name.last - 1].text) else ""
            article = name.first > 0 and found[name.first - 1].folded in _ARTICLES
            inserted[name.first] = ("" if article else _article(name.known.noun)) + (
                name.known.noun + ending
            )
    free = _written(text, found, skipped | links, {})
    if carries_meaning(free):
        query.chips.append(Chip("words", free))
    elif not query.phrases:
        return "" if query.conditions else free
    return " ".join([_written(text, found, skipped, inserted), *query.phrases]).strip()


def _written(
    text: str, found: Sequence[Word], skipped: Collection[int], inserted: Mapping[int, str]
) -> str:
    """The text as it was written, less the skipped words and the marks that led to them."""
    parts: list[str] = []
    end = 0
    for at, word in enumerate(found):
        if at in inserted:
            parts += [text[end : word.start], inserted[at]]
        elif at not in skipped:
            parts += [text[end : word.start], word.text]
        elif parts:
            parts.append(" ")
        end = word.end
    line = " ".join("".join([*parts, text[end:]]).split())
    return re.sub(r" ([,;:])", r"\1", line).strip(" ,;:-")


def _article(noun: str) -> str:
    return "an " if noun[:1].lower() in "aeiou" else "a "
