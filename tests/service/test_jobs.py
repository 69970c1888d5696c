"""Long work rests, goes on, gives way and is stopped, and comes to the same in the end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.familiar import Familiar
from engine.indexing.lock import only_writer
from engine.library import Library
from engine.service import wire
from tests.models.hub_server import HubServer, serving
from tests.models.tiny_download import EYE, FILES
from tests.service.talk import Gate, Refused, Start, Talk
from tests.tiny import TinyPack, paint

MakeGate = Callable[[str], Gate]
BISCUIT = (0, 6)


def lesson(photos: Path, *numbers: int) -> dict[str, Any]:
    """What teaches Biscuit, from photos of these numbers."""
    chosen = [{"path": str(photos / f"{number:02}.png")} for number in numbers or BISCUIT]
    return {"name": "Biscuit", "kind": "pet", "photos": chosen}


def known(home: Path) -> dict[str, Any]:
    """Everything a library knows of its photos."""
    with Familiar(Library.open(home)) as familiar:
        return {card.path.name: card.as_json() for card in familiar.export()}


def undisturbed(home: Path, photos: Path, *biscuit: int) -> dict[str, Any]:
    """What is known when indexing, and then teaching Biscuit if there is one, went on in peace."""
    with Familiar(Library.open(home), TinyPack()) as familiar:
        familiar.add(photos)
        familiar.index()
        if biscuit:
            familiar.teach("Biscuit", "pet", [photos / f"{number:02}.png" for number in biscuit])
    return known(home)


def order_of_ends(talk: Talk) -> list[str]:
    """The kinds of jobs that were done, in the order they were."""
    return [one["kind"] for what, one in talk.told if what == "job" and one["state"] == "done"]


@pytest.mark.parametrize("at", ["encode", "caption"])
def test_resting_and_going_on(
    at: str, start: Start, home: Path, gate: MakeGate, photos: Path, tmp_path: Path
) -> None:
    standing = gate(at)
    talk = start()
    job = talk.ask("index")["job"]
    standing.reached()
    assert talk.ask("pause", job=job) is True
    standing.open()
    resting = talk.job(job, "paused")
    assert 0 < resting["done"] < resting["total"] == 40
    with only_writer(home), Library.open(home) as library:
        library.settings.put("anything", "can be written")
        assert library.jobs.running() == [], "nobody is at work"
    assert talk.ask("resume", job=job) is True
    assert talk.done(job)["captioned"] == 40
    seen = [one for what, one in talk.told if what == "job" and one["stage"] == resting["stage"]]
    assert [one["done"] for one in seen] == sorted(one["done"] for one in seen), "it goes on"
    assert {one["total"] for one in seen} == {40}
    assert talk.end() == 0
    assert known(home) == undisturbed(tmp_path / "calm", photos)


def test_a_queued_job_rests_and_is_cancelled_at_once(
    start: Start, gate: MakeGate, photos: Path
) -> None:
    encoding = gate("encode")
    talk = start()
    index = talk.ask("index")["job"]
    encoding.reached()
    teach = talk.ask("teach", **lesson(photos), paused=True)["job"]
    talk.job(teach, "paused")
    assert talk.ask("resume", job=teach)
    talk.job(teach, "queued")
    assert talk.ask("cancel", job=teach)
    talk.job(teach, "cancelled")
    assert talk.ask("cancel", job=teach) is False, "it has ended"
    assert talk.ask("pause", job="nobody") is False
    encoding.open()
    talk.done(index)
    assert talk.end() == 0


def test_cancelled_in_the_middle_keeps_what_is_finished(
    start: Start, home: Path, gate: MakeGate
) -> None:
    encoding = gate("encode")
    talk = start()
    job = talk.ask("index")["job"]
    encoding.reached()
    assert talk.ask("cancel", job=job)
    encoding.open()
    talk.job(job, "cancelled")
    looked = talk.work("index")["looked"]
    assert 0 < looked < 40
    assert talk.end() == 0


def test_teaching_goes_before_indexing(
    start: Start, home: Path, gate: MakeGate, photos: Path, tmp_path: Path
) -> None:
    """Also when it comes while captions are written: none is left without a name."""
    captions = gate("caption")
    talk = start()
    index = talk.ask("index")["job"]
    captions.reached()
    teach = talk.ask("teach", **lesson(photos))["job"]
    captions.open()
    talk.job(index, "queued", stage="caption")
    taught = talk.done(teach)
    assert taught["tagged"] == 2
    assert talk.done(index)["captioned"] + taught["captioned"] >= 40
    assert order_of_ends(talk) == ["teach", "index"]
    assert talk.end() == 0
    now = known(home)
    for name, card in undisturbed(tmp_path / "calm", photos, *BISCUIT).items():
        states = [(one["name"], one["state"]) for one in card["sightings"]]
        assert [(one["name"], one["state"]) for one in now[name]["sightings"]] == states, name
        assert now[name]["caption"] == card["caption"], name


def test_decisions_are_learned_from_at_once(
    start: Start, home: Path, gate: MakeGate, photos: Path
) -> None:
    talk = start()
    talk.work("index")
    paint(photos / "40.png", ["green"], 40)
    encoding = gate("encode")
    index = talk.ask("index", captions=False)["job"]
    encoding.reached()
    jobs = set()
    with Library.open(home) as library:
        biscuit = library.concepts.add("Biscuit", "pet").id
        for number in (0, 6, 12):  # as the window does: each is written, then learned from
            photo = library.photos.by_path(photos / f"{number:02}.png")
            assert photo is not None
            library.decisions.decide(biscuit, photo.id, "confirmed")
            jobs.add(talk.ask("learn", concept_id=biscuit, photo_ids=[str(photo.id)])["job"])
        assert len(jobs) == 1, "decisions that come together are learned from together"
        (job,) = jobs
        encoding.open()
        assert talk.done(job)["learned"]
        talk.done(index)
        assert order_of_ends(talk) == ["index", "learn", "index"]
        states = [one.state for one in library.sightings.of_concept(biscuit)]
        assert sorted(states) == ["confirmed"] * 3 + ["recognised"] * 4
    assert talk.job(job, "done")["subject"] == "Biscuit"
    assert talk.end() == 0


def test_what_is_on_the_screen_comes_first(start: Start, home: Path, gate: MakeGate) -> None:
    talk = start()
    talk.work("index", captions=False)
    with Library.open(home) as library:
        last = library.stages.pending("caption", "whatever")[-5:]
        talk.ask("visible", photo_ids=[str(one) for one in last] + ["17"])
        captions = gate("caption")
        job = talk.ask("index")["job"]
        captions.reached()  # the first sixteen are chosen
        talk.ask("cancel", job=job)
        captions.open()
        talk.job(job, "cancelled")
        assert len(library.captions.all()) == 16
        assert set(last) <= set(library.captions.all())
    assert talk.end() == 0


def test_the_window_hears_what_changed(start: Start, photos: Path) -> None:
    (photos / "bad.png").write_bytes(b"nothing to see")
    talk = start()
    talk.work("index")
    changed: dict[str, set[str]] = {}
    for what, one in talk.told:
        if what == "changed":
            for kind in one["what"]:
                changed.setdefault(kind, set()).update(one.get("photo_ids", ["any"]))
    assert changed["problems"] == {"any"}
    kinds = ("photos", "thumbnails", "sightings", "captions")
    assert all(40 <= len(changed[kind]) <= 41 for kind in kinds), "told together, they share ids"
    (trouble,) = [one for what, one in talk.told if what == "trouble"]
    assert trouble["path"] == str(photos / "bad.png")
    assert "not a picture" in trouble["reason"]
    last = [what for what, one in talk.told if what == "changed" or one.get("state") == "done"]
    assert last[-1] == "job", "who hears that it is done finds all of it in the library"
    assert talk.end() == 0


def test_searching_does_not_wait_for_jobs(
    start: Start, home: Path, gate: MakeGate, photos: Path
) -> None:
    captions = gate("caption")
    talk = start()
    job = talk.ask("index")["job"]
    captions.reached()
    found = talk.ask("search", query="orange", limit=40)
    assert found["total"] == 40
    assert len({hit["photo_id"] for hit in found["hits"][:7]}) == 7
    with Library.open(home) as library:  # the window names somebody
        concept = library.concepts.add("Rosso", "pet")
        (photo,) = library.photos.ids()[:1]
        library.tags.add(concept.id, photo)
        assert talk.ask("search", query="Rosso", limit=9)["total"] == 1, "names count at once"
        library.concepts.rename(concept.id, "Bianca")
        assert talk.ask("search", query="Bianca", limit=9)["total"] == 1
    captions.open()
    talk.done(job)
    hits = talk.ask("search", query="orange", limit=7)["hits"]
    assert all("its caption says orange" in hit["why"] for hit in hits), "all of the job is found"
    assert talk.end() == 0


def test_a_stale_search_is_dropped(start: Start, gate: MakeGate) -> None:
    talk = start()
    talk.work("index")
    reading = gate("text")
    first = talk.send("search", query="red", limit=3)
    reading.reached()
    second = talk.send("search", query="green", limit=3)
    third = talk.send("search", query="blue", limit=3)
    assert talk.ask("$/cancel", id=second) is None
    with pytest.raises(Refused) as refused:
        talk.answer(second)
    assert refused.value.code == wire.CANCELLED
    reading.open()
    assert talk.answer(first)["hits"]
    assert talk.answer(third)["chips"] == [{"kind": "words", "text": "blue"}]
    assert talk.ask("$/cancel", id=third) is None, "it was answered already"
    assert talk.end() == 0


def test_forgetting_failures_and_trying_again(start: Start, home: Path, photos: Path) -> None:
    talk = start()
    talk.work("index")
    with Library.open(home) as library:
        photo = library.photos.by_path(photos / "03.png")
        assert photo is not None
        library.stages.fail(photo.id, "encode", "tiny-encoder-1", "It could not be looked at.")
        assert talk.work("index")["looked"] == 0
        assert talk.work("retry")["looked"] == 1
        assert library.stages.failures() == []
    assert talk.end() == 0


def test_another_program_at_work(start: Start, home: Path) -> None:
    talk = start()
    with only_writer(home):
        failed = talk.job(talk.ask("index")["job"], "failed")
        assert "Another Familiar is working" in failed["message"]
        learned = talk.work("learn", concept_id=1, photo_ids=[])
        assert learned["learned"] is False
    assert talk.end() == 0


def test_another_pack(start: Start, home: Path, photos: Path) -> None:
    talk = start()
    talk.work("index")
    assert talk.work("pack_use", name="words") == {"changed": True}
    assert talk.ask("hello")["pack"] == "words"
    assert talk.work("pack_use", name="words") == {"changed": False}
    assert talk.work("index")["captioned"] == 40
    assert [one["name"] for one in talk.ask("packs") if one["in_use"]] == ["words"]
    failed = talk.job(talk.ask("pack_remove", name="words")["job"], "failed")
    assert "stays" in failed["message"]
    failed = talk.job(talk.ask("pack_use", name="none")["job"], "failed")
    assert "no pack called none" in failed["message"]
    assert talk.end() == 0
    assert all("seen anew" in card["caption"]["text"] for card in known(home).values())


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """A hub that has the pack `tiny`."""
    with serving(monkeypatch) as server:
        server.repositories = {"me/vlm": dict(FILES), "me/eye": dict(EYE)}
        monkeypatch.setenv("HF_ENDPOINT", server.endpoint)
        monkeypatch.setenv("FAMILIAR_PACKS", str(tmp_path / "packs"))
        yield server


def test_a_download_rests_and_goes_on_while_other_work_is_done(
    start: Start, hub: HubServer, tmp_path: Path
) -> None:
    middle, go_on = threading.Event(), threading.Event()

    def wait() -> None:
        middle.set()
        go_on.wait(60)

    hub.middle = wait
    talk = start()
    job = talk.ask("pack_get", name="tiny")["job"]
    try:
        assert middle.wait(60)
        assert talk.work("index")["looked"] == 40, "the photos do not wait for the network"
        assert talk.ask("pause", job=job)
    finally:
        go_on.set()
    talk.job(job, "paused")
    hub.middle = lambda: None
    assert talk.ask("resume", job=job)
    talk.done(job)
    assert (tmp_path / "packs/tiny/manifest.json").exists()
    assert [one["downloaded"] for one in talk.ask("packs")] == [True, True, True]
    assert talk.work("pack_remove", name="tiny")["freed"] > 3_000_000
    assert not (tmp_path / "packs/tiny").exists()
    assert talk.end() == 0


def test_who_was_named_before_is_learned_whatever_they_are_called_by_then(
    start: Start, home: Path, photos: Path
) -> None:
    with Familiar(Library.open(home), TinyPack()) as familiar:
        familiar.index()
        ids = [familiar.show(photos / f"{number:02}.png").photo_id for number in BISCUIT]
        momo, gone = (familiar.library.concepts.add(name, "pet") for name in ("Momo", "Gone"))
        familiar.library.tags.add_many(momo.id, dict.fromkeys(ids))
        familiar.library.concepts.remove(gone.id)
    talk = start()
    named = {**lesson(photos), "concept_id": momo.id}
    job = talk.ask("teach", **named)["job"]
    assert talk.done(job)["concept_id"] == momo.id
    (told,) = (one for one in talk.ask("jobs") if one["id"] == job)
    assert told["subject"] == "Momo"
    removed = talk.ask("teach", **{**named, "concept_id": gone.id})["job"]
    talk.job(removed, "cancelled")
    assert talk.end() == 0
    with Familiar(Library.open(home), TinyPack()) as familiar:
        assert [one.concept.name for one in familiar.people()] == ["Momo"]
