"""Clients of real engine processes, which end with the test."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.process.client import EngineClient, Patience
from desktop.process.messages import Job
from engine.library import Library
from tests.leftovers import nothing_left
from tests.service.talk import ROOT, Gate
from tests.service.tiny_service import GATES
from tests.tiny import paint

__all__ = ["nothing_left"]

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

QUICK = Patience(ask=0.5, answer=60, stop=5, delays=(0.01, 0.05), crashes=4)
WAIT = 120_000
"""Milliseconds after which what a test waits for will not come."""


@pytest.fixture
def photos(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Forty photos in a library: Biscuit is orange."""
    folder = tmp_path / "photos"
    rest = ["red", "green", "blue", "yellow", "white", "black", "grey"]
    for number in range(40):
        background = rest[number % 7]
        colours = ["orange", background] if number % 6 == 0 else [background, rest[number % 5]]
        paint(folder / f"{number:02}.png", colours, number)
    with Library.open(home) as library:
        library.folders.add(folder)
    monkeypatch.setenv(GATES, str(tmp_path / "gates"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return folder


@pytest.fixture
def gate(tmp_path: Path) -> Callable[[str], Gate]:
    """Makes a gate for a kind of work (see `tests.service.tiny_service`)."""
    return lambda name: Gate(tmp_path / "gates", name)


class Desk:
    """A client under test, and what it said."""

    def __init__(self, qtbot: QtBot, client: EngineClient) -> None:
        self.client = client
        self.states: list[str] = []
        self.seen: list[Job] = []
        self._qtbot = qtbot
        client.state_changed.connect(self.states.append)
        client.job_changed.connect(self.seen.append)

    def until(self, holds: Callable[[], object]) -> None:
        """Let the window's loop run until something holds."""
        self._qtbot.waitUntil(lambda: bool(holds()), timeout=WAIT)

    def ready(self) -> None:
        """Start, and wait until the engine is ready."""
        self.client.start()
        self.until(lambda: self.client.state == "ready")

    def answer(self, method: str, again: bool = False, **params: object) -> object:
        """Ask and wait for the answer; fails with the sentence of a refusal."""
        answers: list[object] = []
        refusals: list[str] = []
        self.client.request(method, params, answers.append, refusals.append, again=again)
        self.until(lambda: answers or refusals)
        assert not refusals, refusals
        return answers[0]

    def job(self, job_id: str | None) -> Job:
        """A job as it stands."""
        return next(one for one in self.client.jobs() if one.id == job_id)

    def ended(self, job_id: str | None) -> Job:
        """Wait for a job to end; how it did."""
        self.until(lambda: any(one.id == job_id and one.ended for one in self.client.jobs()))
        return self.job(job_id)


NewDesk = Callable[..., Desk]


@pytest.fixture
def desk(qtbot: QtBot, home: Path) -> Iterator[NewDesk]:
    """Makes clients of the tiny engine, or of another command."""
    clients: list[EngineClient] = []
    tiny = [sys.executable, "-m", "tests.service.tiny_service", "--home", str(home)]

    def make(command: Sequence[str] = tiny, patience: Patience = QUICK) -> Desk:
        clients.append(EngineClient(home, command=command, patience=patience))
        return Desk(qtbot, clients[-1])

    yield make
    for client in clients:
        client.stop()
        client.deleteLater()


def kill(pid: int, signal: int = 9) -> None:
    """Send a signal to an engine."""
    os.kill(pid, signal)
