"""Where the measurements find their pictures, and libraries made of them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from engine.familiar import Familiar

DATA = Path(__file__).parents[3] / "shared" / "data"


def link(files: Iterable[Path], folder: Path) -> list[Path]:
    """A folder of these files, linked where the disk allows it, else copied; their new places."""
    folder.mkdir(parents=True)
    places = []
    for file in files:
        place = folder / file.name
        try:
            os.link(file, place)
        except OSError:
            shutil.copy(file, place)
        places.append(place)
    return places


def dev_library(files: Sequence[Path], place: Path) -> list[Path]:
    """A new library at place/home that looks after `files`, linked into place/photos."""
    photos = link(files, place / "photos")
    with Familiar.open(place / "home") as familiar:
        familiar.add(place / "photos")
    return photos
