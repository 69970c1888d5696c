"""The window's end: asked, answered, and told what happens, whatever the engine does."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer

from desktop.process import wire as desktop_wire
from desktop.process.client import PROTOCOL, Patience
from desktop.process.messages import EVERYTHING, Change, Trouble
from engine.library import Library
from engine.service import wire
from tests.desktop.process.conftest import QUICK, NewDesk, kill
from tests.service.talk import Gate

MakeGate = Callable[[str], Gate]


def nothing(_: object) -> None:
    """For answers that do not matter."""


def talking(says: str) -> list[str]:
    """A command that speaks like an engine, only worse: `answer(request)` gives each line."""
    code = (
        "import json, os, sys, time\n"
        "def say(**message): print(json.dumps({'jsonrpc': '2.0', **message}), flush=True)\n"
        "hello = {'protocol': 1, 'interrupted': []}\n"
        f"{says}\n"
        "for line in sys.stdin:\n"
        "    answer(json.loads(line))\n"
    )
    return [sys.executable, "-c", code]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such sessions")
def test_what_is_typed_in_a_terminal_does_not_reach_the_engine(home: Path, desk: NewDesk) -> None:
    one = desk()
    one.ready()
    assert os.getsid(one.client.pid) != os.getsid(0), "Ctrl+C is for the window"


def test_what_is_asked_before_it_is_ready_waits(photos: Path, desk: NewDesk) -> None:
    one = desk()
    assert one.client.state == "starting"
    answers: list[Any] = []
    index = one.client.request("index", {}, answers.append)
    one.client.request("search", {"query": "red", "limit": 1}, answers.append)
    dropped = one.client.request("search", {"query": "blue", "limit": 1}, answers.append)
    dropped.cancel()
    changes: list[Change] = []
    one.client.changed.connect(changes.append)
    one.ready()
    done = one.ended(index.job)
    assert (done.kind, done.result) == (
        "index", {"files": 40, "added": 40, "looked": 40, "captioned": 40, "away": 0, "troubles": 0}
    )  # fmt: skip
    assert one.states == ["ready"]
    one.until(lambda: len(answers) == 2)
    assert answers[0] == {"job": index.job}
    assert answers[1]["chips"] == [{"kind": "words", "text": "red"}]
    found = one.answer("search", query="orange", limit=7)
    assert isinstance(found, dict)
    ids = {hit["photo_id"] for hit in found["hits"]}
    assert all(isinstance(photo, int) for photo in ids), "ids are numbers on this side"
    told = frozenset().union(*(change.photo_ids or () for change in changes))
    assert ids < told
    assert changes[0].concerns(told)
    assert not changes[0].concerns([17])
    assert len(answers) == 2, "what was cancelled is not answered"


def test_refusals_are_sentences(photos: Path, desk: NewDesk) -> None:
    one = desk()
    one.ready()
    heard: list[str] = []
    one.client.request("ask", {"photo_id": 7, "question": "?"}, nothing, heard.append)
    wrong = one.client.request("teach", {"name": "A", "kind": "ghost", "photos": []}, nothing)
    one.until(lambda: heard)
    assert heard == ["There is no such photo in the library."]
    failed = one.ended(wrong.job)
    assert (failed.state, "kind" in (failed.message or "")) == ("failed", True)
    one.client.request("ask", {"photo_id": 7, "question": "?"}, nothing)  # nobody asks why


def test_what_is_too_long_is_refused_on_this_side(
    photos: Path, desk: NewDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine could not say which request it was that it did not read."""
    assert desktop_wire.LONGEST <= wire.LONGEST
    monkeypatch.setattr(desktop_wire, "LONGEST", 4000)
    one = desk()
    heard: list[str] = []
    ids = list(range(10**15, 10**15 + 400))
    early = one.client.request("captions", {"photo_ids": ids}, nothing, heard.append)
    one.ready()
    one.until(lambda: len(heard) == 1)
    one.client.request("search", {"query": "x" * 4000, "limit": 1}, nothing, heard.append)
    dropped = one.client.request("search", {"query": "y" * 4000, "limit": 1}, nothing, heard.append)
    dropped.cancel()
    one.client.request("learn", {"concept_id": 1, "photo_ids": ids}, nothing, heard.append)
    many = {"name": "Ada", "kind": "person", "photos": [{"photo_id": number} for number in ids]}
    ended = one.ended(one.client.request("teach", many, nothing, heard.append).job)
    one.until(lambda: len(heard) == 4)
    assert len(set(heard)) == 1
    assert "fewer photos" in heard[0]
    assert early.over
    assert (ended.state, ended.message) == ("failed", heard[0])
    assert one.answer("ping") is None
    one.client.request("search", {"query": "z" * 3500, "limit": 1}, nothing, nothing)
    assert one.states == ["ready"]


