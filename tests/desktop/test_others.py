"""What another program writes into the library is shown; what is ours is not read twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.context import Context
from desktop.process.messages import EVERYTHING, RUNNING, Change, Job
from engine.library import Library
from tests.desktop.conftest import MakeContext
from tests.desktop.engine_fake import FakeEngine


@pytest.fixture
def told(context: Context) -> list[Change]:
    """What the window is told, once it knows the library as it is."""
    context.others.look()
    changes: list[Change] = []
    context.changes.changed.connect(changes.append)
    return changes


@pytest.fixture
def terminal(filled: Path) -> Iterator[Library]:
    """The same library, as another program has it open."""
    with Library.open(filled) as library:
        yield library


def test_who_is_renamed_elsewhere_has_the_new_name_here(
    context: Context, told: list[Change], terminal: Library
) -> None:
    terminal.concepts.rename(1, "Bisquit")
    context.others.look()
    assert told == [Change(EVERYTHING)]
    assert "Bisquit" in [one.name for one in context.household.now.people]
    context.others.look()
    assert len(told) == 1, "nothing is different since"


def test_it_is_seen_while_nothing_else_happens(
    context: Context, terminal: Library, qtbot: QtBot
) -> None:
    context.others.start()
    with qtbot.waitSignal(context.changes.changed, timeout=20_000):
        terminal.concepts.rename(1, "Bisquit")


def test_what_is_told_anyway_is_not_told_twice(
    context: Context, told: list[Change], terminal: Library, engine: FakeEngine
) -> None:
    ours = Change.of("concepts")
    terminal.concepts.rename(1, "Bisquit")  # as the engine does
    context.changes.tell(ours)
    context.others.look()
    terminal.concepts.rename(1, "Biscuit")
    engine.set_job(Job("1", "teach", state=RUNNING, stage="learn"))
    context.others.look()
    terminal.concepts.rename(1, "Bisquit")
    context.others.look()
    assert told == [ours]


def test_a_job_that_cannot_begin_while_another_program_works_hides_nothing(
    context: Context, told: list[Change], terminal: Library, engine: FakeEngine
) -> None:
    engine.set_job(Job("1", "index", state=RUNNING))
    terminal.concepts.rename(1, "Bisquit")
    context.others.look()
    assert len(told) == 1


def test_where_both_write_in_turns_nothing_is_missed(
    context: Context, told: list[Change], terminal: Library, engine: FakeEngine
) -> None:
    terminal.concepts.rename(1, "Bisquit")
    context.others.look()
    terminal.concepts.rename(1, "Biscuit")
    engine.set_job(Job("1", "index", state=RUNNING, stage="look"))
    context.others.look()
    assert len(told) == 2


def test_a_library_that_cannot_be_read_is_for_others_to_say(
    make_context: MakeContext, home: Path
) -> None:
    home.write_text("no folder")
    context = make_context(home)
    said: list[object] = []
    context.notices.said.connect(said.append)
    context.others.look()
    assert said == []
