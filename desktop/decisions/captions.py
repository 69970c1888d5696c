"""Decisions about captions: the owner's own words, and Familiar's again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop import words
from desktop.decisions.decision import Decision
from desktop.process.messages import Change

if TYPE_CHECKING:
    from engine.library import Library


def write(photo_id: int, template: str) -> Decision:
    """The owner's words, in place of what was there; it is seen at once."""
    return _put(photo_id, template, words.tr("The caption is yours now"), quiet=True)


def revert(photo_id: int) -> Decision:
    """Familiar's caption again."""
    return _put(photo_id, None, words.tr("This is Familiar's caption again"), quiet=False)


def _put(photo_id: int, template: str | None, text: str, *, quiet: bool) -> Decision:
    before: list[str | None] = []

    def put(library: Library, words_: str | None) -> Change:
        if words_ is None:
            library.captions.revert(photo_id)
        else:
            library.captions.edit(photo_id, words_)
        return Change.of("captions", photos=[photo_id])

    def do(library: Library) -> Change:
        caption = library.captions.get(photo_id)
        before[:] = [caption.template if caption is not None and caption.edited else None]
        return put(library, template)

    return Decision(text, do, lambda library: put(library, before[0]), quiet=quiet)
