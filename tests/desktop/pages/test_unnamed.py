"""Faces without a name: one group is named, another is nobody the owner knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop import navigation
from desktop.navigation import Destination
from desktop.pages.people.page import PeoplePage
from desktop.pages.people.unnamed import _Face
from engine.library import Library
from engine.library.groups import GroupedFace
from engine.library.tags import Box
from tests.desktop.pages.rooms import Room, room

BOX: Box = (0.25, 0.25, 0.5, 0.5)


@dataclass(frozen=True)
class Face:
    box: Box
    score: float
    embedding: NDArray[np.float32]


def _fill(library: Library, ids: list[int]) -> None:
    """Three faces that look alike, and two others that do."""
    face = Face(BOX, 0.9, np.full(4, 0.5, np.float32))
    library.faces.put_many("made up 1", {photo: [face] for photo in ids[:5]})
    found = [library.faces.of_photo(photo)[0] for photo in ids[:5]]
    library.groups.put_many(
        [
            GroupedFace(one.id, 1 if at < 3 else 2, one.photo_id, BOX, 1.0 - at / 10)
            for at, one in enumerate(found)
        ]
    )


@pytest.fixture
def familiar(home: Path, qtbot: QtBot) -> Iterator[Room]:
    with room(home, qtbot) as made:
        made.library(lambda library: _fill(library, made.ids))
        yield made


@pytest.fixture
def page(familiar: Room) -> PeoplePage:
    made = familiar.page(PeoplePage, Destination(navigation.PEOPLE))
    assert isinstance(made, PeoplePage)
    return made


def faces(page: PeoplePage) -> dict[str, _Face]:
    found = [one for one in page.findChildren(_Face) if one.isVisible()]
    return {one.accessibleName(): one for one in found}


LARGE, SMALL = "Someone without a name, 3 photos", "Someone without a name, 2 photos"


def test_the_largest_group_comes_first(page: PeoplePage) -> None:
    assert list(faces(page)) == [LARGE, SMALL]


@pytest.mark.parametrize("by_keyboard", [False, True])
def test_naming_a_group_teaches_its_faces(
    familiar: Room, page: PeoplePage, qtbot: QtBot, by_keyboard: bool
) -> None:
    if by_keyboard:
        qtbot.keyClick(faces(page)[LARGE], Qt.Key.Key_Return)
    else:
        qtbot.mouseClick(faces(page)[LARGE], Qt.MouseButton.LeftButton)
    qtbot.keyClicks(page.teaching.name, "Ada")
    qtbot.keyClick(page.teaching.name, Qt.Key.Key_Return)
    (request,) = familiar.engine.waiting("teach")
    assert request.params["name"] == "Ada"
    assert request.params["kind"] == "person"
    assert request.params["photos"] == [
        {"photo_id": photo, "box": list(BOX)} for photo in familiar.ids[:3]
    ]


def test_nobody_one_knows_is_gone_for_good_and_back_when_undone(
    familiar: Room, page: PeoplePage, qtbot: QtBot
) -> None:
    qtbot.keyClick(faces(page)[SMALL], Qt.Key.Key_Delete)
    assert list(faces(page)) == [LARGE]
    assert familiar.library(lambda library: len(library.strangers.all())) == 2
    familiar.context.history.undo()
    assert list(faces(page)) == [LARGE, SMALL]
    assert familiar.library(lambda library: len(library.strangers.all())) == 0
