"""A library, a context on it and an engine that needs no process, for the tests of pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pytestqt.qtbot import QtBot

from desktop.app import application
from desktop.context import Context
from desktop.navigation import Destination
from desktop.pages.page import Page
from desktop.reading.lanes import InstantLane
from engine.library import Library
from tests.desktop.engine_fake import FakeEngine
from tests.homes import fill

T = TypeVar("T")


@dataclass(frozen=True)
class Room:
    """ids: the photos, newest first."""

    context: Context
    engine: FakeEngine
    ids: list[int]
    said: list[str]
    went: list[Destination]
    bot: QtBot

    def page(self, kind: Callable[[Context], Page], destination: Destination) -> Page:
        """A page of this kind, shown with a destination."""
        page = kind(self.context)
        self.bot.addWidget(page)
        page.resize(1000, 700)
        page.show()
        page.enter(destination)
        return page

    def library(self, ask: Callable[[Library], T]) -> T:
        """What the library says, opened anew: only what is on the disk counts."""
        with Library.open(self.context.home) as library:
            return ask(library)


@contextmanager
def room(
    home: Path, bot: QtBot, photos: int = 30, people: tuple[tuple[str, str], ...] = ()
) -> Iterator[Room]:
    """A room whose library has so many photos and these people in them."""
    ids = fill(home, photos, people=people) if photos else []
    engine = FakeEngine()
    context = Context.make(application(), home, engine, lambda _: InstantLane())
    said: list[str] = []
    went: list[Destination] = []
    context.notices.said.connect(lambda notice: said.append(notice.text))
    context.navigation.went.connect(went.append)
    context.household.read()
    try:
        yield Room(context, engine, ids, said, went, bot)
    finally:
        context.close()
