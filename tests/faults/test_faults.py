"""The fault suite, shortly."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(sys.platform != "linux", reason="it needs Linux")
def test_a_little_of_every_fault() -> None:
    """Real ones, in processes of their own; `make faults` tries hundreds."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults", "--short", "--kills", "3", "--seed", "1"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("kind of fault "), done.stdout
