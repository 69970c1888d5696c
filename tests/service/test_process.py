"""The engine as a process: what it says, what it refuses, and how it ends."""

from __future__ import annotations

import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.library import Library
from engine.service import wire
from tests.service.talk import ROOT, Gate, Refused, Start, Talk

HELLO = b'{"jsonrpc":"2.0","id":1,"method":"hello"}\n'


REFUSED: list[tuple[str, dict[str, Any], int, str]] = [
    ("dance", {}, wire.NO_METHOD, "no method dance"),
    ("search", {}, wire.BAD_PARAMS, "query"),
    ("search", {"query": "x" * 5000, "limit": 1}, wire.BAD_PARAMS, "query"),
    ("search", {"query": "x", "limit": 0}, wire.BAD_PARAMS, "limit"),
    ("search", {"query": "x", "limit": True}, wire.BAD_PARAMS, "limit"),
    ("search", {"query": "x", "limit": 1 << 70}, wire.BAD_PARAMS, "limit"),
    ("ask", {"photo_id": 7, "question": "?"}, wire.BAD_PARAMS, "photo"),
    ("ask", {"photo_id": "seven", "question": "?"}, wire.BAD_PARAMS, "photo"),
    ("ask", {"photo_id": "9" * 19, "question": "?"}, wire.BAD_PARAMS, "photo"),
    ("ask", {"photo_id": "7", "question": "?", "history": [["a"]]}, wire.BAD_PARAMS, "history"),
    ("ask", {"photo_id": "7", "question": "?"}, wire.REFUSED, "no such photo"),
    ("locate", {"photo_id": "7", "concept_id": 1}, wire.REFUSED, "not in the library"),
    (
        "locate",
        {"photo_id": "7", "concept_id": 1, "heat_of": "luck"},
        wire.BAD_PARAMS,
        "recogniser, attention",
    ),
    ("teach", {"name": "A", "kind": "ghost", "photos": []}, wire.BAD_PARAMS, "kind"),
    ("teach", {"name": "A", "kind": "pet", "photos": ["x"]}, wire.BAD_PARAMS, "photos"),
    (
        "teach",
        {"name": "A", "kind": "pet", "photos": [{"path": "x", "box": [0, 0, 2, 1]}]},
        wire.BAD_PARAMS,
        "box",
    ),
    ("visible", {"photo_ids": "7"}, wire.BAD_PARAMS, "photo_ids"),
    ("quiet", {"on": 1}, wire.BAD_PARAMS, "on is true or false"),
    ("pause", {}, wire.BAD_PARAMS, "job"),
]


def photo(home: Path, path: Path) -> str:
    """A photo's id, as it is written on the wire."""
    with Library.open(home) as library:
        found = library.photos.by_path(path)
        assert found is not None
        return str(found.id)


