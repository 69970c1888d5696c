"""At no scale of the screen, in no window, has a text less room than it needs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from desktop.widgets import Button, Label
from tests.desktop.cut import cut

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("scale", ["1", "1.5", "2"])
def test_nothing_is_cut_on_any_page(filled: Path, scale: str) -> None:
    environment = {**os.environ, "QT_SCALE_FACTOR": scale, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.desktop.cut", str(filled)],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines() == []


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
