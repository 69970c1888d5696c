"""Familiar is there at once: nothing heavy is imported before it is needed."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = {
    "torch", "transformers", "tokenizers", "sentence_transformers", "faiss", "cv2", "sklearn",
    "scipy", "onnxruntime", "skimage", "matplotlib", "PySide6",
}  # fmt: skip


def modules_after(code: str) -> set[str]:
    """The first names of what a fresh Python has imported after running `code`."""
    report = "import sys; print(' '.join({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(done.stdout.splitlines()[-1].split())


def seconds(command: list[str]) -> float:
    """The median of nine runs, the first one left out: it fills the file cache.

    Counted in processor time, which on an idle machine is what one waits, and which does not grow
    when other work keeps the machine busy.
    """
    times = []
    for _ in range(9):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(times[1:])


@pytest.mark.parametrize("command", ["--help", "search --help", "--version"])
def test_help_imports_nothing_heavy(command: str) -> None:
    code = (
        "import sys\nfrom engine.cli import main\n"
        f"try: main({command.split()!r})\nexcept SystemExit: pass"
    )
    assert modules_after(code) & HEAVY == set()


def test_the_library_imports_nothing_heavy() -> None:
    assert modules_after("import engine.library") & HEAVY == set()


def test_help_is_there_at_once() -> None:
    familiar = Path(sys.executable).parent / "familiar"
    assert os.access(familiar, os.X_OK), "familiar is not installed in this environment"
    assert seconds([str(familiar), "--help"]) < 0.5


def test_the_library_imports_at_once() -> None:
    bare = seconds([sys.executable, "-c", "pass"])
    assert seconds([sys.executable, "-c", "import engine.library"]) - bare < 0.2
