"""Real widgets without a screen, over real libraries; nothing may be left of a test."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QAbstractAnimation, QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from desktop.app import application
from desktop.context import Context
from desktop.reading.lanes import InstantLane, Lane
from desktop.window import Window
from tests.desktop.engine_fake import FakeEngine
from tests.homes import drawn, fill
from tests.leftovers import nothing_left

__all__ = ["nothing_left"]

PHOTOS = 60
PEOPLE = (("Biscuit", "pet"), ("Ada", "person"), ("Ada Lovelace", "person"))

MakeContext = Callable[..., Context]


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """Familiar's own application: its style, fonts and language."""
    return application()


@pytest.fixture(autouse=True)
def no_live_timers(qapp: QApplication) -> Iterator[None]:
    """A test that leaves a running timer or animation behind fails.

    Python's collector must not run on a background thread: see `desktop.collecting`.
    """
    gc.disable()
    gc.freeze()  # what was there before the test is not looked at
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    left = [str(one) for one in gc.get_objects() if _runs(one)]
    gc.enable()
    assert left == [], "the test left something running"


def _runs(one: object) -> bool:
    kind = type(one)  # some objects of other libraries do things when asked for their class
    if issubclass(kind, QTimer):
        timer = cast("QTimer", one)
        return isValid(timer) and timer.isActive()
    if issubclass(kind, QAbstractAnimation):
        animation = cast("QAbstractAnimation", one)
        return isValid(animation) and animation.state() == QAbstractAnimation.State.Running
    return False


@pytest.fixture(scope="session")
def _model_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("model") / "home"
    pictures = [drawn(number, 128, 96) for number in range(12)]
    fill(home, PHOTOS, pictures, years=0.8, people=PEOPLE)
    return home


@pytest.fixture
def photo_ids(_model_home: Path) -> list[int]:
    """The photos of `filled`, the newest first."""
    from engine.library import Library

    with Library.open(_model_home) as library:
        return [int(one) for one in library.timelines.read().ids]


@pytest.fixture
def filled(_model_home: Path, home: Path) -> Path:
    """A home of its own with 60 photos over a year, of Biscuit, Ada and Ada Lovelace."""
    shutil.copytree(_model_home, home)
    return home


@pytest.fixture
def engine() -> FakeEngine:
    """An engine that is ready and answers what the test says."""
    return FakeEngine()


@pytest.fixture
def make_context(qapp: QApplication, engine: FakeEngine) -> Iterator[MakeContext]:
    """Makes contexts that end with the test; by default their reads are done at once."""
    made: list[Context] = []

    def make(home: Path, lane: Callable[[str], Lane] = lambda _: InstantLane()) -> Context:
        context = Context.make(qapp, home, engine, lane)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def context(make_context: MakeContext, filled: Path) -> Context:
    """The context of the filled home; reads are done at once."""
    made = make_context(filled)
    made.household.read()
    return made


@pytest.fixture
def window(qtbot: QtBot, context: Context) -> Iterator[Window]:
    """The window over the filled home, shown, with no page chosen yet."""
    made = Window(context)
    qtbot.addWidget(made)
    made.resize(1000, 700)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.close()
