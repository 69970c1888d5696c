from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from engine.models.machine import GB, Machine, free_space, in_words, judge
from engine.models.pack import Needs, Pack, PackPart


def pack(needs: Needs) -> Pack:
    return Pack("some", "Some", (PackPart("all", "Some", "MIT", 1),), needs)


@pytest.mark.parametrize(
    ("needs", "machine", "runs", "sentence"),
    [
        (Needs(3), Machine(4 * GB, 0), True, "fits"),
        (Needs(3), Machine(None, 0), True, "fits"),
        (Needs(16), Machine(15 * GB, 0), True, "fits"),
        (
            Needs(16),
            Machine(8 * GB, 0),
            False,
            "needs 16 GB of memory, this machine has 8 GB",
        ),
        (Needs(8, 4), Machine(16 * GB, 0), True, "would be slow without a graphics card"),
        (
            Needs(8, 4),
            Machine(16 * GB, 2 * GB),
            True,
            "would be slow: it wants 4 GB of graphics memory, there are 2 GB",
        ),
        (Needs(8, 4), Machine(16 * GB, 4 * GB), True, "fits"),
        (
            Needs(16, 12, only_with_graphics=True),
            Machine(64 * GB, 0),
            False,
            "needs 12 GB of graphics memory, this machine has none",
        ),
        (
            Needs(16, 12, only_with_graphics=True),
            Machine(64 * GB, 8 * GB),
            False,
            "needs 12 GB of graphics memory, this machine has 8 GB",
        ),
        (Needs(16, 12, only_with_graphics=True), Machine(64 * GB, 12 * 2**30), True, "fits"),
        (Needs(16, 12, only_with_graphics=True), Machine(64 * GB, 11 * GB), True, "fits"),
    ],
)
def test_verdicts(needs: Needs, machine: Machine, runs: bool, sentence: str) -> None:
    verdict = judge(pack(needs), machine)
    assert (verdict.runs, verdict.sentence) == (runs, sentence)


def test_this_machine() -> None:
    machine = Machine.look()
    assert machine.memory is not None
    assert machine.memory > GB // 2
    assert machine.graphics >= 0


def test_a_machine_without_a_card_loads_no_torch() -> None:
    code = (
        "import sys; from pathlib import Path; from engine.models.machine import Machine\n"
        "cards = any(Path('/dev').glob('nvidia[0-9]*')) or Path('/dev/kfd').exists()\n"
        "Machine.look(); print('torch' in sys.modules and not cards)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout == "False\n"


def test_free_space_of_a_folder_that_is_not_made_yet(tmp_path: Path) -> None:
    assert free_space(tmp_path / "not" / "there") == pytest.approx(free_space(tmp_path), rel=0.1)


@pytest.mark.parametrize(
    ("size", "words"), [(0, "0 MB"), (340_400_000, "340 MB"), (15_320_000_000, "15.3 GB")]
)
def test_sizes_in_words(size: int, words: str) -> None:
    assert in_words(size) == words
