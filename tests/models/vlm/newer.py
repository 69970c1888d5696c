"""Tiny Gemma 3, Qwen3-VL, SmolVLM2 and InternVL3."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from unittest import mock

import torch
from transformers import (
    Gemma3Config,
    Gemma3ForConditionalGeneration,
    Gemma3Processor,
    InternVLConfig,
    InternVLForConditionalGeneration,
    InternVLProcessor,
    Qwen3VLConfig,
    Qwen3VLForConditionalGeneration,
    Qwen3VLProcessor,
    SmolVLMConfig,
    SmolVLMForConditionalGeneration,
    SmolVLMProcessor,
)
from transformers.models.gemma3.image_processing_pil_gemma3 import Gemma3ImageProcessorPil
from transformers.models.got_ocr2.image_processing_pil_got_ocr2 import GotOcr2ImageProcessorPil
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil
from transformers.models.smolvlm import processing_smolvlm
from transformers.models.smolvlm.image_processing_pil_smolvlm import SmolVLMImageProcessorPil

from tests.models.vlm.parts import SIDE, finished, template, text, tokenizer, vision


def gemma3() -> tuple[Any, Any]:
    words = tokenizer(
        ["<unused0>", "<end_of_turn>"],
        first=True,
        image_token="<image_soft_token>",
        boi_token="<start_of_image>",
        eoi_token="<end_of_image>",
    )
    processor = Gemma3Processor(
        Gemma3ImageProcessorPil(size={"height": SIDE, "width": SIDE}),
        words,
        chat_template=template("<start_of_image>"),
        image_seq_length=4,
    )
    torch.manual_seed(1)
    config = Gemma3Config(
        vision_config={"model_type": "siglip_vision_model", **vision()},
        text_config=text(
            words, sliding_window=8, layer_types=["sliding_attention", "full_attention"]
        ),
        mm_tokens_per_image=4,
        image_token_index=words.convert_tokens_to_ids("<image_soft_token>"),
        boi_token_index=words.convert_tokens_to_ids("<start_of_image>"),
        eoi_token_index=words.convert_tokens_to_ids("<end_of_image>"),
        tie_word_embeddings=False,
    )
    model = finished(Gemma3ForConditionalGeneration(config))
    model.generation_config.eos_token_id = [words.convert_tokens_to_ids("<end_of_turn>")]
    return model, processor


class PictureQwen3VLProcessor(Qwen3VLProcessor):  # type: ignore[misc]
    """Without the part for videos, which needs torchvision; pictures take the real code."""

    def __init__(self, image_processor: Any, tokenizer: Any, chat_template: str) -> None:
        super().__init__(image_processor, tokenizer, chat_template=chat_template)


class PictureInternVLProcessor(InternVLProcessor):  # type: ignore[misc]
    """Without the part for videos, which needs torchvision; pictures take the real code."""

    def __init__(
        self, image_processor: Any, tokenizer: Any, chat_template: str, image_seq_length: int
    ) -> None:
        super().__init__(
            image_processor,
            tokenizer,
            chat_template=chat_template,
            image_seq_length=image_seq_length,
        )


class PictureSmolVLMProcessor(SmolVLMProcessor):  # type: ignore[misc]
    """Without the part for videos, which needs torchvision and num2words."""

    def __init__(
        self, image_processor: Any, tokenizer: Any, chat_template: str, image_seq_len: int
    ) -> None:
        with mock.patch.object(processing_smolvlm, "num2words", str):
            super().__init__(
                image_processor,
                tokenizer,
                None,
                image_seq_len=image_seq_len,
                chat_template=chat_template,
            )
        self.video_processor = SimpleNamespace(num_frames=1, fps=1)


QWENS_TOKENS = [
    "<|vision_start|>",
    "<|image_pad|>",
    "<|vision_end|>",
    "<|video_pad|>",
    "<|fim_pad|>",
]


def qwen3vl_reader(words: Any, patch: int, merge: int, least: int, most: int) -> Any:
    """Qwen3-VL's processor; least and most: the area of a picture, in pixels."""
    images = Qwen2VLImageProcessorPil(
        patch_size=patch, merge_size=merge, size={"shortest_edge": least, "longest_edge": most}
    )
    return PictureQwen3VLProcessor(
        images, words, template("<|vision_start|><|image_pad|><|vision_end|>")
    )


