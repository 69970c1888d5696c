"""The Settings page: every choice is effective at once, and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton, QRadioButton
from pytestqt.qtbot import QtBot

from desktop import navigation
from desktop.navigation import Destination
from desktop.pages.folders import look_after
from desktop.pages.settings.page import SettingsPage
from desktop.preferences import Preferences
from desktop.process.messages import DONE, FAILED, Job
from engine.library import Library
from engine.library.absence import Offline
from tests.desktop.pages.rooms import Room, room


@pytest.fixture
def familiar(home: Path, qtbot: QtBot) -> Iterator[Room]:
    with room(home, qtbot, photos=3) as made:
        yield made
        made.context.appearance.choose("light")


@pytest.fixture
def page(familiar: Room) -> SettingsPage:
    made = familiar.page(SettingsPage, Destination(navigation.SETTINGS))
    assert isinstance(made, SettingsPage)
    return made


def pack(**other: Any) -> dict[str, Any]:
    return {
        "name": "large", "title": "Large: writes better", "available": True, "downloaded": False,
        "in_use": False, "megabytes": 2600, "download_megabytes": 2600, "needs": "6 GB of memory",
        "runs": True, "verdict": "fits.", "commercial": True, "note": "Commercial use is allowed.",
        "parts": [
            {"does": "captions", "what": "Some Model", "licence": "Apache-2.0", "commercial": True,
             "repository": "some/model"}
        ],
        **other,
    }  # fmt: skip


def words_of(page: SettingsPage) -> str:
    return "\n".join(one.text() for one in page.findChildren(QLabel) if one.isVisibleTo(page))


def button(page: SettingsPage, text: str) -> QPushButton:
    return next(
        one for one in page.findChildren(QPushButton) if one.text() == text and not one.isHidden()
    )


def test_folders_are_shown_with_how_many_photos_they_hold(page: SettingsPage) -> None:
    assert "/photos/familiar-tests" in words_of(page)
    assert "3 photos" in words_of(page)


def test_a_chosen_appearance_is_there_at_once_and_remembered(
    familiar: Room, page: SettingsPage
) -> None:
    dark = next(one for one in page.findChildren(QRadioButton) if one.text() == "Dark")
    dark.click()
    assert familiar.context.appearance.choice == "dark"
    assert Preferences(familiar.context.home).text("appearance") == "dark"


def test_quiet_is_told_to_the_engine_and_again_when_it_starts_anew(
    familiar: Room, page: SettingsPage
) -> None:
    page.quiet.click()
    assert familiar.engine.waiting("quiet")[-1].params == {"on": True}
    familiar.engine.set_state("restarting", "It stopped.")
    familiar.engine.set_state("ready")
    assert len(familiar.engine.waiting("quiet")) == 2


def test_packs_that_the_engine_could_not_tell_are_asked_for_when_it_is_there(
    familiar: Room, page: SettingsPage
) -> None:
    familiar.engine.set_state("failed", "It keeps stopping.")
    familiar.engine.refuse("packs", "It keeps stopping.")
    assert "It keeps stopping." in words_of(page)
    familiar.engine.set_state("ready")
    familiar.engine.answer("packs", [pack()])
    assert "It keeps stopping." not in words_of(page)
    familiar.engine.set_state("ready")
    assert not familiar.engine.waiting("packs"), "they are known"


def test_a_pack_is_downloaded_only_after_its_licences_were_shown(
    familiar: Room, page: SettingsPage
) -> None:
    familiar.engine.answer("packs", [pack()])
    assert "Apache-2.0" not in words_of(page)
    button(page, "Download…").click()
    assert "Some Model, Apache-2.0" in words_of(page)
    assert not familiar.engine.waiting("pack_get")
    button(page, "I accept these licences: download").click()
    assert familiar.engine.waiting("pack_get")[0].params == {"name": "large"}


def test_another_pack_in_use_means_looking_at_the_photos_anew(
    familiar: Room, page: SettingsPage
) -> None:
    familiar.engine.answer("packs", [pack(downloaded=True)])
    button(page, "Use").click()
    request = familiar.engine.answer("pack_use")
    assert request.job is not None
    familiar.engine.set_job(Job(request.job, "pack_use", "large", DONE))
    assert familiar.engine.waiting("index")
    familiar.engine.answer("packs", [pack(downloaded=True, in_use=True)])
    assert "In use" in words_of(page)


def test_a_pack_that_this_machine_cannot_run_cannot_be_used(
    familiar: Room, page: SettingsPage
) -> None:
    familiar.engine.answer("packs", [pack(downloaded=True, runs=False, verdict="too large.")])
    assert not button(page, "Use").isEnabled()
    assert "too large." in words_of(page)


def test_a_failed_download_says_why(familiar: Room, page: SettingsPage) -> None:
    familiar.engine.set_job(Job("9", "pack_get", "large", FAILED, message="The disk is full."))
    assert "The disk is full." in familiar.said


def test_a_back_up_is_made_with_a_click(familiar: Room, page: SettingsPage) -> None:
    button(page, "Make a back-up now").click()
    assert list((familiar.context.home / "backups").glob("library-*.db"))
    assert "Backed up" in familiar.said[-1]


def let_go(page: SettingsPage, folder: str) -> None:
    spoken = f"Take {folder} out of the library"
    next(
        one for one in page.findChildren(QAbstractButton) if one.accessibleName() == spoken
    ).click()


def test_a_folder_is_let_go_of_and_taken_back(familiar: Room, page: SettingsPage) -> None:
    context = familiar.context
    assert context.household.now.photos == 3
    let_go(page, "familiar-tests")
    assert "There are none yet." in words_of(page)
    assert familiar.library(lambda library: library.photos.count()) == 0
    assert "no longer in your library; its files stay where they are" in familiar.said[-1]
    assert context.household.now.photos == 0
    assert len(familiar.engine.waiting("index")) == 1, "albums are made without its photos"
    context.history.undo()
    assert "3 photos" in words_of(page)
    assert familiar.library(lambda library: library.photos.count()) == 3
    assert len(familiar.engine.waiting("index")) == 2, "its files may have changed meanwhile"
    context.history.redo()
    assert familiar.library(lambda library: library.photos.count()) == 0


def test_a_folder_that_was_let_go_of_is_not_missed(
    familiar: Room, page: SettingsPage, tmp_path: Path
) -> None:
    context, folder = familiar.context, Path("/photos/familiar-tests")
    context.drives.look()
    assert not context.drives.holds(folder / "1.jpg")
    assert "not there right now" in words_of(page)
    let_go(page, "familiar-tests")
    assert context.drives.holds(folder / "1.jpg")
    look_after(context, [folder])
    assert not context.drives.holds(folder / "1.jpg")
    assert "3 photos" in words_of(page)


def test_a_folder_says_what_of_it_is_away(
    familiar: Room, page: SettingsPage, tmp_path: Path
) -> None:
    context, folder = familiar.context, tmp_path / "photos"
    drive = folder / "drive"
    drive.mkdir(parents=True)
    (folder / "one.jpg").touch()

    def missed(path: Path, reason: str) -> Callable[[Library], None]:
        return lambda library: library.absence.put_offline([Offline(path, "2026", reason, 9)])

    look_after(context, [folder])
    assert "0 photos" in words_of(page).split("\n")
    familiar.library(missed(drive, "None of its photos is there."))
    context.drives.look()
    assert not context.drives.holds(drive / "two.jpg"), "an empty mount point"
    assert context.drives.holds(folder / "one.jpg")
    assert "drive in it is not there right now" in words_of(page)
    (drive / "two.jpg").touch()
    context.drives.look()
    assert context.drives.holds(drive / "two.jpg")
    familiar.library(missed(folder, "5 of its 9 photos are not there right now."))
    page.folders.read()
    assert "5 of its 9 photos are not there right now." in words_of(page)
    assert context.drives.holds(folder / "one.jpg"), "the others are there"