def test_a_mistake_in_a_page_keeps_nobody_from_an_answer(
    photos: Path, desk: NewDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    mistakes: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, *_: mistakes.append(kind))
    one = desk()
    one.ready()

    def slip(_: object) -> None:
        raise ZeroDivisionError

    one.client.request("ping", {}, slip)
    assert one.answer("ping") is None
    assert mistakes == [ZeroDivisionError]


def test_pausing_resuming_and_cancelling(
    home: Path, photos: Path, desk: NewDesk, gate: MakeGate
) -> None:
    encoding, captioning = gate("encode"), gate("caption")
    one = desk()
    index = one.client.request("index", {}, nothing)
    one.ready()
    one.until(encoding.is_reached)
    assert index.job is not None
    one.client.pause(index.job)
    one.answer("ping")
    encoding.open()
    one.until(lambda: one.job(index.job).state == "paused")
    one.client.resume(index.job)
    one.until(captioning.is_reached)
    one.until(lambda: one.job(index.job).state == "running")
    one.client.cancel(index.job)
    one.answer("ping")
    captioning.open()
    assert one.ended(index.job).state == "cancelled"
    with Library.open(home) as library:
        assert library.captions.count() < len(list(photos.iterdir()))


def test_troubles_are_told(photos: Path, desk: NewDesk) -> None:
    (photos / "bad.png").write_bytes(b"nothing")
    one = desk()
    troubles: list[Trouble] = []
    one.client.troubled.connect(troubles.append)
    one.ready()
    one.ended(one.client.request("index", {"captions": False}, nothing).job)
    assert [(trouble.path, bool(trouble.reason)) for trouble in troubles] == [
        (photos / "bad.png", True)
    ]


def test_in_flight_when_it_dies(photos: Path, desk: NewDesk, gate: MakeGate) -> None:
    """What was asked once fails with a sentence; what is asked again is answered by the next."""
    reading = gate("text")
    one = desk()
    one.ready()
    one.ended(one.client.request("index", {"captions": False}, nothing).job)
    changes: list[Change] = []
    one.client.changed.connect(changes.append)
    answers: list[Any] = []
    refusals: list[str] = []
    query = {"query": "orange", "limit": 7}
    one.client.request("search", query, answers.append, refusals.append)
    one.client.request("search", query, answers.append, refusals.append, again=True)
    cancelled = one.client.request("search", query, answers.append, refusals.append, again=True)
    one.until(reading.is_reached)
    cancelled.cancel()
    first = one.client.pid
    kill(first)
    reading.open()
    one.until(lambda: answers and refusals)
    assert one.client.pid != first
    assert one.states == ["ready", "restarting", "ready"]
    assert refusals == [
        "The part of Familiar that looks at photos stopped. It is being started again."
    ]
    assert len(answers) == 1
    assert len(answers[0]["hits"]) == 7
    assert changes[-1] == Change(EVERYTHING), "what the dead one could not tell is read again"


def test_a_question_that_kills_is_not_put_for_ever(desk: NewDesk, home: Path) -> None:
    deadly = talking(
        "def answer(request):\n"
        "    if request['method'] == 'search': os._exit(1)\n"
        "    say(id=request['id'], result=hello)"
    )
    one = desk(deadly, Patience(delays=(0.0,), crashes=10))
    one.ready()
    refusals: list[str] = []
    one.client.request("search", {"query": "", "limit": 1}, nothing, refusals.append, again=True)
    one.until(lambda: refusals)
    assert one.states.count("restarting") == 3
    one.until(lambda: one.client.state == "ready")


