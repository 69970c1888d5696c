"""`python -m tests.service.tiny_service --home DIR` is the engine process with tiny packs: `gated`,
which is in use, `words`, whose captions differ, and `tiny`, which is downloaded.

FAMILIAR_TINY_GATES names a folder. Where it holds a FIFO called `encode`, `caption`, `learn` or
`text`, work of that kind stops there until somebody has opened the FIFO for writing and closed it
again, so that a test can act in the middle of it; a file called `crash` in place of one ends the
process there as the system would.
"""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.models import packs
from engine.models.downloads import Downloads
from engine.models.pack import LoadedPack, Needs, Pack, PackPart
from engine.models.protocols import ConceptEmbedding, Encoding, Look, Picture
from engine.service.__main__ import main
from tests.models import tiny_download
from tests.tiny import TinyEncoder, TinyPack, TinyVLM

GATES = "FAMILIAR_TINY_GATES"


class Gates:
    """A folder of gates; each is passed freely while it is not there."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def pass_(self, name: str) -> None:
        if self._folder is None:
            return
        gate = self._folder / name
        if gate.is_fifo():
            with contextlib.suppress(FileNotFoundError):  # opened for good just now
                gate.read_bytes()
        elif gate.exists():
            os.kill(os.getpid(), signal.SIGKILL)


class GatedEncoder(TinyEncoder):
    def __init__(self, gates: Gates) -> None:
        super().__init__()
        self._gates = gates

    def encode_pictures(self, pictures: Sequence[Picture]) -> list[Encoding]:
        self._gates.pass_("encode")
        return super().encode_pictures(pictures)

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self._gates.pass_("text")
        return super().encode_texts(texts)


class GatedVLM(TinyVLM):
    def __init__(self, gates: Gates) -> None:
        super().__init__()
        self._gates = gates

    def caption(
        self, looks: Sequence[Look], concepts: Sequence[Sequence[ConceptEmbedding]]
    ) -> list[str]:
        self._gates.pass_("caption")
        return super().caption(looks, concepts)

    def loss(self, *arguments: Any, **named: Any) -> Any:
        self._gates.pass_("learn")
        return super().loss(*arguments, **named)


class OtherWords(GatedVLM):
    """Another captioner, on the same features."""

    version = "tiny-vlm-2"

    def caption(
        self, looks: Sequence[Look], concepts: Sequence[Sequence[ConceptEmbedding]]
    ) -> list[str]:
        return [f"{one}, seen anew" for one in super().caption(looks, concepts)]


def install() -> None:
    """Put the tiny packs in the place of the real ones."""
    folder = os.environ.get(GATES)
    gates = Gates(Path(folder) if folder else None)

    def opener(name: str, vlm: type[GatedVLM]) -> Callable[[Path], LoadedPack]:
        def open_pack(_: Path) -> LoadedPack:
            pack = TinyPack()
            pack.name, pack.encoder, pack.vlm = name, GatedEncoder(gates), vlm(gates)
            return pack

        return open_pack

    parts = (PackPart("all", "Tiny", "MIT", 1),)
    packs.PACKS.clear()
    for name, vlm in (("gated", GatedVLM), ("words", OtherWords)):
        packs.PACKS[name] = Pack(name, name, parts, Needs(1), opener(name, vlm))
    packs.PACKS["tiny"] = tiny_download.PACK
    packs.DEFAULT = "gated"
    load = packs.load

    def load_again_alike(name: str = "gated", downloads: Downloads | None = None) -> LoadedPack:
        loaded = load(name, downloads)
        loaded.source = functools.partial(again, name)
        return loaded

    packs.load = load_again_alike


def again(name: str) -> LoadedPack:
    """A pack in a process of its own, where photos are tried that were in hand at a crash."""
    install()
    return packs.load(name)


if __name__ == "__main__":
    install()
    sys.exit(main())
