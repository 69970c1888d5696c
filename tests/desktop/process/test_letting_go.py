"""A folder is let go of while the engine is in the middle of its photos, and taken back."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.app import application
from desktop.context import Context
from desktop.decisions.folders import let_go
from desktop.process.messages import DONE
from desktop.reading.lanes import InstantLane
from engine.library import Library
from tests.desktop.process.conftest import Desk, NewDesk
from tests.service.talk import Gate
from tests.tiny import paint


@pytest.fixture
def one(desk: NewDesk) -> Desk:
    return desk()


@pytest.fixture
def context(home: Path, photos: Path, one: Desk) -> Iterator[Context]:
    made = Context.make(application(), home, one.client, lambda _: InstantLane())
    yield made
    one.client.stop()
    made.close()


def test_while_its_photos_are_looked_at(
    home: Path, photos: Path, one: Desk, context: Context, gate: Callable[[str], Gate]
) -> None:
    other = paint(photos.parent / "other" / "one.png", ["red"], 77).parent
    with Library.open(home) as library:
        kept = library.folders.add(other)
        folder = library.folders.all()[0]
    waiting = gate("encode")
    one.ready()
    first = one.client.request("index", {}, lambda _: None)
    one.until(waiting.is_reached)
    context.history.decide(let_go(folder))
    waiting.open()
    assert one.ended(first.job).state == DONE
    one.until(lambda: all(job.ended for job in one.client.jobs()))
    with Library.open(home) as library:
        assert list(library.photos.places()) == [os.fsencode(kept.path / "one.png")]
        early = library.captions.count()
    context.history.undo()
    with Library.open(home) as library:
        assert library.photos.count() == 41
        one.until(lambda: library.captions.count() == 41)
        assert early < 41, "what was let go of was left alone from then on"
        assert library.problems.all() == []
