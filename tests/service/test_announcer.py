"""What is told: gathered while nothing can be said, in order, and nothing twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from engine.news import Change, Trouble
from engine.service.announcer import MOST_PHOTOS, Announcer


class Window:
    """Hears what is told; the first word is heard only when it `listens`."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, Mapping[str, Any]]] = []
        self.busy, self.listens = threading.Event(), threading.Event()

    def tell(self, method: str, params: Mapping[str, Any]) -> None:
        self.busy.set()
        assert self.listens.wait(30)
        self.heard.append((method, params))


@pytest.fixture
def window() -> Window:
    return Window()


@pytest.fixture
def gathered(window: Window) -> Iterator[Callable[[Callable[[Announcer], None]], Any]]:
    """What is heard after a first word, of all that is told while that is being said."""

    def gather(speak: Callable[[Announcer], None]) -> list[tuple[str, Mapping[str, Any]]]:
        announcer = Announcer(window.tell)
        announcer.job("first", lambda: {"id": "first"})
        assert window.busy.wait(30)
        speak(announcer)
        window.listens.set()
        announcer.close()
        return window.heard[1:]

    yield gather
    window.listens.set()


def test_changes_are_told_together_and_before_the_jobs_that_made_them(gathered: Any) -> None:
    def speak(announcer: Announcer) -> None:
        announcer.job("a", lambda: {"id": "a", "state": "done"})
        for photo in (1, 2, 2, 1 << 62):
            announcer.news(Change.of("captions", "sightings", photos=[photo]))
        announcer.news(Change.of("problems"))
        announcer.news(Trouble(Path("/a"), "It is odd."))

    assert gathered(speak) == [
        ("changed", {"what": ["problems"], "all": True}),
        ("changed", {"what": ["captions", "sightings"], "photo_ids": ["1", "2", str(1 << 62)]}),
        ("trouble", {"path": "/a", "reason": "It is odd."}),
        ("job", {"id": "a", "state": "done"}),
    ]


def test_of_too_many_photos_it_may_be_any(gathered: Any) -> None:
    def speak(announcer: Announcer) -> None:
        for start in range(0, MOST_PHOTOS + 16, 16):
            announcer.news(Change.of("thumbnails", photos=range(start, start + 16)))
        announcer.news(Change.of("thumbnails", photos=[1]))

    assert gathered(speak) == [("changed", {"what": ["thumbnails"], "all": True})]


def test_of_jobs_long_ended_nothing_is_kept(gathered: Any) -> None:
    kept: list[Announcer] = []

    def speak(announcer: Announcer) -> None:
        kept.append(announcer)
        for number in range(1000):
            announcer.job(str(number), partial(dict[str, Any], id=str(number)))

    assert len(gathered(speak)) == 1000
    assert len(kept[0]._last) <= 100


def test_a_job_is_told_as_it_stands_and_never_twice_alike(gathered: Any, window: Window) -> None:
    stand = {"id": "a", "done": 1}

    def speak(announcer: Announcer) -> None:
        for done in range(100):
            stand["done"] = done
            announcer.job("a", lambda: dict(stand))
        announcer.job("b", lambda: {"id": "b"})
        announcer.job("a", lambda: dict(stand))
        announcer.job("first", lambda: {"id": "first"})

    assert gathered(speak) == [("job", {"id": "b"}), ("job", {"id": "a", "done": 99})]
