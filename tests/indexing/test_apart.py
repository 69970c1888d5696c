"""A process that is asked, and that ends, hangs or fails over it."""

from __future__ import annotations

import os
import signal
import threading
from multiprocessing.connection import Connection

import pytest

from engine.indexing import apart
from engine.indexing.apart import Apart, Ended


def work(connection: Connection, greeting: str) -> None:
    while True:
        match connection.recv():
            case "end":
                os.kill(os.getpid(), signal.SIGKILL)
            case "hang":
                threading.Event().wait()
            case "fail":
                connection.send(ValueError("of no use"))
            case "talk":
                os.write(1, b"this is nobody's answer\n")
                connection.send("talked")
            case name:
                connection.send((f"{greeting} {name}", os.getpid()))


def test_it_answers_from_one_process_that_ends_with_it() -> None:
    with Apart(work, "Hello") as asked:
        said, pid = asked.ask("Ada")
        assert (said, asked.ask("Tom")) == ("Hello Ada", ("Hello Tom", pid))
        assert pid != os.getpid()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_one_that_ends_it_is_told_and_the_next_is_answered() -> None:
    with Apart(work, "Hello") as asked:
        for _ in range(2):
            with pytest.raises(Ended):
                asked.ask("end")
        assert asked.ask("Ada")[0] == "Hello Ada"


def test_one_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    with Apart(work, "Hello") as asked:
        _, pid = asked.ask("Ada")
        monkeypatch.setattr(apart, "HANGS", 0.05)
        with pytest.raises(Ended):
            asked.ask("hang")
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_what_it_fails_with_is_raised_here_and_it_goes_on() -> None:
    with Apart(work, "Hello") as asked:
        _, pid = asked.ask("Ada")
        with pytest.raises(ValueError, match="of no use"):
            asked.ask("fail")
        assert asked.ask("Tom")[1] == pid


def test_its_standard_output_is_not_ours(capfd: pytest.CaptureFixture[str]) -> None:
    with Apart(work, "Hello") as asked:
        assert asked.ask("talk") == "talked"
    out, errors = capfd.readouterr()
    assert (out, "nobody's answer" in errors) == ("", True)
