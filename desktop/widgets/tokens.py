"""Cuts a search that is being typed into what is understood already, and what is still words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from desktop import words
from engine.search.query import Chip, Known, parse
from engine.search.words import fold


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
    for end in _ends(text, finished=finished):
        query = parse(text[:end], names)
        if query.chips and not query.meaning:
            chip = query.chips[-1]
            if _may_go_on(chip, text[end:].strip(), names) and not finished:
                return None
            return Token(text[:end], chip)
        if any(chip.kind == "words" for chip in query.chips):
            return None
    return None


def _ends(text: str, *, finished: bool) -> Iterator[int]:
    """Where a part may end: before each space, and at the end if nothing is to follow."""
    for at in range(1, len(text)):
        if text[at].isspace() and not text[at - 1].isspace():
            yield at
    if finished and text.strip():
        yield len(text)


def _may_go_on(chip: Chip, rest: str, names: Sequence[Known]) -> bool:
    """Whether what follows a name may yet make it a longer one: `Ada` and `Ada Lovelace`."""
    if chip.kind not in ("name", "without"):
        return False
    typed = f"{fold(chip.text)} {fold(rest)}"
    return any(
        fold(one.name) != fold(chip.text) and fold(one.name).startswith(typed) for one in names
    )


def ends_with_name(text: str, names: Sequence[Known]) -> tuple[str, list[Known]]:
    """The last words of a text that begin a name, and the names they may become.

    `Biscuit and lo` gives `lo` and everyone whose name, or a word of it, begins with it.
    """
    tail = text.split(" ")
    for start in range(max(0, len(tail) - 3), len(tail)):
        typed = " ".join(tail[start:])
        folded = fold(typed)
        if not folded or folded != folded.strip():
            continue
        fitting = [one for one in names if fold(one.name).startswith(folded)]
        if fitting:
            return typed, fitting
    return "", []
