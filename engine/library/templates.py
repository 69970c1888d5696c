"""Captions as templates: `{c7} is surfing` is shown with concept 7's name of today.

Text is literal except for slots; a literal brace is doubled, as in `str.format`. A caption never
stores a name, so renaming someone is one row and changes every caption at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

UNKNOWN = "someone"
"""Shown for a slot whose concept has no name."""

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
