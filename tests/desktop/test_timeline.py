"""The headings of the timeline: months, and where one was."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from desktop.pages.library.page import LibraryPage
from desktop.reading.places import read_places
from desktop.reading.timeline import read_timeline
from engine.library import Library
from engine.library.info import Info
from engine.library.spots import Spot
from engine.news import Change
from tests.desktop.conftest import MakeContext

BERLIN = Spot("Berlin", "Berlin", "Germany", "DE")
LISBON = Spot("Lisbon", "Lisbon", "Portugal", "PT")
SINTRA = Spot("Sintra", "Lisbon", "Portugal", "PT")
NORWAY = Spot("", "", "Norway", "NO")


def put(library: Library, months: Sequence[Sequence[Spot | None]]) -> None:
    """Photos of the months of 2024, from January on, taken in these places."""
    folder, number = library.folders.add("/photos").id, 0
    for month, spots in enumerate(months, 1):
        for spot in spots:
            number += 1
            path = f"/photos/{number}.jpg"
            photo = library.photos.record(path, f"{number:064x}"[::-1], 1, 1, folder)
            when = f"2024-{month:02}-01T12:00:{number % 60:02}"
            library.info.put_many({photo: Info(4, 3, when, 1.0, 1.0, None, "JPEG")})
            library.spots.put_many({photo: spot})


def test_months_say_where_most_photos_were_taken(home: Path) -> None:
    with Library.open(home) as library:
        put(
            library,
            [
                [BERLIN] * 6,
                [BERLIN] * 9 + [LISBON] * 2 + [SINTRA] * 5,
                [None] * 6,
                [LISBON] * 3 + [SINTRA] * 3,
                [BERLIN] * 30 + [NORWAY] * 3,
                [BERLIN] * 5 + [NORWAY],
            ],
        )
        places = read_places(library, read_timeline(library))
    assert places == {
        (2024, 1): "Berlin",
        (2024, 2): "Sintra, Lisbon",  # not home, although most were taken there
        (2024, 4): "Lisbon, Sintra",
        (2024, 5): "Berlin",  # Norway was only passed through
        (2024, 6): "Norway, Berlin",
    }


def test_where_nobody_knows_a_place_there_is_none(home: Path) -> None:
    with Library.open(home) as library:
        assert read_places(library, read_timeline(library)) == {}
        put(library, [[None] * 6])
        assert read_places(library, read_timeline(library)) == {}


def test_the_library_writes_them_in_its_headings(
    qtbot: QtBot, make_context: MakeContext, home: Path
) -> None:
    with Library.open(home) as library:
        put(library, [[LISBON] * 6, [SINTRA] * 6])
        library.concepts.add("Biscuit", "pet")
    context = make_context(home)
    context.household.read()
    page = LibraryPage(context)
    qtbot.addWidget(page)
    page.resize(700, 500)
    with qtbot.waitExposed(page):
        page.show()
    grid, known = page.panel.grid, {(2024, 2): "Sintra", (2024, 1): "Lisbon"}

    def heading() -> QImage:
        return grid.viewport().grab().toImage().copy(0, 0, 500, 40)

    assert grid.places == known
    named = heading()
    grid.show_places({})
    assert heading() != named
    grid.show_places(known)
    assert heading() == named
    context.reader._shelf.library().spots.put_many({int(grid.shown.ids[0]): LISBON})
    context.changes.tell(Change.of("albums"))
    assert grid.places == {(2024, 2): "Sintra, Lisbon", (2024, 1): "Lisbon"}
    page.bar.set_text("before:2025 ")
    assert len(grid.shown) == 12
    assert grid.places == {}, "what is found may have been taken elsewhere"
    page.bar.set_text("")
    assert grid.places == {(2024, 2): "Sintra, Lisbon", (2024, 1): "Lisbon"}
    page.close()
