"""Tiny BLIP-2 and LLaVA."""

from __future__ import annotations

from typing import Any

import torch
from transformers import (
    Blip2Config,
    Blip2ForConditionalGeneration,
    Blip2Processor,
    LlavaConfig,
    LlavaForConditionalGeneration,
    LlavaNextConfig,
    LlavaNextForConditionalGeneration,
    LlavaNextProcessor,
    LlavaProcessor,
    OPTConfig,
    T5Config,
)
from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from transformers.models.llava_next.image_processing_pil_llava_next import (
    LlavaNextImageProcessorPil,
)

from tests.models.vlm.parts import SIDE, finished, template, text, tokenizer, vision


def blip2(over: str) -> tuple[Any, Any]:
    """BLIP-2 over "opt" or "t5"; cross-attention in every second layer, as in the real model."""
    opt = over == "opt"
    images = BlipImageProcessorPil(size={"height": SIDE, "width": SIDE})
    words = tokenizer(first=opt, last=not opt)
    processor = Blip2Processor(images, words, num_query_tokens=4)
    special = {"pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2, "vocab_size": len(words)}
    text = (
        OPTConfig(
            hidden_size=32,
            word_embed_proj_dim=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            ffn_dim=64,
            max_position_embeddings=128,
            init_std=0.3,
            **special,
        )
        if opt
        else T5Config(
            d_model=32,
            d_kv=16,
            d_ff=64,
            num_layers=2,
            num_heads=2,
            decoder_start_token_id=0,
            tie_word_embeddings=False,
            **special,
        )
    )
    config = Blip2Config(
        vision_config=vision(),
        qformer_config={
            "hidden_size": 32,
            "num_hidden_layers": 4,
            "num_attention_heads": 2,
            "intermediate_size": 64,
            "cross_attention_frequency": 2,
            "vocab_size": 8,
            "initializer_range": 0.3,
        },
        text_config=text.to_dict(),
        num_query_tokens=4,
        image_token_index=words.convert_tokens_to_ids("<image>"),
        initializer_range=0.3,
    )
    torch.manual_seed(1)
    model = Blip2ForConditionalGeneration(config).eval()
    with torch.no_grad():
        model.query_tokens.normal_()
    return model, processor


def llava() -> tuple[Any, Any]:
    words = tokenizer(["<image>"], first=True)
    config = LlavaConfig(**_read_by_llama(words))
    model = finished(LlavaForConditionalGeneration(config))
    return model, clip_reader(LlavaProcessor, clip_images(SIDE), words, patch=4)


def llava_next() -> tuple[Any, Any]:
    words = tokenizer(["<image>"], first=True)
    grids = [[SIDE, 2 * SIDE], [2 * SIDE, SIDE], [2 * SIDE, 2 * SIDE]]
    images = LlavaNextImageProcessorPil(
        size={"shortest_edge": SIDE},
        crop_size={"height": SIDE, "width": SIDE},
        image_grid_pinpoints=grids,
    )
    config = LlavaNextConfig(**_read_by_llama(words), image_grid_pinpoints=grids)
    model = finished(LlavaNextForConditionalGeneration(config))
    return model, clip_reader(LlavaNextProcessor, images, words, patch=4)


def clip_images(side: int) -> Any:
    """CLIP's own way to make a picture a square of so many pixels."""
    return CLIPImageProcessorPil(
        size={"shortest_edge": side}, crop_size={"height": side, "width": side}
    )


def clip_reader(kind: Any, images: Any, words: Any, patch: int) -> Any:
    """LLaVA's processor of that class; patch: the side of its CLIP's patches, in pixels."""
    return kind(
        images,
        words,
        patch_size=patch,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=template("<image>"),
    )


def _read_by_llama(words: Any) -> dict[str, Any]:
    torch.manual_seed(1)
    return {
        "vision_config": {"model_type": "clip_vision_model", **vision()},
        "text_config": {"model_type": "llama", **text(words)},
        "image_token_index": words.convert_tokens_to_ids("<image>"),
    }
