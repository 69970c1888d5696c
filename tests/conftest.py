"""What every test shares: a home of its own, and no way out to the network."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import engine.models  # noqa: F401  # before any test imports transformers by itself; see `builds`


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A Familiar home that is not made yet."""
    return tmp_path / "home"


@pytest.fixture(autouse=True)
def _own_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Code that asks for the default home gets an empty one, never the developer's library."""
    monkeypatch.setenv("FAMILIAR_HOME", str(tmp_path / "home"))


@pytest.fixture(autouse=True)
def _no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test opens a window in front of who runs it; those of windows paint them nowhere."""
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A test that reaches for the network fails, even where the code swallows the error."""
    reached: list[str] = []

    def refuse(*address: Any, **_: Any) -> None:
        reached.append(repr(address[-1:]))
        raise OSError("tests have no network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    yield
    assert not reached, f"the code reached for the network: {reached}"


@pytest.fixture
def two_threads(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Torch computes on two threads, whatever the machine has."""
    import torch

    from engine.models import threads

    before = torch.get_num_threads()
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    threads.settle_torch()
    yield
    torch.set_num_threads(before)
