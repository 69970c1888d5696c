from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.models import threads


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
