"""Where the measurements find their pictures, and libraries made of them."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from engine.familiar import Familiar

DATA = Path(__file__).parents[3] / "shared" / "data"


def dev_library(files: Sequence[Path], place: Path) -> list[Path]:
    """A new library at place/home that looks after copies of `files`; returns the copies."""
    folder = place / "photos"
    folder.mkdir()
    copies = [Path(shutil.copy(file, folder / file.name)) for file in files]
    with Familiar.open(place / "home") as familiar:
        familiar.add(folder)
    return copies
