"""The library page."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtTest import QTest

from desktop import navigation
from desktop.decisions.photos import favourite
from desktop.pages.library.page import LibraryPage
from desktop.process.messages import Job
from engine.library import Library
from tests.screenshots.studio import Studio, shot

_WRITING = Job(
    "1", "index", None, "running", "caption", done=18, total=30, rate=2.1, seconds_left=6
)


@shot("library")
def library(studio: Studio) -> None:
    page = _library(studio)
    studio.context.history.decide(favourite(page.panel.grid.shown.ids[[1, 6]].tolist(), True))
    studio.settle()
    page.panel.grid.hover(3)
    studio.engine.set_job(_WRITING)


@shot("library-search")
def search(studio: Studio) -> None:
    page = _library(studio)
    page.bar.setFocus()
    QTest.keyClicks(page.bar.edit, "Chelsea ")
    studio.settle()
    page.panel.grid.hover(1)


@shot("library-completing")
def completing(studio: Studio) -> None:
    page = _library(studio)
    page.bar.setFocus()
    QTest.keyClicks(page.bar.edit, "Chelsea and ei")


@shot("library-selection")
def selection(studio: Studio) -> None:
    page = _library(studio)
    page.panel.grid.select_rows(np.asarray([1, 2, 5]))
    studio.context.notices.say(
        "3 photos among your favourites", "Undo", studio.context.history.undo
    )


@shot("library-nothing-found")
def nothing_found(studio: Studio) -> None:
    page = _library(studio)
    page.bar.set_text("a submarine")
    studio.wait(lambda: bool(studio.engine.waiting("search")))
    studio.engine.answer("search", {"chips": [], "total": 0, "hits": []})


@shot("library-away")
def away(studio: Studio) -> None:
    page = _library(studio)
    folder = next(iter(_folders(studio)))
    studio.context.drives.stop()
    studio.context.drives.show((folder,))
    page.panel.grid.viewport().update()


@shot("library-restarting")
def restarting(studio: Studio) -> None:
    _library(studio)
    studio.engine.set_state(
        "restarting",
        "The part of Familiar that looks at photos stopped. It is being started again.",
    )


def _library(studio: Studio) -> LibraryPage:
    page = studio.go(navigation.LIBRARY)
    assert isinstance(page, LibraryPage)
    return page


def _folders(studio: Studio) -> list[Path]:
    with Library.open(studio.context.home) as opened:
        return [one.path for one in opened.folders.all()]