def test_hello_comes_at_once_and_loads_no_models(home: Path) -> None:
    """With the real pack."""
    code = (
        "import sys; from engine.service.__main__ import main\n"
        f"status = main(['--home', {str(home)!r}])\n"
        "heavy = {'torch', 'transformers', 'cv2', 'faiss', 'PySide6'} & set(sys.modules)\n"
        "print(status, sorted(heavy), file=sys.stderr)"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, input=HELLO, capture_output=True, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    hello = json.loads(done.stdout)["result"]
    assert (hello["protocol"], hello["home"], hello["pack"]) == (1, str(home), "starter")
    assert hello["interrupted"] == []
    assert done.stderr.decode().splitlines()[-1] == "0 []"
    # Processor time, which does not grow when other work keeps the machine busy.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1.0


def test_what_libraries_print_is_not_taken_for_the_protocol(home: Path) -> None:
    code = (
        "import os, sys; from engine.service import answers, __main__\n"
        "def noisy(*_):\n"
        "    print('printed'); os.write(1, b'written\\n'); os.system('echo echoed')\n"
        "    return sys.stdin.read()\n"
        "answers.packs = noisy\n"
        f"__main__.main(['--home', {str(home)!r}])"
    )
    talk = Talk(home, command=[sys.executable, "-c", code])
    assert talk.ask("packs") == "", "and standard input holds nothing for them"
    assert talk.ask("hello")["pid"] == talk.process.pid
    assert talk.end() == 0
    assert {b"printed", b"written", b"echoed"} <= set(talk.errors.splitlines())


def test_questions_and_answers(start: Start, home: Path, photos: Path) -> None:
    talk = start()
    assert talk.work("index") == {
        "files": 40, "added": 40, "looked": 40, "captioned": 40, "away": 0, "troubles": 0
    }  # fmt: skip
    taught = talk.work(
        "teach", name="Biscuit", kind="pet",
        photos=[{"path": str(photos / f"{n:02}.png")} for n in (0, 6)],
    )  # fmt: skip
    assert (taught["tagged"], taught["recognised"]) == (2, 5)
    zero = photo(home, photos / "00.png")
    found = talk.ask("search", query="Biscuit", limit=3)
    assert found["chips"] == [{"kind": "name", "text": "Biscuit"}]
    assert (found["total"], len(found["hits"])) == (7, 3)
    assert found["hits"][0]["why"] == ["Biscuit, confirmed by you"]
    assert all(int(hit["photo_id"]) > 0 for hit in found["hits"])
    rest = talk.ask("search", query="Biscuit", limit=10, offset=3)
    assert len(rest["hits"]) == 4
    assert not {h["photo_id"] for h in rest["hits"]} & {h["photo_id"] for h in found["hits"]}
    answer = talk.ask("ask", photo_id=zero, question="Is Biscuit here?", history=[["Hm?", "Yes."]])
    assert (answer["source"], "Biscuit" in answer["answer"]) == ("sightings", True)
    place = talk.ask("locate", photo_id=zero, concept_id=taught["concept_id"])
    assert (place["box"], place["source"], place["heat"]) == ([0, 0.5, 1, 1], "attention", None)
    heat = talk.ask("locate", photo_id=zero, concept_id=taught["concept_id"], heat=True)["heat"]
    assert heat == {"rows": 2, "columns": 2, "values": [0.05, 0.1, 0.35, 0.5]}
    asked = {"photo_id": zero, "concept_id": taught["concept_id"], "heat": True}
    found = talk.ask("locate", **asked, heat_of="recogniser")
    assert (found["heat"], found["heat_of"]) == (None, "recogniser")
    assert [one["name"] for one in talk.ask("packs")] == ["gated", "words", "tiny"]
    assert talk.ask("visible", photo_ids=[zero]) is None
    assert talk.ask("quiet", on=True) is None
    assert talk.ask("warm") is None
    assert [one["kind"] for one in talk.ask("jobs")] == ["index", "teach"]
    assert talk.end() == 0


def test_what_cannot_be_done_is_said_and_ends_nothing(start: Start) -> None:
    talk = start()
    for method, params, code, says in REFUSED:
        with pytest.raises(Refused, match=says) as refused:
            talk.ask(method, **params)
        assert refused.value.code == code, (method, params)
    assert talk.ask("ping") is None
    assert talk.end() == 0


def test_a_job_that_cannot_be_done_says_why(start: Start, photos: Path) -> None:
    talk = start()
    for params, says in (
        ({"photos": []}, "at least one photo"),
        ({"photos": [{"path": str(photos / "none.png")}]}, "There is no file"),
        ({"photos": [{"photo_id": "7"}]}, "no such photo"),
    ):
        job = talk.ask("teach", name="Ada", kind="person", **params)["job"]
        failed = talk.job(job, "failed", "done")
        assert (failed["state"], says in failed["message"]) == ("failed", True), failed
    assert talk.end() == 0


def test_a_fault_is_a_sentence_and_the_log_says_where(home: Path) -> None:
    code = (
        "from engine.service import answers, __main__\n"
        "answers.packs = lambda *_: 1 / 0\n"
        f"__main__.main(['--home', {str(home)!r}])"
    )
    talk = Talk(home, command=[sys.executable, "-c", code])
    with pytest.raises(Refused, match="Something in Familiar itself went wrong") as refused:
        talk.ask("packs")
    assert refused.value.code == wire.FAULT
    assert talk.end() == 0
    assert "ZeroDivisionError" in (home / "logs/familiar.log").read_text()


def test_garbage_in_a_real_pipe(start: Start) -> None:
    talk = start()
    talk.write(b"\xff\xfe nonsense\n[1,2\n" + b"y" * (wire.LONGEST + 1) + b"\n")
    codes = [talk.next()["error"]["code"] for _ in range(3)]
    assert codes == [wire.NO_JSON, wire.NO_JSON, wire.NO_REQUEST]
    assert talk.ask("ping") is None
    assert talk.end() == 0


def test_a_library_that_cannot_be_opened(home: Path) -> None:
    home.mkdir()
    (home / "library.db").write_bytes(b"this is no database, whatever its name says" * 100)
    talk = Talk(home)
    for _ in range(2):
        with pytest.raises(Refused, match="damaged"):
            talk.ask("hello")
    assert talk.end() == 1
    assert talk.errors == b""


def test_hanging_up_ends_it_after_the_photos_in_hand(
    start: Start, home: Path, gate: Callable[[str], Gate]
) -> None:
    encoding = gate("encode")
    talk = start()
    talk.ask("index")
    encoding.reached()
    assert talk.process.stdin is not None
    talk.process.stdin.close()
    encoding.open()
    assert talk.wait() == 0
    with Library.open(home) as library:
        assert 0 < library.stages.counts()["encode"].done < 40
        assert library.jobs.running() == []


def test_a_signal_to_end_is_obeyed_and_control_c_is_not(start: Start) -> None:
    talk = start()
    talk.ask("hello")
    talk.process.send_signal(signal.SIGINT)
    assert talk.ask("ping") is None
    talk.process.send_signal(signal.SIGTERM)
    assert talk.wait() == 0
    assert talk.errors == b""


def test_what_a_killed_one_was_at_is_said_once(
    start: Start, home: Path, gate: Callable[[str], Gate]
) -> None:
    encoding = gate("encode")
    killed = start()
    killed.ask("index")
    encoding.reached()
    killed.kill()
    encoding.open()
    talk = start()
    assert talk.ask("hello")["interrupted"] == ["index"]
    assert talk.end() == 0
    with sqlite3.connect(home / "index.db") as db:
        assert db.execute("SELECT state FROM jobs").fetchall() == [("interrupted",)]
    db.close()
    talk = start()
    assert talk.ask("hello")["interrupted"] == []
    assert talk.end() == 0


def test_it_does_not_outlive_who_started_it(start: Start, home: Path, tmp_path: Path) -> None:
    """Killed without a word, the window leaves no engine behind."""
    code = (
        "import subprocess, sys, time\n"
        "engine = subprocess.Popen([sys.executable, '-m', 'tests.service.tiny_service',"
        " '--home', sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE)\n"
        "engine.stdin.write(sys.argv[2].encode()); engine.stdin.flush()\n"
        "print(engine.stdout.readline().decode(), end='', flush=True)\n"
        "time.sleep(60)"
    )
    command = [sys.executable, "-c", code, str(home), HELLO.decode()]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as window:
        assert window.stdout is not None
        engine = json.loads(window.stdout.readline())["result"]["pid"]
        ended = os.pidfd_open(engine)
        window.kill()
    import select

    try:
        assert select.select([ended], [], [], 30)[0], "the engine lives on"
    finally:
        os.close(ended)
