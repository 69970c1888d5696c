"""`python -m tests.service.tiny_service --home DIR` is the engine process with the tiny pack.

FAMILIAR_TINY_GATES names a folder. Where it holds a FIFO called `encode`, `caption`, `learn` or
`text`, work of that kind stops there until somebody has opened the FIFO for writing and closed it
again, so that a test can act in the middle of it; a file called `crash` in place of one ends the
process there as the system would.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine import familiar
from engine.models.protocols import ConceptEmbedding, Encoding, Look, Picture
from engine.service.__main__ import main
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


def install() -> None:
    """Make the gated tiny pack the one that the process uses."""
    folder = os.environ.get(GATES)
    gates = Gates(Path(folder) if folder else None)
    pack = TinyPack()
    pack.encoder, pack.vlm = GatedEncoder(gates), GatedVLM(gates)
    facade: Any = familiar.Familiar
    facade.pack = property(lambda _: pack)


if __name__ == "__main__":
    install()
    sys.exit(main())
