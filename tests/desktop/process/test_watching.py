"""The window's engine watches: what comes is told, also by the engine after one that died."""

from __future__ import annotations

from pathlib import Path

from desktop.process.client import EngineClient
from desktop.process.messages import Change, Job
from engine.library import Library
from tests.desktop.process.conftest import NewDesk, kill
from tests.tiny import paint


def looked(client: EngineClient, count: int) -> Job | None:
    """A job that has begun by itself and has looked at so many photos."""
    done = [one for one in client.jobs() if not one.asked and one.state == "done"]
    return next((one for one in done if one.result and one.result["looked"] == count), None)


def test_photos_that_come_are_told(home: Path, photos: Path, desk: NewDesk) -> None:
    one = desk()
    told: list[Change] = []
    one.client.changed.connect(told.append)
    one.ready()
    one.answer("watch")
    one.until(lambda: looked(one.client, 40))
    first = one.client.pid
    kill(first)
    one.until(lambda: one.client.state == "ready" and one.client.pid not in (0, first))
    told.clear()
    new = paint(photos / "new.png", ["orange"], 99)
    one.until(lambda: looked(one.client, 1))
    with Library.open(home) as library:
        photo = library.photos.by_path(new)
        assert photo is not None
    about = [change for change in told if photo.id in (change.photo_ids or ())]
    assert {"photos", "thumbnails", "captions"} <= set().union(*(one.what for one in about))
    assert all(job.quiet for job in one.client.jobs() if job.ended and job.result is None)


def test_what_is_quiet() -> None:
    """A job that began by itself is nobody's concern before it has found something to do."""
    mine = Job("1", "index", asked=False)
    for job in (
        mine,
        Job("1", "index", None, "running", "scan", 7, 7, asked=False),
        Job("1", "index", None, "running", "look", 0, 0, asked=False),
        Job("1", "index", None, "done", result={"looked": 0, "captioned": 0}, asked=False),
        Job("1", "index", None, "cancelled", asked=False),
    ):
        assert job.quiet, job
    for job in (
        Job("1", "index"),
        Job("1", "index", None, "running", "look", 0, 2, asked=False),
        Job("1", "index", None, "paused", "scan", 7, 7, asked=False),
        Job("1", "index", None, "done", result={"looked": 2, "captioned": 0}, asked=False),
        Job("1", "index", None, "failed", message="There is no room left.", asked=False),
    ):
        assert not job.quiet, job
