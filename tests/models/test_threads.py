from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import pytest
import torch

from engine.models import threads


@pytest.mark.usefixtures("two_threads")
def test_gentle_work_computes_on_one_thread_and_leaves_others_theirs() -> None:
    with ThreadPoolExecutor(1) as other:
        assert other.submit(torch.get_num_threads).result() == 2
        threads.go_gently(True)
        assert torch.get_num_threads() == 1
        assert other.submit(torch.get_num_threads).result() == 2
    threads.go_gently(False)
    assert torch.get_num_threads() == 2


@pytest.mark.parametrize("gently", [True, False])
def test_torch_that_another_thread_is_just_loading_is_let_be(
    gently: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch", ModuleType("torch"))  # as far as it has come
    threads.go_gently(gently)


def test_never_more_threads_than_cores_it_may_use() -> None:
    assert 1 <= threads.cores() <= min(threads.MOST, len(os.sched_getaffinity(0)))


def test_what_the_owner_set_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    threads.prepare()
    assert os.environ["OMP_NUM_THREADS"] == "3"
    assert os.environ["OMP_WAIT_POLICY"] == "PASSIVE"


@pytest.mark.parametrize(
    ("text", "limit"),
    [("150000 100000", 1), ("400000 100000", 4), ("max 100000", None), ("?", None)],
)
def test_a_container_limit_counts(
    monkeypatch: pytest.MonkeyPatch, text: str, limit: int | None
) -> None:
    monkeypatch.setattr(Path, "read_text", lambda *_: text)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(6)), raising=False)
    assert threads.cores() == (limit or 6)


@pytest.mark.parametrize(("asked", "given"), [("1", 1), ("3,2", 3), ("", 2), ("0", 2), ("all", 2)])
def test_torch_takes_what_the_environment_asks_for_if_it_is_a_number(
    asked: str, given: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = torch.get_num_threads()
    monkeypatch.setenv("OMP_NUM_THREADS", asked)
    monkeypatch.setattr(threads, "cores", lambda: 2)
    try:
        threads.settle_torch()
        assert torch.get_num_threads() == given
    finally:
        torch.set_num_threads(before)
