"""`python -m tests.familiar_tiny ...` is `familiar ...` with the tiny pack.

FAMILIAR_TINY_GATE names a FIFO: the encoder then stops before its second batch until somebody
writes to it, so that a test can act in the middle of indexing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine import familiar
from engine.__main__ import run
from engine.models.protocols import Encoding, Picture
from tests.tiny import TinyEncoder, TinyPack


class GatedEncoder(TinyEncoder):
    """Encodes one batch, then waits at the gate."""

    def __init__(self, gate: Path) -> None:
        super().__init__()
        self._gate = gate

    def encode_pictures(self, pictures: Sequence[Picture]) -> list[Encoding]:
        if self.pictures:
            self._gate.read_bytes()
        return super().encode_pictures(pictures)


def install() -> TinyPack:
    """Make the tiny pack the one that every library opened from now on uses."""
    pack = TinyPack()
    if gate := os.environ.get("FAMILIAR_TINY_GATE"):
        pack.encoder = GatedEncoder(Path(gate))
    facade: Any = familiar.Familiar
    facade.pack = property(lambda _: pack)
    return pack


if __name__ == "__main__":
    install()
    sys.exit(run())
