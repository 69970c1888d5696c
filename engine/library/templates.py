"""Captions as templates: `{c7} is surfing` is shown with concept 7's name of today.

Text is literal except for slots; a literal brace is doubled, as in `str.format`. A caption never
stores a name, so renaming someone is one row and changes every caption at once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

UNKNOWN = "someone"
"""Shown for a slot whose concept has no name."""

_LETTER = r"[^\W\u2e80-\U0010ffff]"
"""Of a word, in scripts that put spaces between words."""

_TOKEN = re.compile(r"\{\{|\}\}|\{c(\d{1,18})\}|[{}]")


def slot(concept_id: int) -> str:
    """The slot of one concept, as it stands in a template."""
    return f"{{c{concept_id}}}"


def escape(text: str) -> str:
    """Plain text as a template that shows exactly that text."""
    return text.replace("{", "{{").replace("}", "}}")


def parse(template: str) -> list[str | int]:
    """The template's parts in order: literal text as str, slots as concept ids.

    Raises ValueError for a brace that is neither doubled nor part of a slot.
    """
    parts: list[str | int] = []
    literal: list[str] = []
    end = 0
    for token in _TOKEN.finditer(template):
        literal.append(template[end : token.start()])
        end = token.end()
        if token[1] is not None:
            text = "".join(literal)
            if text:
                parts.append(text)
            literal.clear()
            parts.append(int(token[1]))
        elif len(token[0]) == 2:
            literal.append(token[0][0])
        else:
            raise ValueError(f"a lone {token[0]!r} at position {token.start()} of a caption")
    literal.append(template[end:])
    text = "".join(literal)
    if text:
        parts.append(text)
    return parts


def render(template: str, names: Mapping[int, str]) -> str:
    """The text to show: every slot becomes its name in `names`, or "someone"."""
    if "{" not in template and "}" not in template:
        return template
    return "".join(
        part if isinstance(part, str) else names.get(part, UNKNOWN) for part in parse(template)
    )


def concepts_in(template: str) -> list[int]:
    """The ids of the concepts a template names, each once, in the order they first appear."""
    return list(dict.fromkeys(part for part in parse(template) if isinstance(part, int)))


def names_in(text: str, names: Mapping[int, str]) -> list[tuple[int, int, int]]:
    """Where a text says one of the names: start, end and concept id, in reading order.

    The longest name counts where several begin, and only whole words are names. Case may differ
    where a word was written with a capital ("ADA"), never the other way: "may" is not May. Names
    are in Unicode's NFC, and match text that is so too.
    """
    longest_first = sorted((name, one) for one, name in names.items() if name.strip())
    longest_first.sort(key=lambda pair: -len(pair[0]))
    patterns = [(_pattern(name), name.split(), one) for name, one in longest_first]
    if not patterns:
        return []
    any_name = re.compile("|".join(pattern.pattern for pattern, _, _ in patterns), re.IGNORECASE)
    found, at = [], 0
    while (candidate := any_name.search(text, at)) is not None:
        at = candidate.start() + 1
        for pattern, written, concept_id in patterns:
            match = pattern.match(text, candidate.start())
            if match is not None and _spells(match[0].split(), written):
                found.append((match.start(), match.end(), concept_id))
                at = match.end()
                break
    return found


def from_text(text: str, names: Mapping[int, str]) -> str:
    """The template of a text that was written with names: the other way of `render`."""
    text = unicodedata.normalize("NFC", text)
    parts, end = [], 0
    for start, after, concept_id in names_in(text, names):
        parts += [escape(text[end:start]), slot(concept_id)]
        end = after
    return "".join([*parts, escape(text[end:])])


def _pattern(name: str) -> re.Pattern[str]:
    """Finds a name that is not part of a longer word, with any space for any other."""
    parts = r"\s+".join(re.escape(part) for part in name.split())
    before = f"(?<!{_LETTER})" if re.match(_LETTER, name) else ""
    after = f"(?!{_LETTER})" if re.search(f"{_LETTER}$", name) else ""
    return re.compile(f"{before}{parts}{after}", re.IGNORECASE)


def _spells(found: Sequence[str], written: Sequence[str]) -> bool:
    """Whether words are those of a name, each with a capital where the name has one."""
    return all(
        one[0] == other[0] or one[0] != one[0].lower()
        for one, other in zip(found, written, strict=True)
    )
