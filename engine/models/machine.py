"""This machine: its memory, its graphics card, its free disk; and which packs it can run."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from engine.models.pack import Pack

GB = 10**9

_SOLD_AS = 0.9
"""A card sold as 12 GB, or a machine with 16, reports a little less."""


@dataclass(frozen=True)
class Machine:
    """Bytes of main memory, None where the system does not say; of graphics memory, 0 for none."""

    memory: int | None
    graphics: int

    @classmethod
    def look(cls) -> Machine:
        """This machine. Loads torch, but only where there may be a graphics card to ask about."""
        return cls(_memory(), _graphics())


@dataclass(frozen=True)
class Verdict:
    """Whether a pack can run on a machine, and how, as a sentence without its full stop."""

    runs: bool
    sentence: str


def judge(pack: Pack, machine: Machine) -> Verdict:
    """What this machine can make of a pack."""
    needs = pack.needs
    card = f"{machine.graphics / GB:.0f} GB" if machine.graphics else "none"
    strong = machine.graphics >= needs.graphics * GB * _SOLD_AS
    if needs.only_with_graphics and not strong:
        return Verdict(
            False, f"needs {needs.graphics} GB of graphics memory, this machine has {card}"
        )
    if machine.memory is not None and machine.memory < needs.memory * GB * _SOLD_AS:
        memory = f"{machine.memory / GB:.0f} GB"
        return Verdict(False, f"needs {needs.memory} GB of memory, this machine has {memory}")
    if strong:
        return Verdict(True, "fits")
    if not machine.graphics:
        return Verdict(True, "would be slow without a graphics card")
    return Verdict(
        True, f"would be slow: it wants {needs.graphics} GB of graphics memory, there are {card}"
    )


def free_space(folder: Path) -> int:
    """Bytes free on the disk that holds a folder, or would hold it."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def in_words(size: int) -> str:
    """A number of bytes as one says it: `340 MB`, `15.3 GB`."""
    return f"{size / GB:,.1f} GB" if size >= GB else f"{size / 10**6:,.0f} MB"


def _memory() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None


def _graphics() -> int:
    if not _maybe_a_card():
        return 0
    import torch

    if torch.cuda.is_available():
        cards = range(torch.cuda.device_count())
        return max(torch.cuda.get_device_properties(one).total_memory for one in cards)
    if torch.backends.mps.is_available():
        return torch.mps.recommended_max_memory()
    return 0


def _maybe_a_card() -> bool:
    """Loading torch takes seconds; on Linux a card that it can use has a device file."""
    if sys.platform != "linux":
        return True
    devices = Path("/dev")
    return any(devices.glob("nvidia[0-9]*")) or any(
        (devices / name).exists() for name in ("kfd", "dxg")
    )
