"""Small models of the real classes, of a size that learns to caption drawings in seconds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from transformers import (
    AddedToken,
    LlavaConfig,
    LlavaForConditionalGeneration,
    LlavaProcessor,
    PreTrainedTokenizerFast,
    Qwen3VLForConditionalGeneration,
)

from tests.models.vlm.drawing import SIDE
from tests.models.vlm.newer import QWENS_TOKENS, qwen3vl_config, qwen3vl_reader
from tests.models.vlm.older import clip_images, clip_reader
from tests.models.vlm.parts import text, tokenizer

IDENTIFIERS = ("ada", "bob", "biscuit", "momo", "kira", "zed")
"""Words that can be the name of something."""
_MORE_WORDS = ("are", "snow", "sand", "sea", "close", "up", *IDENTIFIERS[3:])
_WIDTH = 64


def llava() -> tuple[Any, Any]:
    """LLaVA: CLIP, a projector and Llama."""
    words = _worded(tokenizer(["<image>"], first=True))
    config = LlavaConfig(
        vision_config={
            "model_type": "clip_vision_model",
            "hidden_size": 48,
            "intermediate_size": 96,
            "num_hidden_layers": 3,  # the last one is not read
            "num_attention_heads": 3,
            "image_size": SIDE,
            "patch_size": 8,
            "initializer_range": 0.1,
        },
        text_config={"model_type": "llama", **_text(words)},
        image_token_index=words.convert_tokens_to_ids("<image>"),
    )
    torch.manual_seed(1)
    model = LlavaForConditionalGeneration(config).eval()
    return model, clip_reader(LlavaProcessor, clip_images(SIDE), words, patch=8)


def qwen3vl() -> tuple[Any, Any]:
    """Qwen3-VL: its own vision encoder, which is read at two depths, and Qwen3."""
    words = _worded(tokenizer(QWENS_TOKENS))
    config = qwen3vl_config(
        words,
        {
            "hidden_size": 48,
            "intermediate_size": 96,
            "depth": 2,
            "num_heads": 3,
            "patch_size": 8,
            "spatial_merge_size": 1,
            "temporal_patch_size": 2,
            "out_hidden_size": _WIDTH,
            "num_position_embeddings": 16,
            "deepstack_visual_indexes": [0],
        },
        _text(words),
    )
    torch.manual_seed(1)
    model = Qwen3VLForConditionalGeneration(config).eval()
    return model, qwen3vl_reader(words, patch=8, merge=1, least=SIDE**2, most=SIDE**2)


PUPILS: dict[str, Callable[[], tuple[Any, Any]]] = {"llava-1.5": llava, "qwen3-vl": qwen3vl}
"""One of each way in which e* joins a model that reads pictures as tokens."""


def _worded(words: PreTrainedTokenizerFast) -> PreTrainedTokenizerFast:
    """With the words that drawings need and other tests do not."""
    words.add_tokens([AddedToken(word, single_word=True) for word in _MORE_WORDS])
    return words


def _text(words: PreTrainedTokenizerFast) -> dict[str, Any]:
    """Wider than what untrained models need, and begun as the real ones are."""
    sizes = {"hidden_size": _WIDTH, "intermediate_size": 128, "num_attention_heads": 4}
    own = {"num_key_value_heads": 4, "initializer_range": 0.05}
    return text(words, **sizes, **own)
