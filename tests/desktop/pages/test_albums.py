"""Albums: made, filled, renamed, removed, each with undo; and what opens where."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication
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


def covers(page: AlbumsPage) -> dict[str, int | None]:
    """The photos on the cards of saved searches."""
    return {name: card.picture._photo_id for name, card in cards(page).items() if "search" in name}


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


def test_a_search_of_any_length_can_be_saved(familiar: Room, page: AlbumsPage) -> None:
    query = "Ada on the beach or " * 30
    familiar.context.history.decide(albums.saved_search(query))
    (album,) = familiar.library(lambda library: library.albums.all())
    assert album.query == query.strip()
    assert len(album.name) == 100
    assert familiar.said == [f"“{album.name}” is among your albums"]


def test_an_album_without_photos_is_said_to_be_there(familiar: Room) -> None:
    familiar.context.history.decide(albums.album_of("Summer", ()))
    assert familiar.said == ["“Summer” is among your albums"]


def test_a_saved_search_shows_what_it_finds_first(familiar: Room, page: AlbumsPage) -> None:
    for query in ("Ada on the beach", "nobody anywhere"):
        familiar.context.history.decide(albums.saved_search(query))
    assert covers(page) == {"Ada on the beach, search": None, "nobody anywhere, search": None}
    hit = {"photo_id": str(familiar.ids[2]), "score": 0.4, "why": ""}
    answers = {"Ada on the beach": [hit], "nobody anywhere": []}
    waiting = familiar.engine.waiting("search")
    assert [one.params["limit"] for one in waiting] == [1, 1]
    for request in waiting:
        request.succeed({"chips": [], "total": 1, "hits": answers[request.params["query"]]})
    found = {"Ada on the beach, search": familiar.ids[2], "nobody anywhere, search": None}
    assert covers(page) == found
    page.enter(Destination(navigation.ALBUMS))
    assert covers(page) == found
    assert not familiar.engine.waiting("search")


def test_nobody_waits_for_the_picture_of_a_card_that_is_gone(
    familiar: Room, page: AlbumsPage
) -> None:
    familiar.context.history.decide(albums.saved_search("Ada on the beach"))
    (request,) = familiar.engine.waiting("search")
    card = cards(page)["Ada on the beach, search"]
    familiar.context.history.undo()
    QApplication.sendPostedEvents(card, QEvent.Type.DeferredDelete)
    assert request.over


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


TRIPS = 500


def many_trips(familiar: Room, page: AlbumsPage, count: int = TRIPS) -> None:
    """So many trips, the latest first: `Trip 0`, `Trip 1`..."""
    day = 86_400
    found = [
        FoundTrip([n + 1], 0, (count - n) * day, f"Trip {n}", familiar.ids[n % 30])
        for n in range(count)
    ]
    familiar.library(lambda library: library.trips.replace(found, "made up"))
    familiar.context.changes.tell(Change.of("albums"))
    section, bar = page._sections[2], page._scroll.verticalScrollBar()

    def laid_out() -> bool:
        below = section.mapTo(page._scroll.viewport(), QPoint(0, section.height())).y()
        room = page._scroll.viewport().height() + bar.maximum() - bar.value()
        return section.height() > section.wall.height() and below <= room

    familiar.bot.waitUntil(laid_out)


def made(page: AlbumsPage) -> list[str]:
    """The trips that have a card, from above to below."""
    found = [card for section in page._sections for card in section.wall.cards()]
    return [name.split(",")[0] for card in found if "Trip" in (name := card.accessibleName())]


def test_of_hundreds_of_trips_only_those_in_sight_have_cards(
    familiar: Room, page: AlbumsPage
) -> None:
    many_trips(familiar, page)
    first = made(page)
    assert first[0] == "Trip 0"
    assert len(first) < 60
    bar = page._scroll.verticalScrollBar()
    for value in range(0, bar.maximum(), 300):
        bar.setValue(value)
    bar.setValue(bar.maximum())
    last = made(page)
    assert last[-1] == f"Trip {TRIPS - 1}"
    assert len(last) < 120
    assert "Ada, 10 photos" in cards(page), "what comes below them is there too"
    assert "Trip 0" not in last
    bar.setValue(0)
    assert made(page)[: len(first)] == first


def test_the_keyboard_goes_through_all_of_them(
    familiar: Room, page: AlbumsPage, qtbot: QtBot
) -> None:
    summer(familiar)
    many_trips(familiar, page, 60)
    page.window().activateWindow()
    page.make.setFocus()
    names = []
    for _ in range(62):
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert isinstance(focused, PictureCard)
        names.append(focused.accessibleName().split(",")[0])
        top = focused.mapTo(page._scroll.viewport(), QPoint(0, 0)).y()
        assert 0 <= top < page._scroll.viewport().height(), "what has the keyboard is in sight"
    assert names == ["Summer", *(f"Trip {n}" for n in range(60)), "Ada"]


def test_arrows_go_from_card_to_card(familiar: Room, page: AlbumsPage, qtbot: QtBot) -> None:
    many_trips(familiar, page)
    page.window().activateWindow()
    wall = page._sections[2].wall
    next(wall.cards()).setFocus()

    def pressed(*keys: Qt.Key) -> str:
        for key in keys:
            focused = QApplication.focusWidget()
            assert focused is not None
            qtbot.keyClick(focused, key)
        focused = QApplication.focusWidget()
        assert focused is not None
        top = focused.mapTo(page._scroll.viewport(), QPoint(0, 0)).y()
        assert 0 <= top < page._scroll.viewport().height()
        return focused.accessibleName().split(",")[0]

    key, across = Qt.Key, wall._columns
    assert pressed(key.Key_Up, key.Key_Left) == "Trip 0", "there is nothing before it"
    assert pressed(key.Key_Right) == "Trip 1"
    assert pressed(*[key.Key_Down] * 20) == f"Trip {20 * across + 1}"
    assert pressed(key.Key_Up, key.Key_Left) == f"Trip {19 * across}"
    assert pressed(key.Key_End) == f"Trip {TRIPS - 1}"
    assert pressed(key.Key_Home) == "Trip 0"


def test_what_is_different_moves_nothing_else(familiar: Room, page: AlbumsPage) -> None:
    many_trips(familiar, page)
    bar = page._scroll.verticalScrollBar()
    bar.setValue(5000)
    before = {card.accessibleName(): card for card in page._sections[2].wall.cards()}
    chosen = next(iter(before))
    before[chosen].setFocus()
    at = bar.value()
    trip = next(one for one in familiar.library(lambda library: library.trips.all()))
    familiar.context.history.decide(albums.rename_trip(trip, "Another name"))
    assert bar.value() == at
    after = {card.accessibleName(): card for card in page._sections[2].wall.cards()}
    assert after == before
    familiar.context.history.decide(albums.remove_trip(trip))
    QApplication.processEvents()
    assert QApplication.focusWidget() is before[chosen]
    many_trips(familiar, page, 3)
    familiar.bot.waitUntil(lambda: made(page) == ["Trip 0", "Trip 1", "Trip 2"])
