"""One thing the owner decided, and how to take it back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.process.messages import Change
    from engine.library import Library

Step = Callable[["Library"], "Change"]
"""Writes to the library and says what is different; runs in the background. It may raise a
FamiliarError, and has changed nothing then."""


@dataclass(frozen=True, eq=False)
class Decision:
    """What was decided.

    text: a sentence for the toast, in the past ("Biscuit is in 3 photos"). do, undo: the writing;
    `do` is run again to redo. learn: by concept id, the photos whose sightings the recogniser
    should learn from now. look: the engine should look at the folders now. quiet: no toast, since
    the effect is seen at once where it was decided.
    """

    text: str
    do: Step
    undo: Step
    learn: Mapping[int, frozenset[int]] = field(default_factory=dict)
    look: bool = False
    quiet: bool = False
