"""Decisions about folders: no longer looked after, and looked after again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop import words
from desktop.decisions.decision import Decision
from desktop.process.messages import EVERYTHING, Change

if TYPE_CHECKING:
    from engine.library import Library
    from engine.library.folders import Folder


def let_go(folder: Folder) -> Decision:
    """A folder out of the library, with its photos; what was said of them waits for it."""

    def do(library: Library) -> Change:
        library.folders.remove(folder.id)
        return Change(EVERYTHING)

    def undo(library: Library) -> Change:
        library.folders.restore(folder.id)
        return Change(EVERYTHING)

    text = words.tr("{} is no longer in your library; its files stay where they are")
    return Decision(text.format(folder.path.name or str(folder.path)), do, undo, look=True)
