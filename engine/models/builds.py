"""torch and torchvision of different builds, made to get along as far as Familiar needs them to.

A torchvision built for CUDA cannot load its compiled operators beside a torch built for the
processor, then fails where it describes them, and takes transformers' models with it. Familiar
uses its picture transforms alone, which are plain Python: with the operators declared, though not
there, it loads.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from types import ModuleType
from typing import Any

_OPERATORS = ("nms", "qnms")
"""Those that torchvision describes without asking whether they are there."""

_FOR_CUDA = re.compile(r"^__version__ = .*\+cu\d", re.MULTILINE)
_declared: list[Any] = []


class _Torchvision:
    """Finds torchvision like everyone else, after seeing to it that it can be imported."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != "torchvision":
            return None
        sys.meta_path.remove(_Torchvision)
        if differs():
            _declare()
        return PathFinder.find_spec(name, path, target)


def prepare() -> None:
    """Be asked when torchvision is imported; costs nothing until then, and nothing without it."""
    if "torchvision" not in sys.modules and _Torchvision not in sys.meta_path:
        sys.meta_path.insert(0, _Torchvision)


def differs() -> bool:
    """Whether torchvision is there and built for CUDA, but torch is not; imports torch if so."""
    try:
        # The package's own word: its metadata leaves the build out on PyPI.
        written = Path(
            str(distribution("torchvision").locate_file("torchvision/version.py"))
        ).read_text("utf-8")
    except (PackageNotFoundError, OSError):
        return False
    if not _FOR_CUDA.search(written):
        return False
    import torch

    return torch.version.cuda is None and torch.version.hip is None


def _declare() -> None:
    import torch

    library = torch.library.Library("torchvision", "DEF")
    for name in _OPERATORS:
        library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _declared.append(library)  # they are gone with it