@pytest.mark.parametrize("how", ["at once", "not there"])
def test_one_that_keeps_dying_is_left_alone_until_it_is_started(
    how: str, desk: NewDesk, home: Path
) -> None:
    command = {
        "at once": [sys.executable, "-c", "raise SystemExit(3)"],
        "not there": [str(home / "no-such-program")],
    }[how]
    one = desk(command, Patience(delays=(0.0, 0.001), crashes=3))
    refusals: list[str] = []
    one.client.request("search", {"query": "x", "limit": 1}, nothing, refusals.append)
    job = one.client.request("teach", {"name": "Ada", "kind": "pet", "photos": []}, nothing).job
    one.client.start()
    one.until(lambda: one.client.state == "failed")
    assert one.states == ["restarting", "failed"]
    assert one.client.problem == refusals[0]
    assert "keeps stopping" in one.client.problem
    one.client.request("search", {"query": "x", "limit": 1}, nothing, refusals.append)
    one.until(lambda: len(refusals) == 2)
    assert not one.job(job).ended, "it waits for somebody to start the engine"
    one.client.start()
    assert one.states[2:] == ["starting"]
    one.until(lambda: one.states[2:] == ["starting", "restarting", "failed"])


def test_one_that_hangs_is_started_again(photos: Path, desk: NewDesk) -> None:
    one = desk(patience=Patience(ask=0.1, answer=1.0, delays=(0.01,)))
    one.ready()
    first = one.client.pid
    kill(first, signal.SIGSTOP)
    one.until(lambda: one.states == ["ready", "restarting", "ready"])
    assert one.client.pid != first


def test_one_that_is_busy_does_not_hang(photos: Path, desk: NewDesk, gate: MakeGate) -> None:
    """While models load or work, it says that it lives."""
    encoding, reading = gate("encode"), gate("text")
    one = desk(patience=Patience(ask=0.1, answer=2.0))
    one.ready()
    first = one.client.pid
    index = one.client.request("index", {"captions": False}, nothing)
    one.client.request("warm", {}, nothing)
    one.until(encoding.is_reached)
    one.until(reading.is_reached)
    later: list[bool] = []
    QTimer.singleShot(4000, lambda: later.append(True))
    one.until(lambda: later)
    encoding.open()
    reading.open()
    assert one.ended(index.job).state == "done"
    assert (one.client.pid, one.states) == (first, ["ready"])


def test_a_slow_start_is_waited_for_and_the_window_goes_on(desk: NewDesk, tmp_path: Path) -> None:
    slow = talking(
        f"open({str(tmp_path / 'go')!r}, 'w').close()\n"
        f"while os.path.exists({str(tmp_path / 'go')!r}): time.sleep(0.01)\n"
        "def answer(request): say(id=request['id'], result=hello)"
    )
    one = desk(slow, Patience(start=60, ask=0.02, answer=0.1))
    ticks: list[float] = []
    clock = QTimer()
    clock.timeout.connect(lambda: ticks.append(time.monotonic()))
    clock.start(5)
    one.client.start()
    one.until((tmp_path / "go").exists)
    before = len(ticks)
    one.until(lambda: len(ticks) > before + 40)
    clock.stop()
    assert one.states == []
    (tmp_path / "go").unlink()
    one.until(lambda: one.client.state == "ready")
    assert one.states == ["ready"]


def test_one_that_never_answers_is_given_up(desk: NewDesk) -> None:
    dumb = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    one = desk(dumb, Patience(start=0.2, ask=0.02, delays=(0.0,), crashes=2))
    one.client.start()
    one.until(lambda: one.client.state == "failed")


def test_what_is_no_message_is_passed_over(desk: NewDesk) -> None:
    odd = talking(
        "def answer(request):\n"
        "    print('garbage\\n{}\\n[]\\nnull\\n' + '[' * 5000, flush=True)\n"
        "    sys.stdout.buffer.write(b'\\xff\\xfe\\x00\\n'); sys.stdout.flush()\n"
        "    say(id=99999, result=1); say(id='x', result=1); say(id=None, error={'message': '?'})\n"
        "    say(method='weather', params={'fine': True})\n"
        "    say(id=request['id'], result=hello if request['method'] == 'hello' else 'yes')"
    )
    one = desk(odd)
    one.ready()
    assert one.answer("search", query="x", limit=1) == "yes"


