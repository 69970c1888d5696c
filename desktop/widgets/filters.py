"""Filters of the search language that are completed as one types them: `rating:` and the like."""

from __future__ import annotations

FILTERS = {
    "rating": ("rating:5", "rating:4", "rating:3"),
    "is": ("is:favourite",),
    "type": ("type:video", "type:photo", "type:raw"),
}


def ends_with_filter(text: str) -> tuple[str, tuple[str, ...]]:
    """The last word of a text, if it begins a filter, and what it may become.

    Only from the colon on: before, it is a word like any other, and Enter searches for it.
    """
    typed = text.rpartition(" ")[2]
    key, colon, value = typed.casefold().partition(":")
    if not colon:
        return "", ()
    fitting = tuple(one for one in FILTERS.get(key, ()) if one.startswith(f"{key}:{value}"))
    return (typed, fitting) if fitting and fitting != (typed,) else ("", ())
