"""BLIP-2, LLaVA and Qwen3-VL of any size, with random weights and processors made on the spot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from transformers import (
    Blip2Config,
    Blip2ForConditionalGeneration,
    Blip2Processor,
    LlavaConfig,
    LlavaForConditionalGeneration,
    LlavaProcessor,
    OPTConfig,
    Qwen3VLForConditionalGeneration,
)
from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

from tests.models.vlm.newer import QWENS_TOKENS, qwen3vl_config, qwen3vl_reader
from tests.models.vlm.older import clip_images, clip_reader
from tests.models.vlm.parts import tokenizer


@dataclass(frozen=True)
class Tower:
    """A stack of transformer layers. kv: heads of keys and values, where fewer."""

    width: int
    layers: int
    heads: int
    inner: int
    kv: int = 0


@dataclass(frozen=True)
class Size:
    """Of one model. side: pixels of its picture. words: of the vocabulary. qformer: BLIP-2's."""

    eye: Tower
    text: Tower
    side: int
    words: int
    qformer: Tower | None = None


SIZES: dict[str, dict[str, Size]] = {
    "blip-2-opt": {
        "full": Size(Tower(1408, 39, 16, 6144), Tower(2560, 32, 32, 10240), 224, 50304,
                     Tower(768, 12, 12, 3072)),
        "small": Size(Tower(256, 6, 4, 1024), Tower(384, 6, 6, 1536), 224, 8000,
                      Tower(192, 6, 4, 768)),
    },
    "llava-1.5": {
        "full": Size(Tower(1024, 24, 16, 4096), Tower(4096, 32, 32, 11008), 336, 32064),
        "small": Size(Tower(256, 6, 4, 1024), Tower(384, 6, 6, 1024), 168, 8000),
    },
    "qwen3-vl": {
        "full": Size(Tower(1024, 24, 16, 4096), Tower(2048, 28, 16, 6144, 8), 448, 151936),
        "small": Size(Tower(256, 6, 4, 1024), Tower(384, 6, 6, 1024, 3), 224, 8000),
    },
}  # fmt: skip
"""full: BLIP-2 OPT-2.7B, LLaVA-1.5 7B, Qwen3-VL 2B as published. small: for a processor."""


def blip2(size: Size) -> tuple[Any, Any]:
    """A model on the present default device and in its number format, and its processor."""
    assert size.qformer is not None
    words = tokenizer(first=True)
    images = BlipImageProcessorPil(size={"height": size.side, "width": size.side})
    processor = Blip2Processor(images, words, num_query_tokens=32)
    config = Blip2Config(
        vision_config={**_tower(size.eye), "image_size": size.side, "patch_size": 14},
        qformer_config={
            **_tower(size.qformer),
            "cross_attention_frequency": 2,
            "encoder_hidden_size": size.eye.width,
        },
        text_config=OPTConfig(
            hidden_size=size.text.width,
            word_embed_proj_dim=size.text.width,
            num_hidden_layers=size.text.layers,
            num_attention_heads=size.text.heads,
            ffn_dim=size.text.inner,
            vocab_size=size.words,
            pad_token_id=0,
            bos_token_id=1,
            eos_token_id=2,
        ).to_dict(),
        num_query_tokens=32,
        image_token_index=words.convert_tokens_to_ids("<image>"),
    )
    return Blip2ForConditionalGeneration(config), processor


def llava(size: Size) -> tuple[Any, Any]:
    """Likewise."""
    words = tokenizer(["<image>"], first=True)
    processor = clip_reader(LlavaProcessor, clip_images(size.side), words, patch=14)
    config = LlavaConfig(
        vision_config={
            "model_type": "clip_vision_model",
            **_tower(size.eye),
            "image_size": size.side,
            "patch_size": 14,
        },
        text_config={"model_type": "llama", **_text(size)},
        image_token_index=words.convert_tokens_to_ids("<image>"),
    )
    return LlavaForConditionalGeneration(config), processor


def qwen3vl(size: Size) -> tuple[Any, Any]:
    """Likewise."""
    words = tokenizer(QWENS_TOKENS)
    area, layers = size.side**2, size.eye.layers
    rope = {
        "rope_type": "default",
        "rope_theta": 5e6,
        "mrope_section": _sections(size.text.width // size.text.heads // 2),
        "mrope_interleaved": True,
    }
    config = qwen3vl_config(
        words,
        {
            "hidden_size": size.eye.width,
            "intermediate_size": size.eye.inner,
            "depth": layers,
            "num_heads": size.eye.heads,
            "patch_size": 16,
            "out_hidden_size": size.text.width,
            "deepstack_visual_indexes": [layers // 4, layers // 2, 3 * layers // 4],
        },
        {**_text(size), "rope_parameters": rope},
    )
    model = Qwen3VLForConditionalGeneration(config)
    return model, qwen3vl_reader(words, patch=16, merge=2, least=area, most=area)


MAKERS: dict[str, Callable[[Size], tuple[Any, Any]]] = {
    "blip-2-opt": blip2,
    "llava-1.5": llava,
    "qwen3-vl": qwen3vl,
}


def make(name: str, size: Size, device: torch.device, dtype: torch.dtype) -> tuple[Any, Any]:
    """A model that never stops by itself, and its processor."""
    torch.manual_seed(0)
    usual = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        with torch.device(device):
            model, processor = MAKERS[name](size)
    finally:
        torch.set_default_dtype(usual)
    writer = model.language_model if name.startswith("blip") else model

    def on(module: Any, args: Any, out: torch.Tensor) -> torch.Tensor:
        out[..., :4] = -1e4  # an answer to learn may hold them: its loss must not be infinite
        return out

    writer.get_output_embeddings().register_forward_hook(on)
    return model.eval(), processor


def _tower(tower: Tower) -> dict[str, int]:
    return {
        "hidden_size": tower.width,
        "num_hidden_layers": tower.layers,
        "num_attention_heads": tower.heads,
        "intermediate_size": tower.inner,
    }


def _text(size: Size) -> dict[str, Any]:
    return {
        **_tower(size.text),
        "num_key_value_heads": size.text.kv or size.text.heads,
        "head_dim": size.text.width // size.text.heads,
        "vocab_size": size.words,
        "max_position_embeddings": 4096,
        "pad_token_id": 0,
        "bos_token_id": 1,
        "eos_token_id": 2,
    }


def _sections(half: int) -> list[int]:
    """How half a head's width is shared by time, height and width: as 24, 20, 20 of 64."""
    side = half * 20 // 64
    return [half - 2 * side, side, side]
