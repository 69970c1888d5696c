"""A tiny pack for which some pictures are deadly: they end the process that works on them."""

from __future__ import annotations

import functools
import os
from collections.abc import Sequence
from pathlib import Path

from engine.models.protocols import Candidate, ConceptEmbedding, Encoding, Look, Picture
from tests.tiny import TinyEncoder, TinyPack, TinyVLM

RED = 180
"""Pictures are deadly whose mean red is above this and whose mean green is below half of it."""


class DeadlyEncoder(TinyEncoder):
    """Ends the process at a red picture; writes down how often."""

    def __init__(self, deaths: Path, log: Path | None) -> None:
        super().__init__(log)
        self._deaths = deaths

    def encode_pictures(self, pictures: Sequence[Picture]) -> list[Encoding]:
        if any(one[..., 0].mean() > RED and one[..., 1].mean() < RED / 2 for one in pictures):
            die(self._deaths)
        return super().encode_pictures(pictures)


class DeadlyVLM(TinyVLM):
    """Ends the process at a caption for a picture that is mostly blue."""

    def __init__(self, deaths: Path) -> None:
        super().__init__()
        self._deaths = deaths

    def candidates(
        self, looks: Sequence[Look], concepts: Sequence[Sequence[ConceptEmbedding]]
    ) -> list[list[Candidate]]:
        if any(int(look.mean(axis=0).argmax()) == 2 for look in looks):
            die(self._deaths)
        return super().candidates(looks, concepts)


class DeadlyPack(TinyPack):
    """deaths: a file that has a line for each; of: "red" to encode, or "blue" to caption."""

    def __init__(self, deaths: Path, of: str, log: Path | None = None) -> None:
        super().__init__(log)
        if of == "red":
            self.encoder = DeadlyEncoder(deaths, log)
        else:
            self.vlm = DeadlyVLM(deaths)
        self.source = functools.partial(DeadlyPack, deaths, of, log)


def die(deaths: Path) -> None:
    """End this process at once, as a crash in a native library does."""
    handle = os.open(deaths, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, b"died\n")
    os._exit(139)
