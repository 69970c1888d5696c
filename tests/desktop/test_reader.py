"""Reads in the background: answers come on the window's thread, stale ones do not come at all."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop.reading.lanes import InstantLane, ThreadLane, Work
from desktop.reading.reader import ASIDE, LONG, QUICK, WRITE, Reader
from desktop.reading.shelf import Shelf
from engine.errors import LibraryError, UsageError
from engine.library import Library


def unwanted(answer: object) -> None:
    """Takes an answer that must not come."""
    pytest.fail(f"{answer!r} came")


class Patient:
    """A lane that runs nothing until the test says so."""

    def __init__(self, _: str) -> None:
        self.waiting: list[Work] = []

    def submit(self, work: Work) -> None:
        self.waiting.append(work)

    def close(self, patience: float | None = None) -> bool:
        self.run()
        return True

    def run(self) -> None:
        while self.waiting:
            self.waiting.pop(0)()


class Lanes:
    """Makes patient lanes and remembers them by what they are for."""

    def __init__(self) -> None:
        self.made: dict[str, Patient] = {}

    def __call__(self, name: str) -> Patient:
        self.made[name.split()[-1]] = lane = Patient(name)
        return lane


@pytest.fixture
def lanes() -> Lanes:
    return Lanes()


@pytest.fixture
def reader(home: Path, lanes: Lanes) -> Reader:
    return Reader(Shelf(home), lanes)


def test_answers_come_on_the_windows_thread(qtbot: QtBot, filled: Path) -> None:
    reader, here = Reader(Shelf(filled)), threading.current_thread()
    seen: list[threading.Thread] = []
    answers: list[int] = []

    def work(library: Library) -> int:
        seen.append(threading.current_thread())
        return library.photos.count()

    def done(count: int) -> None:
        seen.append(threading.current_thread())
        answers.append(count)

    for lane in (QUICK, LONG, ASIDE):
        reader.read(reader, work, done, lane=lane)
    qtbot.waitUntil(lambda: len(answers) == 3)
    assert answers == [60, 60, 60]
    assert len({one for one in seen if one is not here}) == 3
    assert seen.count(here) == 3
    reader.close()


def test_a_newer_question_drops_the_older(reader: Reader, lanes: Lanes) -> None:
    asked: list[str] = []
    answers: list[str] = []

    def ask(what: str, key: str | None) -> None:
        def work(_: Library) -> str:
            asked.append(what)
            return what

        reader.read(owner, work, answers.append, key=key)

    owner, other = QObject(), QObject()
    ask("first", "rows")
    ask("second", "rows")
    ask("else", "other rows")
    ask("without a key", None)
    reader.read(other, lambda _: "another's", answers.append, key="rows")
    lanes.made[QUICK].run()
    assert asked == ["second", "else", "without a key"]
    assert answers == ["second", "else", "without a key", "another's"]


def test_nobody_hears_of_it_once_they_are_gone_or_have_cancelled(
    reader: Reader, lanes: Lanes
) -> None:
    answers: list[int] = []
    owner = QObject()
    reader.read(owner, lambda _: 1, answers.append)
    reading = reader.read(reader, lambda _: 2, answers.append)
    reading.cancel()
    del owner
    lanes.made[QUICK].run()
    assert answers == []


def test_what_fails_is_a_sentence(reader: Reader, lanes: Lanes) -> None:
    said: list[str] = []
    untold: list[str] = []
    reader.failed.connect(untold.append)

    def refuse(_: Library) -> None:
        raise UsageError("That makes no sense.")

    def break_down(_: Library) -> None:
        raise ZeroDivisionError

    reader.read(reader, refuse, unwanted, said.append)
    reader.read(reader, break_down, unwanted, said.append)
    reader.read(reader, refuse, unwanted)
    lanes.made[QUICK].run()
    assert said[0] == "That makes no sense."
    assert "ZeroDivisionError" in said[1]
    assert untold == ["That makes no sense."]


def test_a_library_that_cannot_be_opened_is_said_each_time(home: Path, lanes: Lanes) -> None:
    home.mkdir()
    (home / "library.db").write_bytes(b"this is no database" * 100)
    reader, said = Reader(Shelf(home), lanes), list[str]()
    for _ in range(2):
        reader.read(reader, lambda library: library, unwanted, said.append)
    lanes.made[QUICK].run()
    assert len(said) == 2
    assert str(home) in said[0]


def test_closing_writes_what_was_decided_and_drops_what_was_only_asked(
    reader: Reader, lanes: Lanes, home: Path
) -> None:
    reader.write(lambda library: library.folders.add("/photos"), unwanted, unwanted)
    reader.read(reader, lambda _: 1, unwanted, unwanted)
    reader.close()
    with Library.open(home) as library:
        assert [one.path for one in library.folders.all()] == [Path("/photos")]
    reader.read(reader, lambda _: 2, unwanted)
    assert all(not lane.waiting for lane in lanes.made.values())


def test_an_answer_that_is_on_its_way_when_all_is_closed_does_not_arrive(
    qtbot: QtBot, filled: Path
) -> None:
    running, closing, answers = threading.Event(), threading.Event(), list[object]()

    class LateLane(ThreadLane):
        """Is still at work when it is closed."""

        def close(self, patience: float | None = None) -> bool:
            closing.set()
            return super().close(patience)

    reader = Reader(Shelf(filled), LateLane)

    def work(library: Library) -> int:
        running.set()
        closing.wait(30)
        return library.photos.count()

    reader.read(reader, work, answers.append, answers.append)
    reader.read(reader, work, answers.append, answers.append)  # not begun: it has no answer
    assert running.wait(30)
    reader.close()
    qtbot.waitUntil(lambda: not reader.busy)
    assert answers == []


def test_a_share_that_never_answers_does_not_keep_the_window_open(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.reading.reader.PATIENCE", 0.05)
    reader, answered, asked = Reader(Shelf(home)), threading.Event(), threading.Event()

    def ask(library: Library) -> None:
        asked.set()
        answered.wait()
        library.photos.count()  # whatever it still does, the library is there for it

    reader.read(reader, ask, unwanted, unwanted, lane=ASIDE)
    assert asked.wait(30)
    told: list[object] = []
    reader.write(lambda library: library.folders.add("/photos"), told.append, told.append)
    reader.close()
    with Library.open(home) as library:
        assert [one.path for one in library.folders.all()] == [Path("/photos")]
    answered.set()
    reader.close()
    assert not [one for one in threading.enumerate() if one.name.startswith("library ")]


def test_a_closed_shelf_is_not_opened_again(home: Path) -> None:
    shelf = Shelf(home)
    assert shelf.library() is shelf.library()
    shelf.close()
    with pytest.raises(LibraryError):
        shelf.library()


@pytest.mark.parametrize("make", [ThreadLane, lambda _: InstantLane()])
def test_a_lane_works_in_order_and_finishes_before_it_ends(
    make: Callable[[str], ThreadLane],
) -> None:
    lane, done = make("test"), list[int]()
    for number in range(20):
        lane.submit(partial(done.append, number))
    lane.close()
    assert done == list(range(20))
    lane.close()


def test_lanes_are_named_by_what_they_are_for(reader: Reader, lanes: Lanes) -> None:
    assert set(lanes.made) == {QUICK, LONG, ASIDE, WRITE}
