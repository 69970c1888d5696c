"""People and pets: cards, the review, teaching, one person's photos; decisions and their undo."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop import navigation
from desktop.decisions import people
from desktop.decisions.decision import Decision
from desktop.navigation import Destination
from desktop.pages.people.page import PeoplePage
from desktop.pages.people.person_card import PersonCard
from desktop.process.messages import DONE, FAILED, Job
from desktop.widgets import IconButton, Label
from desktop.widgets.asking import Asking
from engine.library import Library
from tests.desktop.pages.rooms import Room, room
from tests.desktop.test_theme import contrast, light

MODEL = "made up 1"


@pytest.fixture
def familiar(home: Path, qtbot: QtBot) -> Iterator[Room]:
    with room(home, qtbot, people=(("Ada", "person"), ("Biscuit", "pet"))) as made:
        made.library(lambda library: _unsure(library, made.ids))
        yield made


def _unsure(library: Library, ids: list[int]) -> None:
    """Biscuit may be in two photos more."""
    sure = [(s.photo_id, s.score, s.state, s.box) for s in library.sightings.of_concept(2)]
    unsure = [(ids[1], 0.45, "suggested", None), (ids[2], 0.4, "suggested", None)]
    library.sightings.put_scores(2, MODEL, [*sure, *unsure])


@pytest.fixture
def page(familiar: Room) -> PeoplePage:
    made = familiar.page(PeoplePage, Destination(navigation.PEOPLE))
    assert isinstance(made, PeoplePage)
    return made


def cards(page: PeoplePage) -> dict[str, PersonCard]:
    found = [one for one in page.findChildren(PersonCard) if one.isVisible()]
    return {one.person.concept.name: one for one in found}


def state(familiar: Room, concept_id: int, photo_id: int) -> str | None:
    def ask(library: Library) -> str | None:
        seen = library.sightings.of_photos([photo_id]).get(photo_id, [])
        return next((one.state for one in seen if one.concept_id == concept_id), None)

    return familiar.library(ask)


def test_everyone_has_a_card_those_in_most_photos_first(page: PeoplePage) -> None:
    assert list(cards(page)) == ["Ada", "Biscuit"]
    assert cards(page)["Biscuit"].accessibleName() == "Biscuit, 6 photos · 2 to check"


def test_of_very_many_photos_to_learn_from_some_are_shown(familiar: Room, page: PeoplePage) -> None:
    page.teaching.begin(tuple((one, None) for one in range(1, 20_001)))
    examples = page.teaching.examples
    crosses = [one for one in examples.findChildren(IconButton) if one.isVisible()]
    assert len(crosses) == 48
    more = [one for one in examples.findChildren(Label) if one.isVisible()]
    assert [one.text() for one in more] == ["and 19,952 more"]
    page.teaching.add_photos([1, 2, 20_001])
    assert [one.photo_id for one in examples.examples] == list(range(1, 20_002))
    page.teaching.close_up()
    assert not examples.examples


def test_a_card_opens_with_a_click_and_with_enter(
    familiar: Room, page: PeoplePage, qtbot: QtBot
) -> None:
    qtbot.mouseClick(cards(page)["Ada"], Qt.MouseButton.LeftButton)
    qtbot.keyClick(cards(page)["Biscuit"], Qt.Key.Key_Return)
    assert [one.concept_id for one in familiar.went] == [1, 2]


def test_the_review_is_answered_by_keyboard_and_every_answer_is_kept(
    familiar: Room, page: PeoplePage, qtbot: QtBot
) -> None:
    asked = []
    for key in (Qt.Key.Key_Y, Qt.Key.Key_N):
        assert page.review.question is not None
        asked.append(page.review.question.photo_id)
        qtbot.keyClick(page.review, key)
    assert state(familiar, 2, asked[0]) == "confirmed"
    assert state(familiar, 2, asked[1]) == "rejected"
    learned = [one.params for one in familiar.engine.asked if one.method == "learn"]
    assert learned == [{"concept_id": 2, "photo_ids": [photo]} for photo in asked]


def test_an_answer_is_undone_and_then_asked_again_but_a_skipped_one_is_not(
    familiar: Room, page: PeoplePage, qtbot: QtBot
) -> None:
    first = page.review.question
    assert first is not None
    qtbot.keyClick(page.review, Qt.Key.Key_N)
    assert state(familiar, 2, first.photo_id) == "rejected"
    familiar.context.history.undo()
    assert state(familiar, 2, first.photo_id) == "suggested"
    assert page.review.question == first
    qtbot.keyClick(page.review, Qt.Key.Key_S)
    page.review.read()
    assert page.review.question != first


def test_someone_is_taught_from_chosen_photos(familiar: Room, page: PeoplePage) -> None:
    page.enter(Destination(navigation.PEOPLE, lesson=((familiar.ids[0], (0.1, 0.1, 0.5, 0.5)),)))
    page.teaching.name.setText("Momo")
    page.teaching.kinds["pet"].click()
    page.teaching.name.returnPressed.emit()
    (request,) = familiar.engine.waiting("teach")
    assert request.params == {
        "name": "Momo",
        "kind": "pet",
        "photos": [{"photo_id": familiar.ids[0], "box": [0.1, 0.1, 0.5, 0.5]}],
    }
    assert request.job is not None
    result = {"concept_id": 3, "recognised": 132, "suggested": 6}
    familiar.engine.set_job(Job(request.job, "teach", "Momo", DONE, result=result))
    said = page.teaching._said.text()
    assert said == "Momo: found in 132 more photos. 6 more may show Momo: say yes or no below."


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("colour", ["white", "black", "grey"])
def test_what_leaves_a_photo_out_is_seen_on_any_photo(
    look: str, colour: str, familiar: Room, page: PeoplePage, tmp_path: Path, qtbot: QtBot
) -> None:
    familiar.context.appearance.choose(look)
    photo = tmp_path / "one.png"
    Image.new("RGB", (200, 200), colour).save(photo)
    page.teaching.begin()
    page.teaching.add_files([photo])
    cross = next(one for one in page.findChildren(IconButton) if "one.png" in one.toolTip())
    tile = cross.parentWidget()
    assert tile is not None
    seen = tile.grab().toImage().copy(cross.geometry().adjusted(4, 4, -4, -4))
    tones = {
        seen.pixelColor(x, y).name() for x in range(seen.width()) for y in range(seen.height())
    }
    # Of the ink itself it is more than 4; its thin lines blend into what is around them.
    assert contrast(max(tones, key=light), min(tones, key=light)) >= 2.5


def test_a_failed_lesson_says_why_and_keeps_what_was_chosen(
    familiar: Room, page: PeoplePage, tmp_path: Path
) -> None:
    page.teaching.add_files([tmp_path / "a.jpg"])
    page.teaching.name.setText("Ada")
    page.teaching.name.returnPressed.emit()
    request = familiar.engine.waiting("teach")[0]
    assert request.job is not None
    sentence = "There is no face in a.jpg."
    familiar.engine.set_job(Job(request.job, "teach", "Ada", FAILED, message=sentence))
    assert page.teaching._said.text() == sentence
    assert len(page.teaching.examples.examples) == 1
    assert page.teaching.name.isEnabled()


def test_nothing_is_taught_twice_by_pressing_twice(familiar: Room, page: PeoplePage) -> None:
    page.teaching.begin(((familiar.ids[0], None),))
    page.teaching.name.setText("Momo")
    page.teaching.name.returnPressed.emit()
    page.teaching.name.returnPressed.emit()
    assert len(familiar.engine.waiting("teach")) == 1


def test_one_persons_photos_can_be_told_apart(familiar: Room, page: PeoplePage) -> None:
    page.enter(Destination(navigation.PEOPLE, concept_id=1))
    assert len(page.someone.panel.grid.shown) == 10
    wrong = familiar.ids[0]
    page.someone._reject(familiar.context, [wrong])
    assert state(familiar, 1, wrong) == "rejected"
    assert len(page.someone.panel.grid.shown) == 9
    familiar.context.history.undo()
    assert len(page.someone.panel.grid.shown) == 10


def test_the_letter_beside_an_action_does_it(
    familiar: Room, page: PeoplePage, qtbot: QtBot
) -> None:
    page.enter(Destination(navigation.PEOPLE, concept_id=1))
    grid = page.someone.panel.grid
    wrong = grid.photos.photo_id(0)
    grid.setFocus()
    qtbot.keyClick(grid, Qt.Key.Key_Home)
    qtbot.keyClick(grid, Qt.Key.Key_N)
    assert state(familiar, 1, wrong) == "rejected"
    assert len(grid.shown) == 9


def test_a_new_name_is_shown_at_once_and_undone(familiar: Room, page: PeoplePage) -> None:
    page.enter(Destination(navigation.PEOPLE, concept_id=1))
    page.someone.rename("  Ada Lovelace ")
    assert page.someone.title.text() == "Ada Lovelace"
    familiar.context.history.undo()
    assert page.someone.title.text() == "Ada"


def test_a_name_that_is_taken_is_refused_with_a_sentence(familiar: Room, page: PeoplePage) -> None:
    page.enter(Destination(navigation.PEOPLE, concept_id=1))
    page.someone.rename("biscuit")
    assert "already" in familiar.said[-1]
    assert familiar.context.history.undoable is None


@pytest.mark.parametrize(
    ("decision", "left"),
    [
        (people.hide(2, "Biscuit"), ["Ada"]),
        (people.remove(2, "Biscuit"), ["Ada"]),
        (people.rename(2, "Biscuit", "Momo"), ["Ada", "Momo"]),
    ],
)
def test_decisions_about_someone_are_seen_and_undone(
    familiar: Room, page: PeoplePage, decision: Decision, left: list[str]
) -> None:
    familiar.context.history.decide(decision)
    assert list(cards(page)) == left
    familiar.context.history.undo()
    assert list(cards(page)) == ["Ada", "Biscuit"]
    familiar.context.history.redo()
    assert list(cards(page)) == left


def test_two_who_are_one_are_merged_and_taken_apart_again(home: Path, qtbot: QtBot) -> None:
    with room(home, qtbot, people=(("Ada", "person"), ("Ada L", "person"))) as familiar:
        page = familiar.page(PeoplePage, Destination(navigation.PEOPLE))
        assert isinstance(page, PeoplePage)
        familiar.context.history.decide(people.merge(1, "Ada", 2, "Ada L"))
        assert list(cards(page)) == ["Ada"]
        assert cards(page)["Ada"].person.photos == 14
        familiar.context.history.undo()
        assert list(cards(page)) == ["Ada", "Ada L"]


def test_photos_of_somebody_else_get_a_name_of_their_own(familiar: Room, page: PeoplePage) -> None:
    wrong = familiar.ids[0]
    familiar.context.history.decide(people.split(1, "Ada", [wrong], "Eve"))
    assert set(cards(page)) == {"Ada", "Biscuit", "Eve"}
    assert state(familiar, 1, wrong) == "rejected"
    familiar.context.history.undo()
    assert set(cards(page)) == {"Ada", "Biscuit"}
    assert state(familiar, 1, wrong) == "recognised"


def test_who_was_split_off_is_learned_and_can_be_undone_and_redone_with_what_followed(
    familiar: Room, page: PeoplePage
) -> None:
    history, wrong = familiar.context.history, familiar.ids[0]
    history.decide(people.split(1, "Ada", [wrong], "Eve"))
    eve = cards(page)["Eve"].person.concept.id
    learned = [one.params for one in familiar.engine.asked if one.method == "learn"]
    assert learned == [{"concept_id": one, "photo_ids": [wrong]} for one in (1, eve)]
    history.decide(people.rename(eve, "Eve", "Eva"))
    for _ in range(2):
        history.undo()
    assert set(cards(page)) == {"Ada", "Biscuit"}
    for _ in range(2):
        history.redo()
    assert set(cards(page)) == {"Ada", "Biscuit", "Eva"}
    assert cards(page)["Eva"].person.photos == 1


def test_who_is_in_no_photo_yet_does_not_widen_the_window(familiar: Room, page: PeoplePage) -> None:
    least = page.minimumSizeHint().width()
    concept = familiar.library(lambda library: library.concepts.add("W" * 100, "person"))
    page.enter(Destination(navigation.PEOPLE, concept_id=concept.id))
    assert page.someone.panel.empty.isVisible()
    assert page.minimumSizeHint().width() <= max(least, 520)


def test_an_empty_page_says_what_to_do(home: Path, qtbot: QtBot) -> None:
    with room(home, qtbot) as familiar:
        page = familiar.page(PeoplePage, Destination(navigation.PEOPLE))
        assert isinstance(page, PeoplePage)
        buttons = [one for one in page.findChildren(QPushButton) if one.isVisible()]
        assert [one.text() for one in buttons].count("Add someone") == 2
        page.add.click()
        assert page._empty.isHidden()
        page.teaching.close_up()
        assert page._empty.isVisible()


def test_someone_is_renamed_where_their_name_stands(
    familiar: Room, page: PeoplePage, qtbot: QtBot
) -> None:
    page.enter(Destination(navigation.PEOPLE, concept_id=1))
    title = page.someone.title
    title.edit()
    qtbot.keyClicks(title.line, "biscuit")
    qtbot.keyClick(title.line, Qt.Key.Key_Return)
    assert "already" in familiar.said[-1]
    assert title.text() == "Ada"
    title.edit()
    qtbot.keyClicks(title.line, "Ada Lovelace")
    qtbot.keyClick(title.line, Qt.Key.Key_Return)
    assert title.text() == "Ada Lovelace"


def test_photos_of_someone_else_are_given_a_name_on_the_page(
    familiar: Room, page: PeoplePage, qtbot: QtBot
) -> None:
    page.enter(Destination(navigation.PEOPLE, concept_id=1))
    page.someone._split(familiar.context, familiar.ids[:1])
    [asking] = page.window().findChildren(Asking)
    qtbot.keyClicks(asking.line, "Grace")
    qtbot.keyClick(asking.line, Qt.Key.Key_Return)
    names = [one.name for one in familiar.library(lambda library: library.concepts.all())]
    assert names == ["Ada", "Biscuit", "Grace"]


def test_photos_of_someone_known_are_moved_to_them(
    familiar: Room, page: PeoplePage, qtbot: QtBot
) -> None:
    eve = familiar.library(lambda library: library.concepts.add("Eve", "person")).id
    page.enter(Destination(navigation.PEOPLE, concept_id=1))
    wrong = familiar.ids[0]
    page.someone._split(familiar.context, [wrong])
    [asking] = page.window().findChildren(Asking)
    qtbot.keyClicks(asking.line, "eve")
    qtbot.keyClick(asking.line, Qt.Key.Key_Return)
    assert familiar.said == ["1 photo of Ada shows Eve"]
    assert (state(familiar, 1, wrong), state(familiar, eve, wrong)) == ("rejected", "confirmed")
    familiar.context.history.undo()
    assert (state(familiar, 1, wrong), state(familiar, eve, wrong)) == ("recognised", None)
