"""Choosing folders: the picker, and what is decided with them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop import words
from desktop.context import Context
from desktop.process.messages import EVERYTHING, Change

if TYPE_CHECKING:
    from engine.library import Library


def choose_folder(parent: QWidget) -> Path | None:
    """Let the owner pick a folder; None when they think better of it."""
    start = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    chosen = QFileDialog.getExistingDirectory(parent, words.tr("Where are your photos?"), start)
    return Path(chosen) if chosen else None


def usual_folder() -> Path | None:
    """The system's folder for pictures, where there is one."""
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    return Path(place) if place and os.path.isdir(place) else None


def look_after(
    context: Context, folders: Sequence[Path], then: Callable[[], object] = lambda: None
) -> None:
    """Add folders to the library, durably, and have the engine look at their photos; `then`, once
    they are in the library."""

    def write(library: Library) -> Change:
        for folder in folders:
            library.folders.add(folder)
        return Change(EVERYTHING)  # one that was let go of brings back all that was said of it

    def written(change: Change) -> None:
        context.changes.tell(change)
        context.engine.request("index", {}, lambda _: None, context.notices.say)
        then()

    context.reader.write(write, written, context.notices.say)
