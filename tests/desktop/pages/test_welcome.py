"""The welcome: folders are chosen, and Familiar begins."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from desktop import navigation
from desktop.navigation import Destination
from desktop.pages.welcome import page as welcome
from desktop.pages.welcome.page import WelcomePage
from tests.desktop.pages.rooms import Room, room


@pytest.fixture
def familiar(home: Path, qtbot: QtBot) -> Iterator[Room]:
    with room(home, qtbot, photos=0) as made:
        yield made


@pytest.fixture
def page(familiar: Room, monkeypatch: pytest.MonkeyPatch) -> WelcomePage:
    monkeypatch.setattr(welcome, "usual_folder", lambda: None)
    made = familiar.page(WelcomePage, Destination(navigation.WELCOME))
    assert isinstance(made, WelcomePage)
    return made


def test_nothing_can_be_started_before_a_folder_is_chosen(page: WelcomePage) -> None:
    assert not page.start.isEnabled()


def test_chosen_folders_are_kept_and_looked_at(
    familiar: Room, page: WelcomePage, tmp_path: Path
) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    page.choose(one)
    page.choose(other)
    page.choose(one)
    page.drop(other)
    page.start.click()
    kept = familiar.library(lambda library: [folder.path for folder in library.folders.all()])
    assert kept == [one]
    assert [asked.method for asked in familiar.engine.asked] == ["index"]
    assert familiar.went[-1].page == navigation.LIBRARY


def test_folders_are_dropped_onto_the_window_and_files_are_not(
    page: WelcomePage, tmp_path: Path
) -> None:
    (tmp_path / "a.jpg").write_bytes(b"no folder")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.jpg")), QUrl.fromLocalFile(str(tmp_path))])
    page.dropEvent(
        QDropEvent(
            QPointF(5, 5),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    assert page.chosen == [tmp_path]


def test_the_systems_folder_for_pictures_is_offered(
    familiar: Room, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(welcome, "usual_folder", lambda: tmp_path)
    page = familiar.page(WelcomePage, Destination(navigation.WELCOME))
    assert isinstance(page, WelcomePage)
    assert page.chosen == [tmp_path]
    assert page.start.isEnabled()
