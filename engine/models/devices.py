"""On what a model runs here, and in which number format."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from typing import Any

import torch

from engine.errors import PackError, UsageError


def best_device() -> torch.device:
    """The fastest device of this machine: an NVIDIA or AMD card, Apple's, or the processor."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def dtype_for(device: torch.device, preferred: Sequence[str]) -> torch.dtype:
    """The first of a model's preferred formats ("bfloat16", ...) that suits the device.

    Processors get float32: half precision is slower there, and not every kernel exists. So does
    everything else where none of the preferred formats works.
    """
    if device.type != "cpu":
        for name in preferred:
            dtype: torch.dtype = getattr(torch, name)
            if _works(device, dtype):
                return dtype
    return torch.float32


def bits_for(device: torch.device, parameters: Callable[[], int]) -> int | None:
    """Bits to store a weight in so that the model fits; None for the usual number format.

    Only NVIDIA cards with bitsandbytes have a choice, and only then are the parameters counted. A
    third of the card's whole memory, not of what is free just now, is left for what is computed, so
    that the answer stays the same from one start to the next.
    """
    if device.type != "cuda" or _missing():
        return None
    room = torch.cuda.get_device_properties(device).total_memory * 2 / 3
    count = parameters()
    if count * 2 <= room:
        return None
    return 8 if count <= room else 4


def quantised(bits: int, dtype: torch.dtype) -> Any:
    """The configuration for weights of 8 or 4 bits, computing in `dtype`.

    Raises UsageError for another number of bits, PackError where bitsandbytes is not installed.
    """
    if bits not in (4, 8):
        raise UsageError(f"Weights can be stored in 4 or 8 bits, not {bits}.")
    missing = _missing()
    if missing:
        raise PackError(f"Storing weights in {bits} bits needs {' and '.join(missing)}.")
    from transformers import BitsAndBytesConfig

    if bits == 8:
        return BitsAndBytesConfig(load_in_8bit=True)
    return BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=dtype
    )


def _missing() -> list[str]:
    """What storing weights in fewer bits needs and is not installed."""
    needed = ("bitsandbytes", "accelerate")
    return [name for name in needed if importlib.util.find_spec(name) is None]


def _works(device: torch.device, dtype: torch.dtype) -> bool:
    if device.type == "cuda" and dtype == torch.bfloat16:
        # Older cards run it in emulation, slower than float16.
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    try:
        torch.ones(2, 2, dtype=dtype, device=device).matmul(
            torch.ones(2, 2, dtype=dtype, device=device)
        )
    except (RuntimeError, TypeError):
        return False
    return True
