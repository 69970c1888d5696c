"""Which device and number format a large model gets."""

from __future__ import annotations

import importlib.util
import sys
from types import SimpleNamespace

import pytest
import torch

from engine.errors import PackError, UsageError
from engine.models import devices
from engine.models.devices import best_device, bits_for, dtype_for, quantised


@pytest.mark.parametrize(
    ("cuda", "mps", "expected"),
    [(True, True, "cuda"), (False, True, "mps"), (False, False, "cpu")],
)
def test_the_fastest_device_is_taken(
    monkeypatch: pytest.MonkeyPatch, cuda: bool, mps: bool, expected: str
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert best_device().type == expected


def test_processors_compute_in_single_precision() -> None:
    assert dtype_for(torch.device("cpu"), ("bfloat16", "float16")) == torch.float32


@pytest.mark.parametrize(
    ("works", "preferred", "expected"),
    [
        ({"bfloat16", "float16"}, ("bfloat16", "float16"), torch.bfloat16),
        ({"float16"}, ("bfloat16", "float16"), torch.float16),
        ({"float16"}, ("bfloat16", "float32"), torch.float32),
    ],
)
def test_a_device_gets_the_first_format_it_can(
    monkeypatch: pytest.MonkeyPatch,
    works: set[str],
    preferred: tuple[str, ...],
    expected: torch.dtype,
) -> None:
    known = {getattr(torch, name) for name in (*works, "float32")}
    monkeypatch.setattr(devices, "_works", lambda device, dtype: dtype in known)
    assert dtype_for(torch.device("cuda"), preferred) == expected


def test_an_older_card_emulates_bfloat16_and_is_not_asked_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        torch.cuda, "is_bf16_supported", lambda including_emulation=True: including_emulation
    )
    assert not devices._works(torch.device("cuda"), torch.bfloat16)


@pytest.mark.parametrize(
    ("gigabytes", "installed", "expected"),
    [(24, True, None), (12, True, 8), (6, True, 4), (6, False, None)],
)
def test_a_model_too_large_for_the_card_is_stored_in_fewer_bits(
    monkeypatch: pytest.MonkeyPatch, gigabytes: int, installed: bool, expected: int | None
) -> None:
    card = SimpleNamespace(total_memory=gigabytes * 1_000_000_000)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda device: card)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object() if installed else None)
    assert bits_for(torch.device("cuda"), lambda: 7_000_000_000) == expected


def test_parameters_are_not_counted_where_there_is_no_card() -> None:
    def count() -> int:
        raise AssertionError("counted for nothing")

    assert bits_for(torch.device("cpu"), count) is None


def test_formats_are_tried_on_the_device(monkeypatch: pytest.MonkeyPatch) -> None:
    assert devices._works(torch.device("cpu"), torch.float32)

    def refuse(*args: object, **options: object) -> None:
        raise TypeError("BFloat16 is not supported on MPS")

    monkeypatch.setattr(torch, "ones", refuse)
    assert not devices._works(torch.device("mps"), torch.bfloat16)


def test_few_bits_need_their_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(PackError, match="bitsandbytes and accelerate"):
        quantised(4, torch.float16)
    assert "bitsandbytes" not in sys.modules


def test_there_are_four_bits_or_eight() -> None:
    with pytest.raises(UsageError, match="not 3"):
        quantised(3, torch.float16)


@pytest.mark.parametrize("bits", [4, 8])
def test_the_configuration_says_how_many_bits(monkeypatch: pytest.MonkeyPatch, bits: int) -> None:
    monkeypatch.setattr(devices, "_missing", list)
    config = quantised(bits, torch.bfloat16)
    assert (config.load_in_4bit, config.load_in_8bit) == (bits == 4, bits == 8)
    if bits == 4:
        assert config.bnb_4bit_compute_dtype == torch.bfloat16
    assert "bitsandbytes" not in sys.modules
