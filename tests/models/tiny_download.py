"""A tiny pack to download: two repositories of a few files, and more in them than is wanted."""

from __future__ import annotations

import random

from engine.models.pack import HubFiles, Needs, Pack, PackPart

BIG = random.Random(7).randbytes(3_000_000)
FILES = {
    "config.json": b'{"tiny": true}',
    "model.safetensors": BIG,
    "pytorch_model.bin": b"a pickle",
    "modeling_tiny.py": b"print('code')",
    "extra/model.safetensors": b"another one",
    "README.md": b"words",
}
EYE = {"open_clip_model.safetensors": b"eye" * 1000, "open_clip_config.json": b"{}"}

PACK = Pack(
    "tiny",
    "Tiny",
    (
        PackPart("captions", "Tiny VLM", "MIT", 3, HubFiles("me/vlm", ("*.json", "model*"))),
        PackPart("pictures", "Tiny eye", "MIT", 1, HubFiles("me/eye", ("open_clip*",))),
        PackPart("faces", "Tiny faces", "MIT", 1),
    ),
    Needs(memory=1),
)
LARGEST = "me--vlm/model.safetensors"
