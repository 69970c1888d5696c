"""A little of `make fuzz`: every kind of file, damaged a few times."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from engine.photos import decode
from tests.photos import fuzz
from tests.photos.pictures import corners, encoded


def test_damaged_files_are_pictures_or_sentences_in_bounds(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.photos.fuzz", "--round", "1", "--examples", "6"]
    done = subprocess.run(
        [*command, "--kept", str(tmp_path)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=False,
        text=True,
        timeout=200,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "kinds of files, 6 times each" in done.stdout


def test_the_bounds_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    data = encoded(corners())
    fuzz.check(data, "a.jpg")
    monkeypatch.setattr(fuzz, "LONGEST", 0.0)
    with pytest.raises(AssertionError, match=r"took 0\.0 s"):
        fuzz.check(data, "a.jpg")
    monkeypatch.setattr(fuzz, "LONGEST", 5.0)
    monkeypatch.setattr(fuzz, "decode", lambda data, side: bytearray(300 << 20) and decode(data, 9))
    monkeypatch.setattr(fuzz, "MOST_MEMORY", 200 << 20)
    with pytest.raises(AssertionError, match=r"took [23]\d\d MB"):
        fuzz.check(data, "a.jpg")


def test_a_decoders_bug_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(data: bytes, side: int) -> None:
        raise KeyError("a bug")

    monkeypatch.setattr(fuzz, "decode", fails)
    with pytest.raises(KeyError):
        fuzz.check(encoded(corners()), "a.jpg")
