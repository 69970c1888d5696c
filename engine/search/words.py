"""Words of a query: folding, splitting, and the small words that carry no picture."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"\w+(?:['’\-]\w+)*['’]?")
_POSSESSIVE = re.compile(r"(['’]s|['’])$")

EMPTY_WORDS = frozenset(
    """a all an and any are as at be been being but by did do does every find for from had has have
    he her here him his i image images in is it its me my no not of on or our photo photos picture
    pictures pics she show showing shows some that the their them there these they this those to
    together was we were when where which who with without you your""".split()
)
"""Words that alone describe no picture: after the names are taken out they are no meaning."""


@dataclass(frozen=True)
class Word:
    """One word of a text: where it stands, as written, and folded for comparison."""

    start: int
    end: int
    text: str
    folded: str


def fold(text: str) -> str:
    """Lower case without accents, one space between words: how names and phrases are compared."""
    if text.isascii():
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFKD", text)
    bare = "".join(mark for mark in plain if not unicodedata.combining(mark))
    return " ".join(bare.casefold().replace("’", "'").split())


def words(text: str) -> list[Word]:
    """The words of a text, in order; punctuation between them is left out."""
    return [
        Word(match.start(), match.end(), match.group(), fold(match.group()))
        for match in _WORD.finditer(text)
    ]


@lru_cache(maxsize=4096)
def parts_of(name: str) -> tuple[str, ...]:
    """The folded words of a name; kept, as all names are looked for again at each letter typed."""
    return tuple(word.folded for word in words(name))


def bare(folded: str) -> str:
    """A folded word without its possessive: `ada's` and `james'` become `ada` and `james`."""
    return _POSSESSIVE.sub("", folded)


def possessive(word: str) -> str:
    """The possessive ending of a word as it was written, or an empty string."""
    match = _POSSESSIVE.search(word)
    return match.group() if match else ""


def carries_meaning(text: str) -> bool:
    """Whether a text has any word that could describe a picture."""
    return any(bare(word.folded) not in EMPTY_WORDS for word in words(text))


def contains_phrase(text: str, phrase: str) -> bool:
    """Whether the words of `phrase` stand in `text` in that order, side by side."""
    wanted = [word.folded for word in words(phrase)]
    found = [word.folded for word in words(text)]
    if not wanted:
        return fold(phrase) in fold(text)
    width = len(wanted)
    return any(found[i : i + width] == wanted for i in range(len(found) - width + 1))
