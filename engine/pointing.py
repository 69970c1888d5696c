"""What the owner points at: a photo by its file or its id, someone by their name or their id."""

from __future__ import annotations

import os
from pathlib import Path

from engine.errors import FamiliarError, UsageError
from engine.library import Library
from engine.library.concepts import Concept

Which = Path | int
"""A photo."""

Who = str | int
"""Someone or something that was taught."""


def photo_of(library: Library, which: Which) -> int:
    """A photo's id; a copy of a known photo is found by its content.

    Raises FamiliarError when there is no such file, UsageError when there is no such photo.
    """
    if isinstance(which, int):
        if library.photos.get(which) is None:
            raise UsageError("There is no such photo in the library.")
        return which
    from engine.photos import read_file

    photo = library.photos.by_path(which) or library.photos.by_path(which.resolve())
    if photo is None and os.path.isfile(which):
        photo = library.photos.by_content(read_file(which).content_hash)
    if photo is None and not os.path.exists(which):
        raise FamiliarError(f"There is no file {which}.")
    if photo is None:
        raise FamiliarError(f"{which} is not in the library. Add its folder and index it first.")
    return photo.id


def concept_of(library: Library, who: Who) -> Concept:
    """A concept that has not been removed; raises UsageError when there is none."""
    if isinstance(who, int):
        concept = library.concepts.get(who)
        if concept is None:
            raise UsageError("They are not in the library any more.")
        return concept
    concept = library.concepts.named(who)
    if concept is None:
        raise UsageError(f"There is nobody and nothing named “{who}” yet.")
    return concept
