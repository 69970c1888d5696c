"""What every page lets one do with photos chosen in a grid. Pages add theirs here."""

from __future__ import annotations

from collections.abc import Sequence

from desktop import words
from desktop.context import Context
from desktop.decisions.photos import favourite
from desktop.grid.actions import PhotoAction


def photo_actions() -> list[PhotoAction]:
    """The actions, in the order they are offered."""
    return [PhotoAction(words.tr("Favourite"), "heart", _favourite, key="F")]


def _favourite(context: Context, photo_ids: Sequence[int]) -> None:
    context.history.decide(favourite(photo_ids, True))
