"""Identifier words in a model's text and `{0}`, `{1}`... in Familiar's: one for the other."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.errors import UsageError

_PLACEHOLDER = re.compile(r"\{(\d+)\}")
_NO_BRACES = str.maketrans("{}", "()")


def spoken(text: str, words: Sequence[str]) -> str:
    """`text` as the model shall read it: `{i}` becomes the i-th word.

    Raises UsageError where the text names a concept that the photo does not have.
    """

    def word(found: re.Match[str]) -> str:
        number = int(found[1])
        if number >= len(words):
            raise UsageError(f"“{text}” names concept {number}, but there are {len(words)}.")
        return words[number]

    return _PLACEHOLDER.sub(word, text)


def slotted(text: str, words: Sequence[str]) -> str:
    """`text` as the model wrote it with the i-th word as `{i}`, in whatever case, also in "Ada's".

    Braces of the model's own become parentheses, so that every placeholder is a concept.
    """
    text = text.translate(_NO_BRACES)
    number = {word.casefold(): f"{{{n}}}" for n, word in enumerate(words)}
    if not number:
        return text
    longest_first = sorted(map(re.escape, words), key=len, reverse=True)
    any_word = re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)", re.IGNORECASE)
    return any_word.sub(lambda found: number[found[0].casefold()], text)


def listed(words: Sequence[str]) -> str:
    """The words as one phrase: "ada", "ada and biscuit", "ada, biscuit and bob"."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def check_words(words: Sequence[str]) -> None:
    """Raises UsageError unless each concept of one photo has a word of its own."""
    if not all(word.strip() for word in words):
        raise UsageError("This captioner needs a word for each concept.")
    if len({word.casefold() for word in words}) < len(words):
        raise UsageError(f"Concepts in one photo need different words, not {listed(words)}.")
