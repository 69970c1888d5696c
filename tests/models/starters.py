"""A small random captioner of the starter's own classes."""

from __future__ import annotations

import torch

from engine.models.captioner import Captioner, CaptionerConfig
from engine.models.starter_vlm import StarterVLM
from engine.models.vocabulary import Vocabulary

WORDS = "a man dog picture of is in the running grass close up toy ball on".split()
NOUNS = ["man", "dog", "ball", "person", "animal", "toy"]


def tiny_starter(positions: int, row_width: int) -> StarterVLM:
    """The same at each call; it reads rows of that shape."""
    torch.manual_seed(3)
    vocabulary = Vocabulary(WORDS, NOUNS, 8)
    config = CaptionerConfig(
        channels=12,
        positions=positions,
        row_width=row_width,
        width=16,
        heads=2,
        glances=2,
        words=len(vocabulary),
        nouns=len(NOUNS),
        dropout=0.0,
    )
    return StarterVLM(Captioner(config), vocabulary, "tiny-1")
