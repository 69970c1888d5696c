"""Killed at any moment, indexing goes on from there: nothing is lost, nothing is done twice."""

from __future__ import annotations

import contextlib
import os
import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from engine.library import Library
from engine.photos import read
from tests.tiny import COLOURS, paint, picture_key

ROOT = Path(__file__).parents[2]
NAMES = list(COLOURS)
PHOTOS = 240
KILLS = 10

# The worker says when it has begun, so that the clock runs from there and not from its imports.
WORKER = """
import sys
from pathlib import Path
from engine.indexing.pipeline import Indexer
from engine.library import Library
from engine.progress import Cancel
from tests.tiny import TinyPack
home, photos, log = map(Path, sys.argv[1:])
with Library.open(home) as library:
    library.folders.add(photos)
    print("begun", flush=True)
    done = Indexer(library, TinyPack(log), lambda _: None, Cancel(), readers=1).run()
    assert done.troubles == [], done.troubles
"""


def start(home: Path, photos: Path, log: Path) -> subprocess.Popen[str]:
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(home), str(photos), str(log)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert worker.stdout is not None
    assert worker.stdout.readline() == "begun\n"
    return worker


def encoded(home: Path) -> set[int]:
    """Photos recorded as encoded, as any other program would see them."""
    with contextlib.closing(sqlite3.connect(home / "index.db")) as db:
        return {row[0] for row in db.execute("SELECT photo_id FROM stages WHERE stage = 'encode'")}


def contents(home: Path) -> dict[str, Any]:
    """Everything a library says about its photos."""
    with Library.open(home, create=False) as library:
        ids = sorted(library.photos.ids())
        vectors = library.encodings.embeddings("tiny-encoder-1", ids)
        return {
            "stages": library.stages.counts(),
            "paths": {one.id: one.paths for one in library.photos.many(ids).values()},
            "info": library.info.many(ids),
            "thumbnails": library.thumbnails.many(ids),
            "vectors": {
                one: v.tobytes() for one, v in zip(vectors[0].tolist(), vectors[1], strict=True)
            },
            "rows": {
                k: v.tobytes() for k, v in library.encodings.rows("tiny-encoder-1", ids).items()
            },
            "faces": {one: [(f.box, f.score) for f in library.faces.of_photo(one)] for one in ids},
            "captions": library.captions.all(),
            "problems": library.problems.all(),
        }


def test_killed_at_ten_random_moments(tmp_path: Path) -> None:
    photos, keys = tmp_path / "photos", {}
    for number in range(PHOTOS):
        colours = [NAMES[number % 8], NAMES[(number // 8) % 8]]
        path = paint(
            photos / f"{number:03}.png", colours, number, [(250, 9, number)] * (number % 3)
        )
        keys[picture_key(read(path, 512).picture)] = path
    assert len(keys) == PHOTOS
    worker = start(tmp_path / "calm", photos, tmp_path / "calm.log")
    began = time.monotonic()
    worker.communicate(timeout=120)
    assert worker.returncode == 0
    whole = time.monotonic() - began
    undisturbed = contents(tmp_path / "calm")

    home, log = tmp_path / "killed", tmp_path / "killed.log"
    log.touch()
    moments = random.Random(20_261_123)
    finished_at_kill: list[int] = []
    for _ in range(KILLS):
        before = encoded(home) if (home / "index.db").exists() else set()
        length = len(log.read_text().splitlines())
        worker = start(home, photos, log)
        with contextlib.suppress(subprocess.TimeoutExpired):
            worker.communicate(timeout=moments.uniform(0, whole / 4))
        worker.kill()  # SIGKILL: nothing can be tidied up
        worker.communicate()
        done_again = {keys[key] for key in log.read_text().splitlines()[length:]} & {
            path for one in before for path in undisturbed["paths"][one]
        }
        assert not done_again, "what was recorded as done was done again"
        assert encoded(home) >= before, "what was recorded as done was lost"
        finished_at_kill.append(len(encoded(home)))
    worker = start(home, photos, log)
    worker.communicate(timeout=120)
    assert worker.returncode == 0
    assert contents(home) == undisturbed
    # The kills came at different stages of the work, not all before or all after it.
    assert len(set(finished_at_kill)) > 2, finished_at_kill
    jobs = {"interrupted", "done"}
    with Library.open(home) as library:
        assert {job.state for job in library.jobs.recent()} <= jobs
    assert os.path.getsize(log) <= 9 * (PHOTOS + KILLS * 64), "only what was in flight is redone"
