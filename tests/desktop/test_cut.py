"""At no scale of the screen, in no window, has a text less room than it needs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from desktop.widgets import Button, Label
from engine.library import Library
from engine.library.hints import Hints, Region
from tests.desktop.cut import cut, lengthen

ROOT = Path(__file__).parents[2]
SCALES = "1", "1.5", "2"


LONG_NAMES = ("Bartholomäus-Maximilian von und zu Hohenlohe", "Wilhelmina Wu", "Ada Lovelace", "Bo")


def carry_names(home: Path) -> None:
    """Files that carry names, long ones and known ones."""
    with Library.open(home) as library:
        for number, photo in enumerate(library.timelines.read().ids.tolist()[:12]):
            names = LONG_NAMES[number % 3 :]
            boxes = [(0.02 + n / 4, 0.02, 0.2 + n / 4, 0.2) for n in range(len(names))]
            regions = tuple(map(Region, boxes, names))
            library.hints.put_many({photo: Hints(rating=4, regions=regions)})


def test_nothing_is_cut_on_any_page(filled: Path) -> None:
    lengthen(filled)
    carry_names(filled)
    command = [sys.executable, "-m", "tests.desktop.cut", str(filled)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    # The scale is the whole process's: one for each, at the same time.
    running = {
        scale: subprocess.Popen(
            command,
            cwd=ROOT,
            env={**environment, "QT_SCALE_FACTOR": scale},
            stdout=subprocess.PIPE,
            text=True,
        )
        for scale in SCALES
    }
    found = {scale: process.communicate()[0].splitlines() for scale, process in running.items()}
    assert found == {scale: [] for scale in SCALES}
    assert [process.returncode for process in running.values()] == [0] * len(SCALES)


def test_what_is_cut_is_found(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(300, 200)
    narrow = Label("A text that is far too long for this", parent=window)
    narrow.setGeometry(0, 0, 40, 20)
    outside = Label("Outside", parent=window)
    outside.adjustSize()
    outside.move(280, 50)
    low = Label("Words that go on in one line after another", parent=window, wrap=True)
    low.setGeometry(0, 80, 60, 20)
    fine = Button("Fine", parent=window)
    fine.adjustSize()
    fine.move(0, 120)
    scroll = QScrollArea(window)
    scroll.setGeometry(100, 100, 100, 60)
    inside = QWidget()
    row = QHBoxLayout(inside)
    row.addWidget(Label("One that scrolls to the side", parent=inside))
    scroll.setWidget(inside)
    with qtbot.waitExposed(window):
        window.show()
    found = " ".join(cut(window))
    for text in ("far too long", "Outside", "Words that go on", "scrolls to the side"):
        assert text in found
    assert "Fine" not in found
