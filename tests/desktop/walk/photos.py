"""A dozen of the sample photos: five of the cat, three of Eileen, and others."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from engine.demo.samples import Samples

NAMES = (
    "Chelsea 01", "Chelsea 03", "Chelsea 04", "Chelsea 05", "Chelsea 06", "Eileen 01",
    "Eileen 03", "Grace 01", "Coffee 01", "Rocket", "Temple 01", "Flower 01",
)  # fmt: skip


FEW = ("Chelsea 01", "Chelsea 03", "Chelsea 05", "Coffee 01")
"""As few as the path needs."""


def make(folder: Path, work: Path, names: Sequence[str] = NAMES) -> Path:
    """Put them into `folder`, which is made; `work` is a folder for what is needed meanwhile."""
    folder.mkdir(parents=True)
    Samples().make(work)
    for name in names:
        shutil.copy2(work / f"{name}.jpg", folder)
    shutil.rmtree(work)
    return folder
