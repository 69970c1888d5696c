"""Tiny random open_clip models, saved as real checkpoints are.

What needs open_clip is skipped where it is not installed or, beside a torch from another source
than its torchvision, does not start.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from engine.models.checkpoint import CONFIG, WEIGHTS, Checkpoint

__all__ = ["SIGLIP", "TINY", "WIDTH", "folder", "needs_open_clip", "open_clip"]

try:
    import open_clip
except ImportError:
    open_clip, _why = None, "open_clip comes with the extra `full`"
except RuntimeError:
    open_clip, _why = None, "torch and torchvision come from different sources"
else:
    _why = ""

needs_open_clip = pytest.mark.skipif(open_clip is None, reason=_why)

WIDTH = 24
TINY: dict[str, Any] = {
    "embed_dim": WIDTH,
    "vision_cfg": {"image_size": 36, "layers": 3, "width": 32, "head_width": 16, "patch_size": 6},
    "text_cfg": {"context_length": 16, "vocab_size": 49408, "width": 16, "heads": 2, "layers": 1},
}
SIGLIP: dict[str, Any] = {
    "embed_dim": 64,
    "init_logit_bias": -10,
    "custom_text": True,
    "vision_cfg": {
        "timm_model_name": "test_vit",
        "timm_pool": "map",
        "timm_proj": "none",
        "image_size": 160,
    },
    "text_cfg": {
        "context_length": 8,
        "vocab_size": 8,
        "hf_tokenizer_name": "some/where",
        "tokenizer_kwargs": {"clean": "canonicalize"},
        "width": 16,
        "heads": 2,
        "layers": 1,
        "no_causal_mask": True,
        "proj_bias": True,
        "pool_type": "last",
    },
}
"""As SigLIP 2 is made, in small."""


def folder(path: Path, design: dict[str, Any] = TINY, seed: int = 0) -> Checkpoint:
    """A model of this design with random weights, in a folder as model hubs lay it out."""
    import torch
    from safetensors.torch import save_file

    path.mkdir(exist_ok=True)
    wishes = {"mean": [0.5, 0.5, 0.5], "std": [0.25, 0.25, 0.25], "interpolation": "bilinear"}
    config = {"model_cfg": design, "preprocess_cfg": wishes}
    (path / CONFIG).write_text(json.dumps(config))
    torch.manual_seed(seed)
    model = open_clip.create_model(f"local-dir:{path}")
    save_file(model.state_dict(), path / WEIGHTS)
    return Checkpoint("tiny", path, hashlib.sha256((path / WEIGHTS).read_bytes()).hexdigest())
