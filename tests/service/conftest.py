"""Engines that end with the test, whatever becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.library import Library
from tests.leftovers import nothing_left
from tests.service.talk import Gate, Start, Talk
from tests.service.tiny_service import GATES
from tests.tiny import paint

__all__ = ["nothing_left"]

ADA = (250, 30, 30)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Forty photos: Biscuit is orange, Ada has a face."""
    folder = tmp_path / "photos"
    rest = ["red", "green", "blue", "yellow", "white", "black", "grey"]
    for number in range(40):
        background = rest[number % 7]
        colours = ["orange", background] if number % 6 == 0 else [background, rest[number % 5]]
        paint(folder / f"{number:02}.png", colours, number, [ADA] if number % 5 == 0 else [])
    return folder


@pytest.fixture
def start(home: Path, photos: Path, tmp_path: Path) -> Iterator[Start]:
    """Starts an engine on a library of these photos."""
    with Library.open(home) as library:
        library.folders.add(photos)
    started: list[Talk] = []

    def begin(**more: Any) -> Talk:
        env = {GATES: str(tmp_path / "gates"), **more.pop("env", {})}
        started.append(Talk(home, env=env, **more))
        return started[-1]

    yield begin
    for one in started:
        if one.process.poll() is None:
            one.kill()


@pytest.fixture
def gate(tmp_path: Path) -> Callable[[str], Gate]:
    """Makes a gate for a kind of work."""

    def make(name: str) -> Gate:
        return Gate(tmp_path / "gates", name)

    return make
