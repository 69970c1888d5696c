"""Parts that tiny models share: words, pictures, and sizes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing
from transformers import PreTrainedTokenizerFast

from engine.models.protocols import Picture

WORDS = (
    "please caption this image of . ? : ' , s a the dog man ball grass red blue is on in with and "
    "what wearing question answer user assistant ada biscuit bob running near hat picture animal"
).split()
SPECIALS = ["<pad>", "<s>", "</s>", "<unk>"]
SIDE = 16
"""Pixels of a tiny picture's side."""


def tokenizer(
    extra: Sequence[str] = (), *, first: bool = False, last: bool = False, **named: str
) -> PreTrainedTokenizerFast:
    """One token a word. first, last: whether texts begin with <s>, end with </s>."""
    vocabulary = {word: n for n, word in enumerate([*SPECIALS, *WORDS])}
    inner = Tokenizer(WordLevel(vocabulary, unk_token="<unk>"))
    inner.pre_tokenizer = Whitespace()
    if first or last:
        inner.post_processor = TemplateProcessing(
            single=f"{'<s> ' if first else ''}$A{' </s>' if last else ''}",
            special_tokens=[("<s>", 1), ("</s>", 2)],
        )
    fast = PreTrainedTokenizerFast(
        tokenizer_object=inner,
        pad_token="<pad>",
        bos_token="<s>",
        eos_token="</s>",
        unk_token="<unk>",
        extra_special_tokens=named or None,
    )
    fast.add_tokens(list(extra), special_tokens=True)
    return fast


def pictures(count: int, height: int = SIDE, width: int = SIDE, seed: int = 0) -> list[Picture]:
    random = np.random.default_rng(seed)
    return list(random.integers(0, 255, (count, height, width, 3), dtype=np.uint8))


def vision(**more: Any) -> dict[str, Any]:
    """A CLIP-like vision encoder of 4 x 4 patches."""
    return {
        "hidden_size": 24,
        "intermediate_size": 48,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "image_size": SIDE,
        "patch_size": 4,
        "initializer_range": 0.3,
        **more,
    }


def text(words: PreTrainedTokenizerFast, **more: Any) -> dict[str, Any]:
    """A small decoder's configuration."""
    return {
        "vocab_size": len(words),
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 2,
        "head_dim": 16,
        "max_position_embeddings": 512,
        "pad_token_id": 0,
        "bos_token_id": 1,
        "eos_token_id": 2,
        "initializer_range": 0.3,
        **more,
    }


def template(picture: str) -> str:
    """A chat template in which `picture` stands for the picture."""
    return (
        "{{ bos_token }}{% for m in messages %}{{ m.role }} : {% for c in m.content %}"
        "{% if c.type == 'image' %}" + picture + "{% else %}{{ c.text }}{% endif %}"
        "{% endfor %} {% endfor %}{% if add_generation_prompt %}assistant :{% endif %}"
    )


def finished(model: Any) -> Any:
    """The model in evaluation mode, with parameters that start at zero made random."""
    with torch.no_grad():
        for parameter in model.parameters():
            if not parameter.any():
                parameter.normal_(std=0.3)
    return model.eval()
