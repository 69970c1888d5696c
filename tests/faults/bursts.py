"""So many files at once that the system drops signs of them: none is missed."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import time
from io import BytesIO, StringIO
from pathlib import Path

import numpy as np
from PIL import Image

from engine.commands.watching import Keeper
from engine.terminal import ProgressLine
from tests.faults.comparing import contents
from tests.faults.ledger import Committed, recorded_twice
from tests.faults.pictures import Pictures
from tests.faults.rows import Row
from tests.faults.setting import Setting
from tests.faults.working import Home, Worker

_FOLDERS = 20
_LONGEST = 500.0
"""Seconds that it may all take."""


def bursts(setting: Setting) -> list[Row]:
    """Once while the watcher stands still, so that the system's queue overflows; once while the
    first burst is being indexed."""
    row = Row("watcher overflow")
    counts = (setting.some(10_000, 200), setting.some(2_000, 50))
    pictures = Pictures(setting.place / "watched", setting.place / "watched")
    pictures.first.mkdir(parents=True)
    home = Home(setting.place, pictures)
    painted = [_paint(number) for number in range(sum(counts) + 1)]
    _burst(pictures, painted[:1], 0)
    pid = home.start(watch)
    wrong = ""
    if not _wait_for(home.path, 1):
        wrong = "it never began"
    done = 1
    for number, count in enumerate(counts):
        if number == 0:
            os.kill(pid, signal.SIGSTOP)
        _burst(pictures, painted[done : done + count], done)
        if number == 0:
            os.kill(pid, signal.SIGCONT)
            _wait_for(home.path, 1 + count // 4)
        done += count
        row.tried += 1
    if not wrong and not _wait_for(home.path, done):
        wrong = f"of {done} photos {_captioned(home.path)} were found and captioned"
    os.kill(pid, signal.SIGINT)
    pictures.learn(*sorted(pictures.first.rglob("*.png")), looks=False)
    ended = home.judge(home.wait(pid), Committed())
    row.count(ended)
    if ended.kind != "KeyboardInterrupt" or wrong:
        row.wrong.append(wrong or f"it said {ended.kind}: {ended.error} ({ended.status})")
    twice = recorded_twice(home.path)
    row.twice += len(twice)
    row.wrong += [f"recorded twice: {one}" for one in twice[:5]]
    found = contents(home.path)
    lost = [str(one) for one in pictures.first.rglob("*.png") if str(one) not in found]
    row.photos += len(lost)
    row.wrong += [f"missed: {one}" for one in lost]
    row.remarks.append(f"{counts[0]:,} files while the watcher stood still, then {counts[1]:,}")
    return [row]


def watch(worker: Worker) -> None:
    """`familiar index --watch`, until it is interrupted."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    worker.familiar.add(worker.pictures.first)
    keeper = Keeper(worker.familiar, True, ProgressLine(stream=StringIO()))
    with contextlib.redirect_stdout(StringIO()), contextlib.redirect_stderr(StringIO()):
        keeper.keep()


def _paint(number: int) -> bytes:
    """A small picture, with its number written in it."""
    picture = np.full((24, 24, 3), 40 + number % 8 * 25, np.uint8)
    for bit in range(14):
        if number >> bit & 1:
            picture[16:, bit] = 250
    out = BytesIO()
    Image.fromarray(picture).save(out, "PNG", compress_level=1)
    return out.getvalue()


def _burst(pictures: Pictures, painted: list[bytes], first: int) -> None:
    for number, data in enumerate(painted, first):
        folder = pictures.first / str(number % _FOLDERS)
        folder.mkdir(exist_ok=True)
        (folder / f"{number:05}.png").write_bytes(data)


def _wait_for(home: Path, count: int) -> bool:
    """Until so many photos have been captioned; whether that came to be."""
    ends = time.monotonic() + _LONGEST
    while time.monotonic() < ends:
        if _captioned(home) >= count:
            return True
        time.sleep(0.2)
    return False


def _captioned(home: Path) -> int:
    path = home / "index.db"
    if not path.exists():
        return 0
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        try:
            row = db.execute("SELECT count(*) FROM stages WHERE stage = 'caption'").fetchone()
        except sqlite3.Error:
            return 0
    return int(row[0])
