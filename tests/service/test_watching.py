"""The engine watches the library's folders: what comes is indexed, and the window hears of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.indexing.lock import only_writer
from engine.library import Library
from tests.service.talk import Gate, Start, Talk
from tests.tiny import paint

MakeGate = Callable[[str], Gate]


def watching(start: Start, **more: Any) -> tuple[Talk, dict[str, Any]]:
    """An engine that watches, when it has looked at everything; and how that ended."""
    talk = start(**more)
    assert talk.ask("watch") is None
    return talk, next_ended(talk)


def watching_up_to(start: Start, gate: Gate) -> tuple[Talk, str]:
    """An engine that watches and has come to a gate; and the job that looks at everything."""
    talk = start()
    talk.ask("watch")
    gate.reached()
    return talk, talk.ask("jobs")[0]["id"]


def next_ended(talk: Talk, *, found: bool = False) -> dict[str, Any]:
    """The next job that ends, or the next that was of use."""
    at = len(talk.told)
    while True:
        for what, one in talk.told[at:]:
            ended = what == "job" and one["state"] in ("done", "failed", "cancelled")
            if ended and (not found or (one["result"] or {}).get("looked")):
                return one
        at = len(talk.told)
        talk.next()


def changes(talk: Talk, kind: str, at: int = 0) -> set[str]:
    """The photos of which it was told that this has changed."""
    found = [one for what, one in talk.told[at:] if what == "changed" and kind in one["what"]]
    return {photo for one in found for photo in one.get("photo_ids", ["any"])}


def id_of(home: Path, path: Path) -> str:
    with Library.open(home) as library:
        photo = library.photos.by_path(path)
        assert photo is not None
        return str(photo.id)


def test_a_photo_saved_while_the_window_is_open(start: Start, home: Path, photos: Path) -> None:
    talk, first = watching(start)
    assert (first["kind"], first["asked"], first["state"]) == ("index", False, "done")
    assert first["result"]["looked"] == 40, "what had come while nobody watched"
    at = len(talk.told)
    new = paint(photos / "deep" / "new.png", ["orange", "blue"], 99)
    job = next_ended(talk, found=True)
    assert (job["kind"], job["asked"]) == ("index", False)
    counts = {name: job["result"][name] for name in ("added", "looked", "captioned", "troubles")}
    assert counts == {"added": 1, "looked": 1, "captioned": 1, "troubles": 0}
    photo = id_of(home, new)
    for kind in ("photos", "thumbnails", "sightings", "captions"):
        assert photo in changes(talk, kind, at)
    hits = talk.ask("search", query="orange", limit=50)["hits"]
    assert photo in [one["photo_id"] for one in hits[:8]]
    assert talk.end() == 0
    assert talk.errors == b""


def test_folders_that_are_added_and_removed(
    start: Start, home: Path, photos: Path, tmp_path: Path
) -> None:
    talk, _ = watching(start)
    later = tmp_path / "later"
    paint(later / "a.png", ["red"], 1)
    with Library.open(home) as library:
        library.folders.add(later)
        assert next_ended(talk, found=True)["result"]["looked"] == 1
        paint(later / "b.png", ["green"], 2)
        assert next_ended(talk, found=True)["result"]["looked"] == 1
    assert talk.ask("watch") is None, "asked twice, it is done once"
    assert talk.end() == 0


def test_what_has_just_come_goes_before_the_rest(
    start: Start, home: Path, gate: MakeGate, photos: Path
) -> None:
    captions = gate("caption")
    talk, whole = watching_up_to(start, captions)
    new = paint(photos / "new.png", ["orange"], 99)
    waiting = _other_job(talk, whole)
    captions.open()
    assert talk.done(waiting)["captioned"] == 1
    assert talk.done(whole)["captioned"] == 40
    ends = [one["id"] for what, one in talk.told if what == "job" and one["state"] == "done"]
    assert ends == [waiting, whole]
    assert id_of(home, new) in changes(talk, "captions")
    assert talk.end() == 0


def _other_job(talk: Talk, known: str) -> str:
    """A job that is not the known one, as soon as there is one."""
    while True:
        for what, one in talk.told:
            if what == "job" and one["id"] != known:
                return str(one["id"])
        talk.next()


def test_indexing_that_rests_is_not_begun_by_a_new_photo(
    start: Start, home: Path, gate: MakeGate, photos: Path
) -> None:
    captions = gate("caption")
    talk, whole = watching_up_to(start, captions)
    assert talk.ask("pause", job=whole)
    captions.open()
    talk.job(whole, "paused")
    paint(photos / "one.png", ["orange"], 99)
    waiting = _other_job(talk, whole)
    paint(photos / "two.png", ["orange"], 100)
    # Other work is done meanwhile, so the new photos are not only waiting for their turn.
    assert talk.work("learn", concept_id=1, photo_ids=[])["learned"]
    states = {one["id"]: one["state"] for one in talk.ask("jobs")}
    assert states[whole] == "paused"
    assert states[waiting] == "queued"
    assert talk.ask("resume", job=whole)
    talk.done(whole)
    talk.done(waiting)
    with Library.open(home) as library:
        assert library.photos.by_path(photos / "one.png") is not None
    assert talk.end() == 0


def test_what_the_owner_stops_is_not_begun_again(
    start: Start, home: Path, gate: MakeGate, photos: Path
) -> None:
    captions = gate("caption")
    talk, whole = watching_up_to(start, captions)
    paint(photos / "one.png", ["orange"], 99)
    waiting = _other_job(talk, whole)
    assert talk.ask("cancel", job=whole)
    talk.job(waiting, "cancelled")
    captions.open()
    talk.job(whole, "cancelled")
    with Library.open(home) as library:
        library.folders.add(photos.parent / "later")  # has everything looked at
        paint(photos / "two.png", ["orange"], 100)
        job = next_ended(talk, found=True)
        assert job["result"]["captioned"] == job["result"]["looked"] == 2, "new photos alone"
        assert library.stages.counts()["caption"].done < 40
        talk.work("index")
        assert library.stages.counts()["caption"].done == 42
    assert talk.end() == 0


def test_another_program_at_work_is_waited_for(start: Start, home: Path, photos: Path) -> None:
    talk, _ = watching(start)
    with only_writer(home):
        paint(photos / "new.png", ["orange"], 99)
        job = next_ended(talk)
        assert (job["state"], job["result"]) == ("done", {}), "nothing to trouble the owner with"
    assert next_ended(talk, found=True)["result"]["looked"] == 1
    assert talk.end() == 0


def test_it_ends_in_the_middle_of_what_it_began(
    start: Start, home: Path, gate: MakeGate, photos: Path
) -> None:
    encoding = gate("encode")
    talk, _ = watching_up_to(start, encoding)
    assert talk.process.stdin is not None
    talk.process.stdin.close()
    encoding.open()
    assert talk.wait() == 0
    assert talk.errors == b""
    with Library.open(home) as library:
        assert library.jobs.running() == []