def test_one_of_another_version_is_not_spoken_to(desk: NewDesk) -> None:
    assert PROTOCOL == wire.PROTOCOL
    other = talking("def answer(request): say(id=request['id'], result={'protocol': 2})")
    one = desk(other)
    one.client.start()
    one.until(lambda: one.client.state == "failed")
    assert "was updated" in one.client.problem
    assert one.client.pid == 0


def test_a_library_that_cannot_be_opened(desk: NewDesk, home: Path) -> None:
    home.mkdir()
    (home / "library.db").write_bytes(b"this is no database, whatever its name says" * 100)
    one = desk()
    one.client.start()
    one.until(lambda: one.client.state == "failed")
    assert "damaged" in one.client.problem
    assert one.states == ["failed"], "it is not tried again and again"


def test_stopping_waits_for_the_photos_in_hand_but_not_for_ever(
    photos: Path, home: Path, desk: NewDesk, gate: MakeGate
) -> None:
    one = desk()
    one.ready()
    one.client.stop()
    assert (one.client.state, one.client.pid) == ("starting", 0)
    encoding = gate("encode")
    one = desk(patience=Patience(stop=0.1))
    one.ready()
    one.client.request("index", {}, nothing)
    one.answer("ping")
    one.until(encoding.is_reached)
    one.client.stop()  # it stands at the gate, and would for ever
    encoding.open()
    with Library.open(home) as library:
        assert library.stages.counts() == {}


def test_what_holds_is_said_again(photos: Path, desk: NewDesk, tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    listening = talking(
        "def answer(request):\n"
        f"    with open({str(heard)!r}, 'a') as log: print(request['method'], file=log)\n"
        "    say(id=request['id'], result=hello)"
    )
    one = desk(listening)
    one.ready()
    for method, params in (("visible", {"photo_ids": [1]}), ("quiet", {"on": True}), ("warm", {})):
        one.answer(method, **params)
    kill(one.client.pid)
    one.until(lambda: one.states == ["ready", "restarting", "ready"])
    one.answer("ping")
    after = heard.read_text().split("hello")[-1].split()
    assert [method for method in after if method != "ping"] == ["visible", "quiet", "warm"]
    assert QUICK.crashes > 1


def test_jobs_that_the_next_engine_does_together_end_together(
    desk: NewDesk, home: Path, tmp_path: Path
) -> None:
    known = tmp_path / "first"
    merging = talking(
        f"again = os.path.exists({str(known)!r})\n"
        "first = None\n"
        "def answer(request):\n"
        "    global first\n"
        "    if request['method'] != 'learn': return say(id=request['id'], result=hello)\n"
        "    own = request['params']['job']\n"
        "    first = first or own\n"
        "    job = first if again else own\n"
        "    state = 'done' if again else 'running'\n"
        "    say(id=request['id'], result={'job': job})\n"
        "    say(method='job', params={'id': job, 'kind': 'learn', 'state': state})"
    )
    one = desk(merging)
    one.ready()
    for photo in (1, 2):
        one.client.request("learn", {"concept_id": 1, "photo_ids": [photo]}, nothing)
    one.until(lambda: [job.state for job in one.client.jobs()] == ["running"] * 2)
    known.touch()
    kill(one.client.pid)
    one.until(lambda: [job.state for job in one.client.jobs()] == ["done"] * 2)
    assert one.client._unfinished.all() == []


def test_a_page_that_asks_at_once_when_anything_happens(photos: Path, desk: NewDesk) -> None:
    """While the engine dies, starts or ends a job: nothing is lost and nothing is done twice."""
    one = desk()
    asked: list[str] = []
    heard: list[object] = []
    jobs: list[str | None] = []

    def ask(_: object = None) -> None:
        asked.append("ping")
        one.client.request("ping", {}, heard.append, failed)

    def failed(sentence: str) -> None:
        heard.append(sentence)
        ask()

    def begin(state: str) -> None:
        ask()
        if state == "ready":
            jobs.append(one.client.request("index", {"captions": False}, nothing).job)

    one.client.state_changed.connect(begin)
    one.client.job_changed.connect(ask)
    one.ready()
    one.ended(jobs[0])
    ask()
    kill(one.client.pid)
    one.until(lambda: len(jobs) == 2)
    one.ended(jobs[1])
    one.until(lambda: len(heard) == len(asked))
    assert one.client._outbox.jobs() == set()
    done = [job.id for job in one.seen if job.state == "done"]
    assert done == jobs, "each once"
