"""Decisions about photos as such: favourites."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from desktop import words
from desktop.decisions.decision import Decision
from desktop.process.messages import Change

if TYPE_CHECKING:
    from engine.library import Library


def favourite(photo_ids: Sequence[int], favourite: bool) -> Decision:
    """Make photos favourites, or no longer; undoing touches only those that were otherwise."""
    changed: list[int] = []

    def do(library: Library) -> Change:
        changed[:] = library.photos.set_favourites(photo_ids, favourite)
        return Change.of("favourites", photos=changed)

    def undo(library: Library) -> Change:
        library.photos.set_favourites(changed, not favourite)
        return Change.of("favourites", photos=changed)

    text = (
        QCoreApplication.translate("decisions", "{} among your favourites")
        if favourite
        else QCoreApplication.translate("decisions", "{} no longer among your favourites")
    )
    return Decision(text.format(words.photos(len(photo_ids))), do, undo, quiet=len(photo_ids) == 1)
