"""Names as people write them: what can be one, and when two are the same."""

from __future__ import annotations

import unicodedata

from engine.errors import UsageError

_LONGEST = 100


def fold(name: str) -> str:
    """A name for comparing: compatibility forms, case and spacing put aside."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(folded.split())


def clean(name: str) -> str:
    """A name fit to be shown: NFC, one line, no control characters, not too long."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError as error:
        raise UsageError("A name must be text; this one is not valid UTF-8.") from error
    name = " ".join(unicodedata.normalize("NFC", name).split())
    if not name:
        raise UsageError("A name cannot be empty.")
    if len(name) > _LONGEST:
        raise UsageError(f"A name can have at most {_LONGEST} characters.")
    if any(_is_no_letter(character) for character in name):
        raise UsageError("A name cannot contain control characters.")
    if not fold(name):
        raise UsageError("A name needs at least one character that can be seen.")
    return name


def _is_no_letter(character: str) -> bool:
    """Whether a character can never be seen; those that Unicode has since been given can."""
    code = ord(character)
    never = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    return never or unicodedata.category(character) in ("Cc", "Cs", "Co")


def nameless(kind: str, noun: str) -> str:
    """What stands for someone without a name: "someone", "a dog"."""
    if kind == "person":
        return "someone"
    return with_article(noun)


def with_article(noun: str) -> str:
    """ "a dog", "an old mug"."""
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"
