"""Decisions about photos as such: favourites, and albums made of them."""

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

    def put(library: Library, ids: Sequence[int], state: bool) -> Change:
        with library.transaction():
            for photo_id in ids:
                library.photos.set_favourite(photo_id, state)
        return Change(frozenset(("photos",)), frozenset(ids))

    def do(library: Library) -> Change:
        known = set(library.photos.favourites())
        changed[:] = [one for one in photo_ids if (one in known) != favourite]
        return put(library, changed, favourite)

    def undo(library: Library) -> Change:
        return put(library, changed, not favourite)

    text = (
        QCoreApplication.translate("decisions", "{} among your favourites")
        if favourite
        else QCoreApplication.translate("decisions", "{} no longer among your favourites")
    )
    return Decision(text.format(words.photos(len(photo_ids))), do, undo, quiet=len(photo_ids) == 1)
