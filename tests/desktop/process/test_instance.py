"""One window to a library: the second calls the first and ends, and nobody is ever locked out."""

from __future__ import annotations

import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from desktop.process.instance import Instance
from engine.errors import LibraryError
from tests.service.talk import ROOT

FIRST = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from desktop.process.instance import Instance
app = QCoreApplication([])
instance = Instance(Path(sys.argv[1]))
instance.called.connect(lambda: print("called", flush=True))
print(instance.claim(), flush=True)
app.exec()
"""

SECOND = """
import sys
from pathlib import Path
from desktop.process.instance import Instance
print(Instance(Path(sys.argv[1])).claim())
"""


@pytest.fixture
def instance(qtbot: QtBot) -> Iterator[Callable[[Path], Instance]]:
    made: list[Instance] = []

    def make(home: Path) -> Instance:
        made.append(Instance(home))
        return made[-1]

    yield make
    for one in made:
        one.release()


def other_window(home: Path) -> subprocess.Popen[str]:
    """A first window in a process of its own."""
    window = subprocess.Popen(
        [sys.executable, "-c", FIRST, str(home)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert window.stdout is not None
    assert window.stdout.readline() == "True\n"
    return window


def test_the_second_calls_the_first(home: Path, instance: Callable[[Path], Instance]) -> None:
    with other_window(home) as window:
        assert window.stdout is not None
        for _ in range(2):
            assert not instance(home).claim()
            assert window.stdout.readline() == "called\n"
        window.terminate()


def test_the_call_is_heard_here(
    home: Path, instance: Callable[[Path], Instance], qtbot: QtBot
) -> None:
    first = instance(home)
    assert first.claim()
    second = [sys.executable, "-c", SECOND, str(home)]
    with (
        qtbot.waitSignal(first.called, timeout=30_000),
        subprocess.Popen(second, cwd=ROOT, stdout=subprocess.PIPE, text=True) as window,
    ):
        assert window.stdout is not None
        assert window.stdout.read() == "False\n"


def test_another_library_has_a_window_of_its_own(
    home: Path, instance: Callable[[Path], Instance], tmp_path: Path
) -> None:
    assert instance(home).claim()
    assert instance(tmp_path / "another").claim()
    (tmp_path / "link").symlink_to(home)
    assert not instance(tmp_path / "link").claim(), "the same by another name"


def test_one_that_was_killed_locks_nobody_out(
    home: Path, instance: Callable[[Path], Instance], qtbot: QtBot
) -> None:
    with other_window(home) as window:
        window.kill()
    one = instance(home)
    assert one.claim(), (
        "the lock ended with its process, and what is left of its socket is in no way"
    )
    socket = QLocalSocket()
    with qtbot.waitSignal(one.called, timeout=10_000):
        socket.connectToServer(one._name)
        socket.write(b"front\n")
    socket.abort()


def test_only_the_word_counts(
    home: Path, instance: Callable[[Path], Instance], qtbot: QtBot
) -> None:
    one = instance(home)
    assert one.claim()
    for said in (b"", b"nonsense\n", b"x" * 100_000):
        socket = QLocalSocket()
        with qtbot.assertNotEmitted(one.called):
            socket.connectToServer(one._name)
            with qtbot.waitSignal(socket.disconnected, timeout=10_000):
                socket.write(said)
                socket.disconnectFromServer()


def test_released_it_is_free(home: Path, instance: Callable[[Path], Instance]) -> None:
    one = instance(home)
    assert one.claim()
    assert stat.S_IMODE((home / "window.lock").stat().st_mode) == 0o600
    one.release()
    assert instance(home).claim()


def test_one_that_is_being_closed_is_waited_for(
    home: Path, instance: Callable[[Path], Instance], monkeypatch: pytest.MonkeyPatch
) -> None:
    closing = instance(home)
    assert closing.claim()
    closing.stop_listening()  # there is no window any more that could come to the front
    monkeypatch.setattr("desktop.process.instance.time.sleep", lambda _: closing.release())
    assert instance(home).claim()


def test_a_home_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    with pytest.raises(LibraryError, match="cannot be used"):
        Instance(tmp_path / "home").claim()
