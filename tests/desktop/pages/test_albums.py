"""Albums: made, filled, renamed, removed, each with undo; and what opens where."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop import navigation
from desktop.decisions import albums
from desktop.navigation import Destination
from desktop.pages.albums.page import AlbumsPage
from desktop.process.messages import Change
from desktop.widgets.asking import Asking
from desktop.widgets.picture_card import PictureCard
from engine.library.albums import Album
from engine.library.trips import FoundTrip
from tests.desktop.pages.rooms import Room, room


@pytest.fixture
def familiar(home: Path, qtbot: QtBot) -> Iterator[Room]:
    with room(home, qtbot, people=(("Ada", "person"),)) as made:
        yield made


@pytest.fixture
def page(familiar: Room) -> AlbumsPage:
    made = familiar.page(AlbumsPage, Destination(navigation.ALBUMS))
    assert isinstance(made, AlbumsPage)
    return made


def cards(page: AlbumsPage) -> dict[str, PictureCard]:
    found = [one for one in page.findChildren(PictureCard) if one.isVisible()]
    return {one.accessibleName(): one for one in found}


def summer(familiar: Room) -> Album:
    familiar.context.history.decide(albums.album_of("Summer", familiar.ids[:3]))
    return familiar.library(lambda library: library.albums.all()[0])


def test_everyone_has_an_album_of_their_own(familiar: Room, page: AlbumsPage, qtbot: QtBot) -> None:
    qtbot.mouseClick(cards(page)["Ada, 10 photos"], Qt.MouseButton.LeftButton)
    assert familiar.went[-1] == Destination(navigation.PEOPLE, concept_id=1)


def test_an_album_is_made_undone_and_made_again_with_its_photos(
    familiar: Room, page: AlbumsPage
) -> None:
    album = summer(familiar)
    assert "Summer, 3 photos" in cards(page)
    familiar.context.history.undo()
    assert "Summer, 3 photos" not in cards(page)
    familiar.context.history.redo()
    assert "Summer, 3 photos" in cards(page)
    assert familiar.library(lambda library: set(library.albums.photos(album.id))) == set(
        familiar.ids[:3]
    )


def test_photos_are_added_and_only_new_ones_are_taken_back(familiar: Room) -> None:
    album = summer(familiar)
    familiar.context.history.decide(albums.added(album.id, album.name, familiar.ids[2:5]))
    assert familiar.library(lambda library: len(library.albums.photos(album.id))) == 5
    familiar.context.history.undo()
    kept = familiar.library(lambda library: set(library.albums.photos(album.id)))
    assert kept == set(familiar.ids[:3])


def test_photos_are_taken_out_of_the_open_album(familiar: Room, page: AlbumsPage) -> None:
    album = summer(familiar)
    page.enter(Destination(navigation.ALBUMS, album_id=album.id))
    page.album._take_out(familiar.context, familiar.ids[:1])
    assert len(page.album.panel.grid.shown) == 2
    familiar.context.history.undo()
    assert len(page.album.panel.grid.shown) == 3


def test_an_album_is_renamed_and_removed_with_undo(familiar: Room, page: AlbumsPage) -> None:
    album = summer(familiar)
    page.enter(Destination(navigation.ALBUMS, album_id=album.id))
    page.album.rename("Skagen")
    assert page.album.title.text() == "Skagen"
    familiar.context.history.undo()
    assert page.album.title.text() == "Summer"
    page.album.remove()
    assert familiar.library(lambda library: library.albums.count()) == 0
    assert familiar.went[-1] == Destination(navigation.ALBUMS)
    familiar.context.history.undo()
    assert familiar.library(lambda library: library.albums.count()) == 1


def test_a_saved_search_opens_as_the_search_it_is(
    familiar: Room, page: AlbumsPage, qtbot: QtBot
) -> None:
    familiar.context.history.decide(albums.saved_search("Ada on the beach"))
    qtbot.keyClick(cards(page)["Ada on the beach, search"], Qt.Key.Key_Return)
    assert familiar.went[-1] == Destination(navigation.LIBRARY, query="Ada on the beach")


def test_a_trip_is_found_opened_renamed_and_removed_with_undo(
    familiar: Room, page: AlbumsPage, qtbot: QtBot
) -> None:
    found = FoundTrip(familiar.ids[3:6], 0, 2 * 86_400, "A weekend by the lake", familiar.ids[4])
    familiar.library(lambda library: library.trips.replace([found], "made up"))
    familiar.context.changes.tell(Change.of("albums"))
    qtbot.mouseClick(cards(page)["A weekend by the lake, 3 photos"], Qt.MouseButton.LeftButton)
    page.enter(familiar.went[-1])
    assert page.album.title.text() == "A weekend by the lake"
    assert page.album.figures.text() == "1 January 1970 – 3 January 1970 · 3 photos"
    page.album.rename("Skagen")
    assert page.album.title.text() == "Skagen"
    familiar.context.history.undo()
    assert page.album.title.text() == "A weekend by the lake"
    page.album.remove()
    assert familiar.library(lambda library: library.trips.count()) == 0
    familiar.context.history.undo()
    assert familiar.library(lambda library: library.trips.count()) == 1


def test_a_new_album_is_named_on_the_page(familiar: Room, page: AlbumsPage, qtbot: QtBot) -> None:
    page.make.click()
    [asking] = page.window().findChildren(Asking)
    qtbot.keyClicks(asking.line, "Summer")
    qtbot.keyClick(asking.line, Qt.Key.Key_Return)
    assert "Summer, 0 photos" in cards(page)
    familiar.context.history.undo()
    assert "Summer, 0 photos" not in cards(page)


def test_an_album_is_renamed_where_its_title_stands(
    familiar: Room, page: AlbumsPage, qtbot: QtBot
) -> None:
    album = summer(familiar)
    page.enter(Destination(navigation.ALBUMS, album_id=album.id))
    qtbot.keyClick(page.album.panel.grid, Qt.Key.Key_F2)
    assert page.album.title.line.hasFocus()
    qtbot.keyClicks(page.album.title.line, "Skagen")
    qtbot.keyClick(page.album.title.line, Qt.Key.Key_Return)
    assert page.album.title.text() == "Skagen"
    assert familiar.library(lambda library: library.albums.all()[0].name) == "Skagen"
    assert page.album.panel.grid.hasFocus()
