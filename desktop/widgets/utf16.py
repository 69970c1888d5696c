"""Places in a text as Qt counts them: in units of UTF-16, of which an emoji takes two."""

from __future__ import annotations


def length(text: str) -> int:
    """How long a text is for Qt."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def before(text: str, place: int) -> str:
    """What of a text is before a place, such as that of the cursor."""
    return text.encode("utf-16-le", "surrogatepass")[: 2 * place].decode("utf-16-le", "replace")
