"""`familiar gui` becomes the window, or says in a sentence why there is none."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from engine.cli import main
from engine.commands import gui


@pytest.fixture
def became(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The programs that this one would have become."""
    found: list[list[str]] = []

    def become(_: str, command: list[str]) -> None:
        found.append(command)
        raise SystemExit(0)

    monkeypatch.setattr(os, "execv", become)
    monkeypatch.setenv("DISPLAY", ":9")
    return found


@pytest.mark.parametrize("command", [["gui"], []])
def test_it_becomes_the_window(became: list[list[str]], home: Path, command: list[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--home", str(home), *command])
    assert became == [[sys.executable, "-m", "desktop", "--home", str(home)]]


def test_without_a_screen_it_says_so(
    became: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert main(["gui"]) == 1
    assert "no screen" in capsys.readouterr().err
    assert became == []


def test_without_pyside_it_says_so(
    became: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(gui, "find_spec", lambda _: None)
    assert main([]) == 1
    assert "PySide6" in capsys.readouterr().err
    assert became == []
