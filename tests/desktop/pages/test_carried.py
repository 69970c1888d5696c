"""Names that files carry, offered on the page of people and on the photo."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop import navigation
from desktop.navigation import Destination
from desktop.pages.people.carried import LESSON, CarriedCard, Entry
from desktop.pages.people.page import PeoplePage
from desktop.pages.photo.page import PhotoPage
from desktop.process.messages import CANCELLED, DONE, FAILED, Change, Job
from desktop.widgets import Button
from engine.library import Library
from engine.library.hints import Hints, Region
from engine.library.tags import Box
from tests.desktop.pages.rooms import Room, room

BOX: Box = (0.25, 0.25, 0.5, 0.5)
OTHER: Box = (0.6, 0.1, 0.8, 0.3)
LEFT = Qt.MouseButton.LeftButton


def _carry(library: Library, ids: list[int]) -> None:
    """Tove in thirty photos, Nils in two, Ada where nobody has seen her; each photo is 4:3."""
    regions = {one: [Region(BOX, "Tove")] for one in ids[:30]}
    for one in ids[:2]:
        regions[one].append(Region(OTHER, "nils"))
    regions[ids[31]] = [Region(BOX, "ada ")]
    regions[ids[32]] = [Region(BOX, "ADA")]
    library.hints.put_many({one: Hints(regions=tuple(some)) for one, some in regions.items()})


@pytest.fixture
def familiar(home: Path, qtbot: QtBot) -> Iterator[Room]:
    with room(home, qtbot, photos=40) as made:
        made.library(lambda library: library.concepts.add("Ada", "person"))
        made.library(lambda library: _carry(library, made.ids))
        made.context.household.read()
        yield made


@pytest.fixture
def page(familiar: Room) -> PeoplePage:
    made = familiar.page(PeoplePage, Destination(navigation.PEOPLE))
    assert isinstance(made, PeoplePage)
    return made


def entries(card: CarriedCard) -> dict[str, Entry]:
    return {one.offer.folded: one for one in card.entries if card.isVisible()}


def press(familiar: Room, button: Button) -> None:
    familiar.bot.mouseClick(button, LEFT)


def names(familiar: Room) -> list[str]:
    return familiar.library(lambda library: [one.name for one in library.concepts.all()])


def tags(familiar: Room, concept_id: int) -> dict[int, Box | None]:
    return familiar.library(
        lambda library: {one.photo_id: one.box for one in library.tags.of_concept(concept_id)}
    )


def test_names_are_listed_with_how_many_photos(page: PeoplePage) -> None:
    found = entries(page.carried)
    assert [(one, entry.figures.text(), entry.yes.text()) for one, entry in found.items()] == [
        ("tove", "in 30 photos", "Add Tove"),
        ("ada", "in 2 more photos", "Add to Ada"),
        ("nils", "in 2 photos", "Add nils"),
    ]


def test_someone_new_is_taught_from_the_best_faces(familiar: Room, page: PeoplePage) -> None:
    press(familiar, entries(page.carried)["tove"].yes)
    assert names(familiar) == ["Ada", "Tove"]
    (request,) = familiar.engine.waiting("teach")
    assert (request.params["name"], request.params["kind"]) == ("Tove", "person")
    photos = request.params["photos"]
    assert len(photos) == LESSON
    assert all(one["box"] == list(BOX) for one in photos)
    assert tags(familiar, 2) == {one["photo_id"]: BOX for one in photos}
    assert familiar.said == ["Tove is among your people now"]
    entry = entries(page.carried)["tove"]
    assert entry.figures.text() == "Familiar is learning them…"
    assert not entry.yes.isVisible()
    # Where the recogniser does not see her afterwards, it is asked again.
    assert request.job is not None
    familiar.engine.set_job(Job(request.job, "teach", "Tove", DONE, result={}))
    entry = entries(page.carried)["tove"]
    assert (entry.figures.text(), entry.yes.text()) == ("in 6 more photos", "Add to Tove")
    press(familiar, entry.yes)
    assert len(tags(familiar, 2)) == 30
    assert "tove" not in entries(page.carried)


def test_adding_is_undone_before_it_is_learned(familiar: Room, page: PeoplePage) -> None:
    press(familiar, entries(page.carried)["nils"].yes)
    (request,) = familiar.engine.waiting("teach")
    familiar.context.history.undo()
    assert names(familiar) == ["Ada"]
    assert [one.state for one in familiar.engine.jobs() if one.id == request.job] == [CANCELLED]
    assert entries(page.carried)["nils"].yes.isVisible()
    familiar.context.history.redo()
    assert names(familiar) == ["Ada", "nils"]
    assert familiar.engine.waiting("learn")[0].params["photo_ids"] == sorted(familiar.ids[:2])


def test_what_could_not_be_learned_is_said_and_the_name_stays(
    familiar: Room, page: PeoplePage
) -> None:
    press(familiar, entries(page.carried)["nils"].yes)
    (request,) = familiar.engine.waiting("teach")
    assert request.job is not None
    sentence = "No face can be made out in the tagged photos."
    familiar.engine.set_job(Job(request.job, "teach", "nils", FAILED, message=sentence))
    assert familiar.said[-1] == sentence
    assert names(familiar) == ["Ada", "nils"]


def test_someone_known_is_tagged_there(familiar: Room, page: PeoplePage) -> None:
    press(familiar, entries(page.carried)["ada"].yes)
    both = {familiar.ids[31]: BOX, familiar.ids[32]: BOX}
    assert tags(familiar, 1) == both
    assert familiar.said == ["Ada is in 2 photos"]
    (request,) = familiar.engine.waiting("learn")
    assert request.params == {"concept_id": 1, "photo_ids": sorted(both)}
    assert "ada" not in entries(page.carried)
    familiar.context.history.undo()
    assert tags(familiar, 1) == {}
    assert "ada" in entries(page.carried)


def test_a_renamed_person_still_bears_what_files_call_them(
    familiar: Room, page: PeoplePage
) -> None:
    press(familiar, entries(page.carried)["ada"].yes)
    familiar.library(lambda library: library.concepts.rename(1, "Ada Lovelace"))
    more = {familiar.ids[33]: Hints(regions=(Region(BOX, "Ada"),))}
    familiar.library(lambda library: library.hints.put_many(more))
    page.refresh(Change.of("photos"))
    entry = entries(page.carried)["ada"]
    assert (entry.figures.text(), entry.yes.text()) == ("in 1 more photo", "Add to Ada Lovelace")


def test_a_name_that_is_left_out_never_returns(familiar: Room, page: PeoplePage) -> None:
    press(familiar, entries(page.carried)["tove"].no)
    assert familiar.said == ["Tove will not be offered again"]
    assert list(entries(page.carried)) == ["ada", "nils"]
    familiar.context.history.undo()
    assert list(entries(page.carried)) == ["tove", "ada", "nils"]
    familiar.context.history.redo()
    again = familiar.page(PeoplePage, Destination(navigation.PEOPLE))
    assert isinstance(again, PeoplePage)
    assert list(entries(again.carried)) == ["ada", "nils"]


def test_not_now_is_for_this_time(familiar: Room, page: PeoplePage) -> None:
    press(familiar, page.carried.later)
    page.refresh(Change.of("concepts"))
    assert not page.carried.isVisible()
    again = familiar.page(PeoplePage, Destination(navigation.PEOPLE))
    assert isinstance(again, PeoplePage)
    assert again.carried.isVisible()


def test_a_library_where_reading_takes_long_is_read_now_and_then(
    familiar: Room, page: PeoplePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.pages.people.carried._SLOW", -1.0)
    monkeypatch.setattr("desktop.pages.people.carried._SHARE", 20)
    page.carried.read()
    familiar.library(lambda library: library.carried.refuse("Tove"))
    page.carried.read()
    page.carried.read()
    assert list(entries(page.carried)) == ["tove", "ada", "nils"]
    familiar.bot.waitUntil(lambda: list(entries(page.carried)) == ["ada", "nils"])


def test_many_names_are_shown_when_asked_for(familiar: Room, page: PeoplePage) -> None:
    more = {
        one: Hints(regions=(Region(BOX, f"Guest {n}"),))
        for n, one in enumerate(familiar.ids[33:40])
    }
    familiar.library(lambda library: library.hints.put_many(more))
    page.refresh(Change.of("photos"))
    assert len(page.carried.entries) == 6
    assert page.carried.more.text() == "and 4 more"
    press(familiar, page.carried.more)
    assert len(page.carried.entries) == 10
    assert not page.carried.more.isVisible()


def test_where_nobody_is_known_names_come_first(home: Path, qtbot: QtBot) -> None:
    with room(home, qtbot, photos=40) as made:
        made.library(lambda library: _carry(library, made.ids))
        page = made.page(PeoplePage, Destination(navigation.PEOPLE))
        assert isinstance(page, PeoplePage)
        qtbot.waitUntil(lambda: page.carried.y() < page._empty.y())
        assert page._empty.isVisible()


def test_without_names_there_is_no_card(home: Path, qtbot: QtBot) -> None:
    with room(home, qtbot, photos=3) as made:
        page = made.page(PeoplePage, Destination(navigation.PEOPLE))
        assert isinstance(page, PeoplePage)
        assert not page.carried.isVisible()


# -- on the photo ----------------------------------------------------------------------------------


def photo(familiar: Room, photo_id: int) -> PhotoPage:
    page = familiar.page(
        PhotoPage, Destination(navigation.PHOTO, photo_id=photo_id, among=tuple(familiar.ids))
    )
    assert isinstance(page, PhotoPage)
    return page


def lines(page: PhotoPage) -> list[str]:
    assert page.facts is not None
    rows = page.panel.carried.rows
    assert len(rows) == len(page.facts.carried)
    return [one.buttons[0].accessibleName() for one in rows]


def answer(familiar: Room, page: PhotoPage, row: int, word: str) -> None:
    (button,) = [one for one in page.panel.carried.rows[row].buttons if one.text() == word]
    press(familiar, button)


def test_the_file_is_right_about_someone_new(familiar: Room) -> None:
    page = photo(familiar, familiar.ids[0])
    assert lines(page) == [
        "The file says that this is nils. No",
        "The file says that this is Tove. No",
    ]
    answer(familiar, page, 1, "Yes")
    assert tags(familiar, 2) == {familiar.ids[0]: BOX}
    (request,) = familiar.engine.waiting("teach")
    assert request.params["name"] == "Tove"
    assert request.params["photos"] == [{"photo_id": familiar.ids[0], "box": list(BOX)}]
    assert lines(page) == ["The file says that this is nils. No"]
    assert page.facts is not None
    assert [one.name for one in page.facts.seen] == ["Tove"]


def test_the_file_is_right_about_someone_known(familiar: Room) -> None:
    page = photo(familiar, familiar.ids[31])
    answer(familiar, page, 0, "Yes")
    assert tags(familiar, 1) == {familiar.ids[31]: BOX}
    assert lines(page) == []
    assert not page.panel.carried.isVisible()
    familiar.context.history.undo()
    assert lines(page) == ["The file says that this is ada. No"]


def test_the_file_is_wrong(familiar: Room) -> None:
    page = photo(familiar, familiar.ids[31])
    answer(familiar, page, 0, "No")
    assert lines(page) == []
    assert lines(photo(familiar, familiar.ids[32])) == ["The file says that this is ADA. No"]
    decided = familiar.library(lambda library: library.decisions.of_concept(1))
    assert decided == {familiar.ids[31]: "rejected"}
    (request,) = familiar.engine.waiting("learn")
    assert request.params == {"concept_id": 1, "photo_ids": [familiar.ids[31]]}
    familiar.context.history.undo()
    assert lines(page) == ["The file says that this is ada. No"]
    assert familiar.library(lambda library: library.decisions.of_concept(1)) == {}


def test_the_file_is_wrong_about_somebody_nobody_taught(familiar: Room) -> None:
    page = photo(familiar, familiar.ids[1])
    answer(familiar, page, 0, "No")
    assert lines(page) == ["The file says that this is Tove. No"]
    offers = familiar.library(lambda library: library.carried.all())
    assert {one.folded: len(one.faces) for one in offers} == {"tove": 30, "ada": 2, "nils": 1}


def test_the_named_face_is_marked_and_no_stranger(familiar: Room) -> None:
    page = photo(familiar, familiar.ids[31])
    assert page.facts is not None
    assert page.facts.strangers == ()
    assert not page.panel.who._note.isVisible(), "somebody may be known here"
    pointed: list[object] = []
    page.panel.carried.pointed_out.connect(pointed.append)
    page.panel.carried.rows[0].pointed.emit(True)
    (mark,) = pointed
    assert mark in page.stage.marks
