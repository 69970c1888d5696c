"""The command line as a process: interrupted, cut off, and found where it should be."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.library import Library
from engine.stopping import SIGNALS
from tests.signals import hear_all
from tests.tiny import paint

ROOT = Path(__file__).parent.parent


def familiar(*arguments: object, **more: Any) -> subprocess.Popen[str]:
    """A `familiar` with the tiny pack, in a process of its own."""
    command = [sys.executable, "-m", "tests.familiar_tiny", *map(str, arguments)]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, cwd=ROOT, **(pipes | more))


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    for number in range(60):
        paint(folder / f"{number:03}.png", ["red", "blue"], number)
    with familiar("add", folder) as adding:
        adding.communicate()
    return folder


@pytest.mark.parametrize("told", SIGNALS)
def test_told_to_stop(photos: Path, home: Path, tmp_path: Path, told: signal.Signals) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    gated = {**os.environ, "FAMILIAR_TINY_GATE": str(gate)}
    with familiar("index", preexec_fn=hear_all, env=gated) as indexing:
        waiting = os.open(gate, os.O_WRONLY)  # returns when the second batch stands at the gate
        indexing.send_signal(told)
        try:
            out, seen = indexing.communicate(timeout=60)
        finally:
            indexing.kill()
            os.close(waiting)
    assert indexing.returncode == 128 + told
    assert out == ""
    assert "Stopped. What was finished is kept" in seen
    assert "Traceback" not in seen
    with Library.open(home) as library:
        assert library.in_hand.left("look") == [], "no photo is suspected of anything"
    with familiar("index") as indexing:
        out, _ = indexing.communicate(timeout=120)
    assert indexing.returncode == 0
    assert out.startswith("60 photos found, ")
    assert " 60 looked at" not in out, "what was finished before the stop is not done again"


def test_told_to_stop_while_it_begins(home: Path) -> None:
    """At no moment does a signal leave a traceback."""
    code = (
        "import sys, signal, importlib.abc\n"
        "class Told(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path, target=None):\n"
        "        if name == 'argparse': signal.raise_signal(signal.SIGINT)\n"
        "sys.meta_path.insert(0, Told())\n"
        "from engine.__main__ import run\n"
        "sys.exit(run())"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, preexec_fn=hear_all
    )
    assert (done.returncode, done.stderr) == (-signal.SIGINT, "")


def test_streams_that_are_closed(photos: Path, home: Path) -> None:
    """As a timer or another program may start it."""
    with familiar("index") as indexing:
        indexing.communicate(timeout=60)
    for command in ("status", "export", "people", "nonsense", "show nowhere.png", "check"):
        line = f"exec {sys.executable} -m engine {command} <&- >&- 2>&-"
        status = subprocess.run(["sh", "-c", line], cwd=ROOT, check=False).returncode
        assert status == {"nonsense": 2, "show nowhere.png": 1}.get(command, 0), command
    with Library.open(home, whole=True) as library:
        assert not library.mended
        assert library.photos.count() == 60


def test_a_reader_that_has_seen_enough(photos: Path) -> None:
    with familiar("index") as indexing:
        indexing.communicate(timeout=60)
    with familiar("export") as exporting:
        assert exporting.stdout is not None
        assert json.loads(exporting.stdout.readline())["path"].endswith(".png")
        exporting.stdout.close()
        assert exporting.stderr is not None
        assert exporting.stderr.read() == ""
    assert exporting.returncode == 0


def test_no_progress_in_a_pipe(photos: Path) -> None:
    with familiar("index") as indexing:
        out, err = indexing.communicate(timeout=60)
    assert (out, err) == ("60 photos found, 60 looked at, 60 captioned.\n", "")


def test_a_terminal_of_another_encoding(photos: Path) -> None:
    odd = photos / "schön ✨.png"
    paint(photos / "plain.png", ["yellow"], 2000).rename(odd)
    plain = {"PYTHONUTF8": "0", "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    with familiar("index", env=os.environ | plain) as indexing:
        indexing.communicate(timeout=60)
    for arguments in (["search", "yellow", "--json"], ["show", odd], ["export"]):
        with familiar(*arguments, env=os.environ | plain) as process:
            out, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (0, "")
        assert "sch\\" in out


def test_the_module_is_the_command(home: Path) -> None:
    command = [sys.executable, "-m", "engine", "status"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == f"familiar: There is no library in {home} yet.\n"


def test_indexing_nothing_new_and_searching_names_load_no_models(photos: Path, home: Path) -> None:
    """With the real pack: what is done needs nothing but the versions of its parts."""
    code = (
        "import sys; from engine.cli import main\n"
        "statuses = [main(one.split()) for one in ('index', 'search Ada', 'status', 'people')]\n"
        "heavy = {'torch', 'transformers', 'cv2', 'faiss'} & set(sys.modules)\n"
        "print(statuses, sorted(heavy), file=sys.stderr)"
    )
    with familiar("index") as indexing:
        indexing.communicate(timeout=60)
    from engine.indexing import stages
    from engine.models import packs

    with Library.open(home) as library:  # as if the real pack had done it all
        library.concepts.add("Ada", "person")
        versions = stages.versions(packs.load())
        for stage in stages.ALL:
            library.stages.finish_many(stage, versions.of(stage), library.photos.ids())
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1] == "[0, 0, 0, 0] []", done.stderr
