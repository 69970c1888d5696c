"""Why there are no photos to see, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop import words
from desktop.reading.shown import Shown
from desktop.reading.timeline import read_timeline

if TYPE_CHECKING:
    from engine.library import Library

EMPTY = "library"


@dataclass(frozen=True, eq=False)
class Overview:
    """Everything there is: the timeline, and how many folders are looked after."""

    timeline: Shown
    folders: int


def read_overview(library: Library) -> Overview:
    """Read it."""
    return Overview(read_timeline(library), len(library.folders.all()))


def state_of(overview: Overview | None, *, busy: bool) -> tuple[str, str, str]:
    """Drawing, title and text for a library without photos; None is one that is not read yet."""
    if overview is None:
        return EMPTY, words.tr("Opening your photos"), ""
    if not overview.folders:
        return (
            "folder",
            words.tr("Where are your photos?"),
            words.tr("Choose the folders Familiar should look after, in the settings."),
        )
    if busy:
        return EMPTY, words.tr("Looking for photos"), words.tr("The first ones appear in a moment.")
    return (
        EMPTY,
        words.tr("No photos here yet"),
        words.tr("There are none in your folders. New ones appear here by themselves."),
    )
