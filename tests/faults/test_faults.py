"""The fault suite, shortly; and that it would notice what it looks for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

linux = pytest.mark.skipif(sys.platform != "linux", reason="it needs Linux")


@linux
def test_a_little_of_every_fault() -> None:
    """Real ones, in processes of their own; `make faults` tries hundreds."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults", "--short", "--kills", "3", "--seed", "1"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("kind of fault "), done.stdout


NOTICING = """
import os, sqlite3, sys
from pathlib import Path
from engine.photos import read
from tests.faults import pictures, tasks
from tests.faults.comparing import contents, differences
from tests.faults.ledger import recorded_twice
from tests.faults.owner import forgotten, sayings
from tests.faults.setting import tell
from tests.faults.suite import load_all
from tests.faults.working import Home

load_all()
place = Path(sys.argv[1])
painted = pictures.make(place / "photos", 28, 4, taught=False)
home = tell(Home(place, painted))
calm = contents(home.path)
print(recorded_twice(home.path), forgotten(home.path, painted, sayings(painted)))
index, library = sqlite3.connect(home.path / "index.db"), sqlite3.connect(home.path / "library.db")
with index:
    # As if it had been lost: nobody asked for it again.
    index.execute("DROP TRIGGER ledger_asked")
    index.execute("DELETE FROM stages WHERE photo_id IN (SELECT min(photo_id) FROM stages)")
home.run(tasks.finish)
print(len(recorded_twice(home.path)))
picture = read(painted.first / pictures.name(3), 512).picture
ended = home.run(lambda worker: worker.familiar.pack.encoder.encode_pictures([picture]))
print(len(ended.repeated))
with library:
    library.execute("DELETE FROM caption_edits")
    library.execute("DELETE FROM places WHERE CAST(path AS TEXT) LIKE '%0004.png'")
print(len(forgotten(home.path, painted, sayings(painted))))
photos, rest = differences(contents(home.path), calm)
print(len([one for one in photos if "not in the library" in one]), bool(rest))
ended = home.run(lambda worker: os.kill(os.getpid(), 9))
print(ended.killed)
"""


@linux
def test_what_the_suite_looks_for_is_noticed(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", NOTICING, str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.stdout.splitlines() == ["[] []", "6", "1", "1", "1 True", "True"], done.stderr
