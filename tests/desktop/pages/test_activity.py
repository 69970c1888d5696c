"""The Activity page: jobs with their buttons, what was done, and files left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from desktop import navigation
from desktop.navigation import Destination
from desktop.pages.activity.job_row import JobRow, outcome
from desktop.pages.activity.page import ActivityPage
from desktop.process.engine import GAVE_UP, RESTARTING
from desktop.process.messages import CANCELLED, DONE, FAILED, PAUSED, QUEUED, RUNNING, Change, Job
from tests.desktop.pages.rooms import Room, room

HERE = Destination(navigation.ACTIVITY)


@pytest.fixture
def familiar(home: Path, qtbot: QtBot) -> Iterator[Room]:
    with room(home, qtbot, photos=3) as made:
        yield made


def shown(familiar: Room) -> ActivityPage:
    page = familiar.page(ActivityPage, HERE)
    assert isinstance(page, ActivityPage)
    return page


def rows(page: ActivityPage) -> list[JobRow]:
    return [row for row in page.findChildren(JobRow) if row.isVisible()]


def said(page: ActivityPage) -> str:
    """All the words on the page."""
    return "\n".join(one.text() for one in page.findChildren(QLabel) if one.isVisible())


def button(row: JobRow, text: str) -> QPushButton:
    return next(one for one in row.findChildren(QPushButton) if one.text() == text)


def test_a_job_is_paused_resumed_and_stopped_with_its_buttons(familiar: Room) -> None:
    page = shown(familiar)
    familiar.engine.set_job(Job("1", "index", state=RUNNING, stage="caption", done=5, total=10))
    (row,) = rows(page)
    button(row, "Pause").click()
    assert familiar.engine.jobs()[0].state == PAUSED
    button(row, "Resume").click()
    assert familiar.engine.jobs()[0].state == RUNNING
    button(row, "Stop").click()
    assert familiar.engine.jobs()[0].state == CANCELLED
    assert rows(page) == []


def test_looking_for_new_photos_starts_one_index_and_not_two(familiar: Room) -> None:
    page = shown(familiar)
    look = next(b for b in page.findChildren(QPushButton) if b.text() == "Look for new photos")
    look.click()
    assert [one.method for one in familiar.engine.asked] == ["index"]
    assert not look.isEnabled()


def test_files_left_out_are_listed_with_the_reason_and_tried_again(familiar: Room) -> None:
    lost = Path("/photos/lost.jpg")
    familiar.library(lambda library: library.problems.put(lost, "It ends too early."))
    page = shown(familiar)
    index = page.list.problems.index(0)
    assert index.data() == "lost.jpg"
    page.list.setCurrentIndex(index)
    assert page.list.path() == lost
    again = next(b for b in page.findChildren(QPushButton) if b.text() == "Try again")
    again.click()
    assert familiar.engine.asked[-1].method == "retry"
    assert not again.isEnabled(), "once is enough"
    familiar.engine.set_job(Job("1", "index", state=DONE, result={}))
    assert again.isEnabled(), "the reason may be the same: of that nobody hears anything new"
    again.click()
    familiar.engine.asked[-1].fail("No room.")
    assert again.isEnabled()
    familiar.library(lambda library: library.problems.clear(lost))
    familiar.context.changes.tell(Change.of("problems"))
    assert page.list.problems.rowCount() == 0
    assert not again.isVisible()


def test_what_does_not_start_by_itself_is_not_said_to_be_starting(familiar: Room) -> None:
    page = shown(familiar)
    familiar.engine.set_state(RESTARTING, "It stopped.")
    assert "is starting" in said(page)
    familiar.engine.set_state(GAVE_UP, "It keeps stopping.")
    assert "is starting" not in said(page)
    assert "Nothing is being done" in said(page)


def test_what_began_by_itself_is_shown_when_it_has_found_something(familiar: Room) -> None:
    page = shown(familiar)
    look = next(b for b in page.findChildren(QPushButton) if b.text() == "Look for new photos")
    mine = Job("1", "index", state=QUEUED, asked=False)
    for job in (mine, replace(mine, state=RUNNING, stage="scan", done=7, total=7)):
        familiar.engine.set_job(job)
        assert rows(page) == []
        assert look.isEnabled()
    familiar.engine.set_job(replace(mine, state=RUNNING, stage="look", done=0, total=1))
    assert len(rows(page)) == 1
    assert not look.isEnabled()
    familiar.engine.set_job(replace(mine, state=DONE, result={"looked": 0, "captioned": 0}))
    assert rows(page) == []
    assert "Looked through" not in said(page)
    familiar.engine.set_job(replace(mine, id="2", state=DONE, result={"looked": 1}))
    assert "Looked through your photos: 1 photo looked at" in said(page)


@pytest.mark.parametrize(
    ("job", "sentence"),
    [
        (
            Job("1", "teach", "Ada", DONE, result={"recognised": 132}),
            "Learned Ada: found in 132 more photos.",
        ),
        (
            Job("1", "index", None, DONE, result={"looked": 3, "captioned": 2}),
            "Looked through your photos: 3 photos looked at, 2 captions written.",
        ),
        (
            Job("1", "index", None, DONE, result={"looked": 1, "captioned": 1}),
            "Looked through your photos: 1 photo looked at, 1 caption written.",
        ),
        (Job("1", "index", None, DONE, result={}), "Looked through your photos: nothing was new."),
        (
            Job("1", "index", None, CANCELLED),
            "Looked through your photos: stopped. What was finished is kept.",
        ),
        (Job("1", "pack_get", "x", FAILED, message="No room."), "Download of x: No room."),
    ],
)
def test_how_it_ended_is_a_sentence(job: Job, sentence: str) -> None:
    assert outcome(job) == sentence
