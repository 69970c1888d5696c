"""An engine killed in each kind of job: the next one goes on, and all comes to the same."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.process.client import EngineClient
from desktop.process.crashes import Crashes
from engine.familiar import Familiar
from engine.library import Library
from tests.desktop.process.conftest import Desk, NewDesk, kill
from tests.models.hub_server import HubServer, serving
from tests.models.tiny_download import EYE, FILES
from tests.service.talk import Gate
from tests.tiny import TinyPack, paint

MakeGate = Callable[[str], Gate]
LESSON = ("00.png", "06.png")


def nothing(_: object) -> None:
    """For answers that do not matter."""


def shown(home: Path, pack: TinyPack | None = None) -> dict[str, Any]:
    """Captions, and who is in which photo."""
    with Familiar(Library.open(home), pack) as familiar:
        return {
            card.path.name: (card.caption, [(one.name, one.state) for one in card.sightings])
            for card in familiar.export()
        }


@pytest.fixture
def calm(tmp_path: Path, photos: Path) -> Callable[[], dict[str, Any]]:
    """What is shown when indexing, and teaching Biscuit, went on in peace."""

    def make() -> dict[str, Any]:
        with Familiar(Library.open(tmp_path / "calm"), TinyPack()) as familiar:
            familiar.add(photos)
            familiar.index()
            familiar.teach("Biscuit", "pet", [photos / name for name in LESSON])
        return shown(tmp_path / "calm")

    return make


def killed_at(one: Desk, gate: Gate) -> None:
    """Kill the engine as its work stands at a gate, and wait for the next one."""
    one.until(gate.is_reached)
    first = one.client.pid
    kill(first)
    gate.open()
    one.until(lambda: one.client.state == "ready" and one.client.pid not in (0, first))


@pytest.mark.parametrize("at", ["encode", "caption"])
def test_while_indexing(at: str, home: Path, photos: Path, desk: NewDesk, gate: MakeGate) -> None:
    standing = gate(at)
    one = desk()
    one.ready()
    index = one.client.request("index", {}, nothing)
    one.answer("ping")
    killed_at(one, standing)
    done = one.ended(index.job)
    assert (done.id, done.state) == (index.job, "done"), "it is the same job for the window"
    states = [job.state for job in one.seen if job.id == index.job]
    assert "running" in states
    assert one.states == ["ready", "restarting", "ready"]
    captions = [caption for caption, _ in shown(home).values()]
    assert len(captions) == 40
    assert None not in captions


def test_while_teaching(
    home: Path, photos: Path, desk: NewDesk, gate: MakeGate, calm: Callable[[], dict[str, Any]]
) -> None:
    one = desk()
    one.ready()
    one.ended(one.client.request("index", {}, nothing).job)
    learning = gate("learn")
    with Library.open(home) as library:
        photo = library.photos.by_path(photos / LESSON[0])
        assert photo is not None
        box = (0.0, 0.0, 0.5, 0.5)
        examples = [{"photo_id": photo.id, "box": box}, {"path": photos / LESSON[1]}]
        teach = one.client.request(
            "teach", {"name": "Biscuit", "kind": "pet", "photos": examples}, nothing
        )
        assert (one.job(teach.job).state, one.job(teach.job).subject) == ("queued", "Biscuit")
        one.answer("ping")
        killed_at(one, learning)
        done = one.ended(teach.job)
        assert done.result is not None, done
        assert (done.result["tagged"], done.result["recognised"]) == (2, 5)
        tags = {tag.photo_id: tag.box for tag in library.tags.of_concept(done.result["concept_id"])}
        assert tags.pop(photo.id) == box
        assert list(tags.values()) == [None]
        assert all(library.photos.get(photo) for photo in done.result["uncertain"])
    assert shown(home) == calm()


def test_while_learning_from_decisions(
    home: Path, photos: Path, desk: NewDesk, gate: MakeGate
) -> None:
    one = desk()
    one.ready()
    one.ended(one.client.request("index", {}, nothing).job)
    captions = gate("caption")
    with Library.open(home) as library:
        biscuit = library.concepts.add("Biscuit", "pet").id
        for number in (0, 6, 12):
            photo = library.photos.by_path(photos / f"{number:02}.png")
            assert photo is not None
            library.decisions.decide(biscuit, photo.id, "confirmed")
            one.client.request("learn", {"concept_id": biscuit, "photo_ids": [photo.id]}, nothing)
        one.answer("ping")
        killed_at(one, captions)
        # Which of the three the next engine learned together is its own affair.
        one.until(lambda: one.client._unfinished.all() == [])
        states = [one.state for one in library.sightings.of_concept(biscuit)]
    assert sorted(states) == ["confirmed"] * 3 + ["recognised"] * 4


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[HubServer]:
    """A hub that has the pack `tiny`."""
    with serving(monkeypatch) as server:
        server.repositories = {"me/vlm": dict(FILES), "me/eye": dict(EYE)}
        monkeypatch.setenv("HF_ENDPOINT", server.endpoint)
        monkeypatch.setenv("FAMILIAR_PACKS", str(tmp_path / "packs"))
        yield server


def test_while_downloading(photos: Path, desk: NewDesk, hub: HubServer, tmp_path: Path) -> None:
    middle, go_on = threading.Event(), threading.Event()

    def wait() -> None:
        middle.set()
        go_on.wait(60)

    hub.middle = wait
    one = desk()
    one.ready()
    job = one.client.request("pack_get", {"name": "tiny"}, nothing).job
    try:
        one.until(middle.is_set)
        one.until(lambda: one.job(job).done > 0)
        kill(one.client.pid)
        hub.middle = lambda: None
    finally:
        go_on.set()
    assert one.ended(job).state == "done"
    assert (tmp_path / "packs/tiny/manifest.json").exists()
    assert any(asked for _, asked in hub.files()), "it went on where it was"


def test_while_changing_the_pack(photos: Path, desk: NewDesk) -> None:
    one = desk()
    one.ready()
    job = one.client.request("pack_use", {"name": "words"}, nothing).job
    kill(one.client.pid)
    done = one.ended(job)
    assert done.state == "done"
    hello = one.answer("hello")
    assert isinstance(hello, dict)
    assert hello["pack"] == "words"


def test_a_paused_job_stays_paused_and_a_cancelled_one_stays_away(
    photos: Path, desk: NewDesk, gate: MakeGate
) -> None:
    encoding = gate("encode")
    one = desk()
    one.ready()
    index = one.client.request("index", {}, nothing).job
    one.answer("ping")
    examples = [{"path": str(photos / name)} for name in LESSON]
    lesson = {"name": "Biscuit", "kind": "pet", "photos": examples}
    resting = one.client.request("teach", lesson, nothing).job
    unwanted = one.client.request("teach", {**lesson, "name": "Momo"}, nothing).job
    one.until(encoding.is_reached)
    assert index is not None
    assert resting is not None
    assert unwanted is not None
    one.client.pause(resting)
    kill(one.client.pid)
    one.until(lambda: one.client.state == "restarting")
    one.client.cancel(unwanted)
    assert (one.job(resting).state, one.job(unwanted).state) == ("paused", "cancelled")
    encoding.open()
    assert one.ended(index).state == "done"
    assert one.job(resting).state == "paused"
    one.client.cancel(resting)
    assert one.ended(resting).state == "cancelled"


def test_a_job_that_always_kills_stops_the_engine_until_it_is_started_again(
    photos: Path, home: Path, desk: NewDesk, tmp_path: Path
) -> None:
    with Familiar(Library.open(home), TinyPack()) as familiar:
        familiar.index()
    (tmp_path / "gates").mkdir()
    # Not a photo that kills, which would be set aside: what is learned from them all does.
    deadly = tmp_path / "gates/learn"
    deadly.touch()
    one = desk()
    examples = [{"path": str(photos / name)} for name in LESSON]
    lesson = one.client.request(
        "teach", {"name": "Biscuit", "kind": "pet", "photos": examples}, nothing
    ).job
    one.client.start()
    one.until(lambda: one.client.state == "failed")
    assert one.states == ["ready", "restarting"] * 3 + ["ready", "failed"]
    assert "keeps stopping" in one.client.problem
    assert one.job(lesson).state == "queued"
    deadly.unlink()
    one.client.start()
    assert one.ended(lesson).state == "done"
    assert len(shown(home)) == 40


def test_the_window_killed_too_a_lesson_goes_on_at_its_next_start(
    photos: Path, home: Path, desk: NewDesk, gate: MakeGate
) -> None:
    """As in a power cut: what was to be taught was said, so it is not forgotten."""
    with Familiar(Library.open(home), TinyPack()) as familiar:
        familiar.index()
    paint(photos / "40.png", ["orange"], 40)
    one = desk()
    one.ready()
    encoding = gate("encode")
    examples = [{"path": str(photos / name)} for name in (*LESSON, "40.png")]
    one.client.request("teach", {"name": "Biscuit", "kind": "pet", "photos": examples}, nothing)
    one.answer("ping")
    one.until(encoding.is_reached)
    kill(one.client.pid)
    one.client.stop()
    assert [each["method"] for each in json.loads((home / "unfinished.json").read_text())] == [
        "teach"
    ]
    encoding.open()
    another = desk()
    another.ready()
    another.until(lambda: any(job.kind == "teach" and job.ended for job in another.client.jobs()))
    biscuit = [("Biscuit", "confirmed")]
    taught = {name for name, (_, seen) in shown(home).items() if seen == biscuit}
    assert taught == {*LESSON, "40.png"}
    assert json.loads((home / "unfinished.json").read_text()) == []


@pytest.mark.parametrize("content", ["", "nonsense", "{}", "[1, {}, []]", "[" * 100_000])
def test_a_damaged_record_of_jobs_is_passed_over(home: Path, content: str) -> None:
    home.mkdir()
    (home / "unfinished.json").write_text(content)
    assert EngineClient(home).jobs() == []


def test_indexing_that_was_killed_with_the_window_is_taken_up(
    photos: Path, home: Path, desk: NewDesk
) -> None:
    with Library.open(home) as library:
        library.jobs.start("index")  # as kill -9 leaves it
    one = desk()
    one.ready()
    one.until(lambda: any(job.kind == "index" and job.ended for job in one.client.jobs()))
    assert len(shown(home)) == 40


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_delays_grow_and_the_same_crash_is_not_repeated_for_ever() -> None:
    clock = Clock()
    crashes = Crashes((0.2, 0.5, 5.0), most=4, within=60, clock=clock)
    assert [crashes.note(["a"]), crashes.note(["b"]), crashes.note([])] == [0.2, 0.5, 5.0]
    assert [crashes.note(["a", "b"]), crashes.note(["a"])] == [5.0, 5.0]
    assert crashes.note(["a"]) is None, "four times by the same job"
    clock.now = 59
    assert crashes.note(["c"]) == 5.0, "another job's"
    clock.now = 61
    assert crashes.note(["a"]) == 0.5, "what is long ago counts no more"
    crashes.forget()
    assert crashes.note(["a"]) == 0.2