def qwen3vl_config(words: Any, vision: dict[str, Any], text: dict[str, Any]) -> Any:
    """Qwen3-VL's configuration; text: without its rotary embedding, for heads 16 wide."""
    rope = {
        "rope_type": "default",
        "rope_theta": 10000.0,
        "mrope_section": [4, 2, 2],
        "mrope_interleaved": True,
    }
    return Qwen3VLConfig(
        vision_config=vision,
        text_config={"rope_parameters": rope, **text},
        image_token_id=words.convert_tokens_to_ids("<|image_pad|>"),
        video_token_id=words.convert_tokens_to_ids("<|video_pad|>"),
        vision_start_token_id=words.convert_tokens_to_ids("<|vision_start|>"),
        vision_end_token_id=words.convert_tokens_to_ids("<|vision_end|>"),
    )


def qwen3vl() -> tuple[Any, Any]:
    words = tokenizer(QWENS_TOKENS)
    torch.manual_seed(1)
    config = qwen3vl_config(
        words,
        {
            "hidden_size": 24,
            "intermediate_size": 48,
            "depth": 3,
            "num_heads": 2,
            "patch_size": 4,
            "spatial_merge_size": 2,
            "temporal_patch_size": 2,
            "out_hidden_size": 32,
            "num_position_embeddings": 16,
            "deepstack_visual_indexes": [0, 1],
            "initializer_range": 0.3,
        },
        # Three layers, so that what joins behind the second one is read by one more.
        text(words, num_hidden_layers=3),
    )
    model = finished(Qwen3VLForConditionalGeneration(config))
    return model, qwen3vl_reader(words, patch=4, merge=2, least=64, most=1024)


def smolvlm() -> tuple[Any, Any]:
    cells = [f"<row_{row}_col_{column}>" for row in range(1, 5) for column in range(1, 5)]
    words = tokenizer(
        [
            "<image>",
            "<fake_token_around_image>",
            "<global-img>",
            "<end_of_utterance>",
            "<empty_output>",
            *cells,
        ]
    )
    processor = PictureSmolVLMProcessor(
        SmolVLMImageProcessorPil(
            size={"longest_edge": 2 * SIDE}, max_image_size={"longest_edge": SIDE}
        ),
        words,
        template("<image>"),
        4,
    )
    torch.manual_seed(1)
    config = SmolVLMConfig(
        vision_config=vision(),
        text_config={"model_type": "llama", **text(words)},
        image_token_id=words.convert_tokens_to_ids("<image>"),
        scale_factor=2,
    )
    model = finished(SmolVLMForConditionalGeneration(config))
    model.generation_config.eos_token_id = words.convert_tokens_to_ids("<end_of_utterance>")
    return model, processor


def internvl() -> tuple[Any, Any]:
    words = tokenizer(
        ["<|fim_pad|>"],
        start_image_token="<img>",
        end_image_token="</img>",
        context_image_token="<IMG_CONTEXT>",
        video_token="<video>",
    )
    processor = PictureInternVLProcessor(
        GotOcr2ImageProcessorPil(
            size={"height": SIDE, "width": SIDE}, crop_to_patches=True, min_patches=1, max_patches=4
        ),
        words,
        template("<IMG_CONTEXT>"),
        4,
    )
    torch.manual_seed(1)
    config = InternVLConfig(
        vision_config=vision(image_size=[SIDE, SIDE], patch_size=[4, 4]),
        text_config={"model_type": "qwen2", **text(words)},
        image_token_id=words.convert_tokens_to_ids("<IMG_CONTEXT>"),
        image_seq_length=4,
    )
    return finished(InternVLForConditionalGeneration(config)), processor
