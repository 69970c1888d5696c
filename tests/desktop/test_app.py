"""The window starts, shows photos, and ends, as a program."""

from __future__ import annotations

import gc
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from desktop import app
from desktop.collecting import Collector
from desktop.pages.library.page import LibraryPage
from desktop.process.instance import Instance
from desktop.window import Window
from engine.stopping import SIGNALS
from tests.desktop.engine_fake import FakeEngine
from tests.service.talk import ROOT
from tests.signals import hear_all

PATIENCE = 30.0
PROGRAM = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from desktop import app
from tests.desktop.engine_fake import FakeEngine

class Engine(FakeEngine):
    def stop(self):
        print("stopped", flush=True)

def make(home):
    QTimer.singleShot(0, lambda: print("open", flush=True))
    return Engine()

sys.exit(app.main(Path(sys.argv[1]), make))
"""


def when(condition: Callable[[], bool], act: Callable[[], object]) -> None:
    """Act in the running program once something is so; end the program if it never is."""
    end = time.monotonic() + PATIENCE

    def look() -> None:
        if condition():
            act()
        elif time.monotonic() > end:
            QApplication.exit(99)
        else:
            QTimer.singleShot(10, look)

    QTimer.singleShot(0, look)


def window() -> Window | None:
    """The window that is open."""
    shown = QApplication.topLevelWidgets()
    return next((one for one in shown if isinstance(one, Window) and one.isVisible()), None)


def complete() -> bool:
    """Whether the window shows photos with their pictures."""
    there = window()
    if there is None or not isinstance(there.page, LibraryPage):
        return False
    grid = there.page.panel.grid
    pixmap = there.context.thumbnails.pixmap
    seen = [grid.photos.photo_id(row) for row in range(*grid.in_sight())]
    return bool(seen) and all(pixmap(grid.picture(one)) for one in seen)


def close() -> None:
    there = window()
    assert there is not None
    there.close()


def test_from_start_to_end(qapp: QApplication, filled: Path, engine: FakeEngine) -> None:
    calls: list[Path] = []

    def make(home: Path) -> FakeEngine:
        calls.append(home)
        return engine

    when(complete, close)
    assert app.main(filled, make) == 0
    assert calls == [filled]
    assert (engine.started, engine.stopped) == (1, 1)
    assert len(engine.waiting("watch")) == 1
    assert (filled / "window.ini").exists()
    for one in QApplication.topLevelWidgets():
        one.deleteLater()


def test_a_second_start_brings_the_first_window_to_the_front(
    qapp: QApplication, filled: Path, engine: FakeEngine
) -> None:
    answers: list[int] = []

    def again() -> None:
        answers.append(
            subprocess.run(
                [sys.executable, "-m", "desktop", "--home", str(filled)], timeout=60, check=False
            ).returncode
        )
        QTimer.singleShot(0, close)

    def minimise_then_start_again() -> None:
        there = window()
        assert there is not None
        there.showMinimized()
        there.destroyed.connect(lambda: None)
        again()

    when(lambda: window() is not None, minimise_then_start_again)
    assert app.main(filled, lambda _: engine) == 0
    assert answers == [0]
    for one in QApplication.topLevelWidgets():
        one.deleteLater()


def test_who_starts_while_the_first_window_is_being_closed_does_not_call_it(
    qapp: QApplication, filled: Path
) -> None:
    heard: list[bool] = []

    class Slow(FakeEngine):
        def stop(self) -> None:
            heard.append(Instance(filled)._call())
            super().stop()

    when(lambda: window() is not None, close)
    assert app.main(filled, lambda _: Slow()) == 0
    assert heard == [False]
    for one in QApplication.topLevelWidgets():
        one.deleteLater()


@pytest.mark.parametrize("number", SIGNALS)
def test_who_is_told_to_stop_closes_the_window_in_order(number: int, filled: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(filled)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=hear_all,
    ) as program:  # fmt: skip
        assert program.stdout is not None
        assert program.stdout.readline() == "open\n"
        program.send_signal(number)
        try:
            said = program.communicate(timeout=PATIENCE)
        finally:
            program.kill()
    assert (program.returncode, *said) == (0, "stopped\n", "")
    assert (filled / "window.ini").exists()


def test_a_home_that_cannot_be_used_is_said(
    qapp: QApplication, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = tmp_path / "file"
    taken.write_text("not a folder")
    assert app.main(taken / "home", lambda _: FakeEngine()) == 1
    assert str(taken) in capsys.readouterr().err
    claimed = Instance(tmp_path / "other")
    assert claimed.claim()
    claimed.release()


def test_the_program_says_how_it_is_used() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "desktop", "--help"], capture_output=True, text=True, check=True
    )
    assert "--home" in done.stdout


def test_the_collector_runs_on_the_windows_thread_alone(qapp: QApplication) -> None:
    class Ring:
        """Reaches itself, so that only the collector frees it."""

        def __init__(self) -> None:
            self.itself = self

    freed: list[bool] = []

    def make_ring() -> None:
        ring = Ring()
        __import__("weakref").finalize(ring, freed.append, True)

    collector = Collector(qapp)
    assert not gc.isenabled()
    make_ring()
    collector.collect()
    assert freed == [True]
    make_ring()
    for _ in range(20):
        collector.collect()
    assert freed == [True, True]
    collector.stop()
    assert gc.isenabled()
    gc.disable()
    collector.deleteLater()
