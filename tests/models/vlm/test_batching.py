"""Batches that shrink when memory runs out."""

from __future__ import annotations

import gc
from collections.abc import Sequence

import pytest
import torch

from engine.errors import FamiliarError
from engine.models.vlm.batching import BatchSize, alike, enough_memory, ran_out_of_memory


@pytest.fixture(autouse=True)
def released(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry each time memory is given back; collecting for real takes a second here."""
    seen: list[int] = []
    monkeypatch.setattr(gc, "collect", lambda: seen.append(1))
    return seen


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("MPS backend out of memory (MPS allocated: 9 GB)"),
        RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate(handle)"),
        MemoryError(),
    ],
)
def test_a_batch_is_halved_until_it_fits_and_stays_small(
    error: BaseException, released: list[int]
) -> None:
    tried: list[int] = []

    def work(part: Sequence[int]) -> list[int]:
        tried.append(len(part))
        if len(part) > 3:
            raise error
        return [10 * item for item in part]

    batch = BatchSize(8)
    assert batch.run(range(7), work) == [0, 10, 20, 30, 40, 50, 60]
    assert tried == [7, 3, 3, 1]
    assert batch.size == 3
    assert released == [1]
    assert batch.run([7], work) == [70]


def test_parts_have_one_result_each() -> None:
    def work(part: Sequence[int]) -> int:
        if len(part) > 2:
            raise MemoryError
        return sum(part)

    assert BatchSize(5).parts([1, 2, 3, 4, 5], work) == [3, 7, 5]


def test_too_little_memory_is_a_sentence() -> None:
    with pytest.raises(FamiliarError, match="Close"), enough_memory("Close other programs."):
        raise torch.OutOfMemoryError("CUDA out of memory")
    with pytest.raises(RuntimeError, match="shapes"), enough_memory("Close other programs."):
        raise RuntimeError("shapes do not match")


def test_without_trouble_batches_are_full() -> None:
    tried: list[int] = []

    def work(part: Sequence[int]) -> Sequence[int]:
        tried.append(len(part))
        return part

    assert BatchSize(3).run(range(7), work) == list(range(7))
    assert tried == [3, 3, 1]
    assert BatchSize(3).run([], work) == []


def test_halving_goes_on() -> None:
    def work(part: Sequence[int]) -> Sequence[int]:
        if len(part) > 1:
            raise MemoryError
        return part

    batch = BatchSize(4)
    assert batch.run(range(4), work) == [0, 1, 2, 3]
    assert batch.size == 1


def test_a_single_item_that_does_not_fit_is_an_error() -> None:
    def work(part: Sequence[int]) -> list[int]:
        raise torch.OutOfMemoryError("CUDA out of memory")

    with pytest.raises(torch.OutOfMemoryError):
        BatchSize(4).run(range(4), work)


def test_other_errors_pass() -> None:
    def work(part: Sequence[int]) -> list[int]:
        raise RuntimeError("shapes do not match")

    batch = BatchSize(4)
    with pytest.raises(RuntimeError, match="shapes"):
        batch.run(range(4), work)
    assert batch.size == 4
    assert not ran_out_of_memory(ValueError("out of memory"))


def test_equal_keys_are_grouped_in_order() -> None:
    assert alike(["b", "a", "b", "c", "a"]) == [[0, 2], [1, 4], [3]]
