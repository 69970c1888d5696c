"""Cuts a search that is being typed into what is understood already, and what is still words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from desktop import words
from engine.search.query import Chip, Known, parse
from engine.search.words import fold, parts_of
from engine.search.words import words as words_of

_QUOTES = '"“”„'
_LONGEST = 3
"""Words of a name that are looked for at the end of a line."""


@dataclass(frozen=True)
class Token:
    """A part of a search as it was typed (`without Tom`), and what it says (a `Chip`)."""

    text: str
    chip: Chip

    @property
    def label(self) -> str:
        """What is written on it."""
        if self.chip.kind == "without":
            return words.tr("not {}").format(self.chip.text)
        if self.chip.kind == "exact":
            return f"“{self.chip.text}”"
        if fold(self.text).startswith("or "):
            return words.tr("or {}").format(self.chip.text)
        return self.chip.text

    @property
    def named(self) -> bool:
        """Whether it is about someone or something with a name."""
        return self.chip.kind in ("name", "without")


def split(text: str, names: Sequence[Known], *, finished: bool = False) -> tuple[list[Token], str]:
    """The tokens a search begins with, and the rest of it, which begins with free words.

    A part counts as soon as a space follows it; with `finished`, the last one counts without.
    """
    tokens: list[Token] = []
    rest = text
    while (token := _first(rest, names, finished=finished)) is not None:
        tokens.append(token)
        rest = rest[len(token.text) :].lstrip()
    return tokens, rest


def _first(text: str, names: Sequence[Known], *, finished: bool) -> Token | None:
    token: Token | None = None
    for end in _ends(text, finished=finished):
        query = parse(text[:end], names)
        if any(chip.kind == "words" for chip in query.chips) or len(query.chips) > 1:
            if _begins_name(text[:end], names):
                continue
            break
        if query.chips:
            # A longer one takes the place of a shorter: `Ada`, and then `Ada Lovelace`.
            token = _with_signs(Token(text[:end], query.chips[0]), text)
            if not _may_be_longer(token, names):
                return token
    if token is not None and not finished and _goes_on(token, text, names):
        return None
    return token


def _ends(text: str, *, finished: bool) -> Iterator[int]:
    """Where a part may end: at each space that is not in quotes, and at the end if it is one."""
    quoted = False
    for at, letter in enumerate(text):
        quoted ^= letter in _QUOTES
        if letter.isspace() and not quoted and at and not text[at - 1].isspace():
            yield at
    if finished and text.strip():
        yield len(text)


def _begins_name(text: str, names: Sequence[Known]) -> bool:
    """Whether a text ends with the first words of a name that has more."""
    written = tuple(word.folded for word in words_of(text))
    for one in names:
        name = parts_of(one.name)
        if any(written[-count:] == name[:count] for count in range(1, len(name))):
            return True
    return False


def _with_signs(token: Token, text: str) -> Token:
    """With what a name ends in besides words, where that was typed too: `Luna 🐶`."""
    name = token.chip.text
    found = words_of(name) if token.named else []
    signs = name[found[-1].end :] if found else ""
    whole = f"{token.text}{signs}"
    return Token(whole, token.chip) if text.startswith(whole) else token


def _may_be_longer(token: Token, names: Sequence[Known]) -> bool:
    """Whether there is a longer name that begins with this one."""
    name = f"{fold(token.chip.text)} "
    return token.named and any(fold(one.name).startswith(name) for one in names)


def _goes_on(token: Token, text: str, names: Sequence[Known]) -> bool:
    """Whether what follows a name begins the rest of a longer one."""
    typed = f"{fold(token.chip.text)} {fold(text[len(token.text) :])}"
    return token.named and any(fold(one.name).startswith(typed) for one in names)


def ends_with_name(text: str, names: Sequence[Known]) -> tuple[str, list[Known]]:
    """The last words of a text that begin a name, and the names they may become.

    `Biscuit and lo` gives `lo` and everyone whose name begins with it; who is called just so is
    the first of them.
    """
    tail = text.split(" ")
    for start in range(max(0, len(tail) - _LONGEST), len(tail)):
        typed = " ".join(tail[start:])
        folded = fold(typed) + (" " if typed.endswith(" ") else "")
        fitting = [one for one in names if fold(one.name).startswith(folded)] if typed else []
        if fitting:
            whole = typed.casefold()
            fitting.sort(key=lambda one: (one.name.casefold() != whole, fold(one.name) != folded))
            return typed, fitting
    return "", []
