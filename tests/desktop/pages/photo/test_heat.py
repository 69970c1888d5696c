"""Where someone is, shown by a real engine: pets by their recogniser, people by attention."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop import navigation
from desktop.app import application
from desktop.context import Context
from desktop.pages.photo.page import PhotoPage
from desktop.process.client import EngineClient
from desktop.reading.lanes import InstantLane
from desktop.window import Window
from engine.familiar import Familiar
from engine.library import Library
from tests.desktop.process.conftest import QUICK, WAIT
from tests.service.talk import ROOT
from tests.tiny import TinyPack, paint

ADA = (250, 30, 30)


@dataclass(frozen=True)
class Taught:
    """Photos that were not taught: of Biscuit, orange, and of Ada, a face."""

    home: Path
    biscuit: int
    ada: int


@pytest.fixture
def taught(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Taught:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    rest = ["red", "green", "blue", "yellow", "white"]
    folder = tmp_path / "photos"
    for number in range(20):
        colours = ["orange" if number % 4 == 0 else rest[number % 5], rest[number % 3]]
        paint(folder / f"{number:02}.png", colours, number, [ADA] if number % 5 == 1 else [])
    with Familiar(Library.open(home), TinyPack()) as familiar:
        familiar.add(folder)
        familiar.index()
        familiar.teach("Biscuit", "pet", [folder / "00.png", folder / "04.png"])
        familiar.teach("Ada", "person", [folder / "01.png"])
        ids = [familiar.show(folder / f"{number}.png").photo_id for number in ("08", "06")]
    return Taught(home, *ids)


Show = Callable[[int], PhotoPage]


@pytest.fixture
def show(qtbot: QtBot, taught: Taught) -> Iterator[Show]:
    """Opens a photo in a window with a real engine process."""
    command = [sys.executable, "-m", "tests.service.placing_service", "--home", str(taught.home)]
    engine = EngineClient(taught.home, command=command, patience=QUICK)
    context = Context.make(application(), taught.home, engine, lambda _: InstantLane())
    window = Window(context)
    qtbot.addWidget(window)
    engine.start()

    def open_photo(photo_id: int) -> PhotoPage:
        context.navigation.go(navigation.PHOTO, photo_id=photo_id)
        window.show()
        QApplication.processEvents()
        page = window.page
        assert isinstance(page, PhotoPage)
        return page

    yield open_photo
    window.close()
    engine.stop()
    context.close()
    engine.deleteLater()


def warmth(page: PhotoPage) -> tuple[int, int]:
    """How opaque the glow is at the left edge's middle, and at the lower right."""
    glow = page.stage._glow.toImage()
    left = glow.pixelColor(2, glow.height() // 2).alpha()
    return left, glow.pixelColor(glow.width() - 3, glow.height() - 3).alpha()


def test_where_they_are_glows(show: Show, taught: Taught, qtbot: QtBot) -> None:
    def glowing(photo_id: int, who: str) -> tuple[int, int]:
        page = show(photo_id)
        QTest.keyClick(page.stage, Qt.Key.Key_H)
        assert who in page.overlay.notice
        qtbot.waitUntil(lambda: page.overlay.notice.startswith("The warmer"), timeout=WAIT)
        assert page.stage.glowing
        said.append(page.overlay.notice)
        return warmth(page)

    said: list[str] = []
    left, lower_right = glowing(taught.biscuit, "Biscuit")
    assert left > 150 > lower_right, "where the recogniser responds"
    left, lower_right = glowing(taught.ada, "Ada")
    assert lower_right > 150 > left, "where the captioner looks"
    assert said == [
        "The warmer, the more it looks like Biscuit",
        "The warmer, the more Familiar looks there for Ada",
    ]
