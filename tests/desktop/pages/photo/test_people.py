"""Who is where: boxes, questions, names for faces and for boxes that are drawn."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop import navigation
from desktop.decisions import people
from desktop.navigation import Destination
from desktop.pages.photo.marks import NAMED, PERHAPS, STRANGER, label_rect, marks_of
from desktop.pages.photo.page import PhotoPage
from desktop.process.messages import CANCELLED, DONE, FAILED, Job
from desktop.widgets import RoundPicture
from engine.library.tags import Box, shared
from engine.news import Change
from tests.desktop.engine_fake import FakeEngine
from tests.desktop.pages.photo.conftest import (
    ADA_BOX,
    BISCUIT_BOX,
    STRANGER_BOX,
    Face,
    House,
    Open,
)

Key = Qt.Key
NONE = Qt.MouseButton.NoButton
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def group(open_photo: Open, house: House) -> PhotoPage:
    """The photo of Ada, who is a question, and a stranger."""
    return open_photo(house.group)


def point_at(page: PhotoPage, point: QPointF) -> None:
    stage = page.stage
    there = stage.mapToGlobal(point)
    QApplication.sendEvent(stage, QEnterEvent(point, point, there))
    mouse(page, QEvent.Type.MouseMove, point, NONE)


def mouse(page: PhotoPage, kind: QEvent.Type, point: QPointF, buttons: Qt.MouseButton) -> None:
    button = NONE if kind == QEvent.Type.MouseMove else LEFT
    event = QMouseEvent(
        kind, point, page.stage.mapToGlobal(point), button, buttons,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(page.stage, event)


def click(page: PhotoPage, point: QPointF) -> None:
    point_at(page, point)
    mouse(page, QEvent.Type.MouseButtonPress, point, LEFT)
    mouse(page, QEvent.Type.MouseButtonRelease, point, NONE)


def middle(page: PhotoPage, box: Box) -> QPointF:
    return page.stage.viewport.part(box).center()


def draw(page: PhotoPage, box: Box) -> None:
    part = page.stage.viewport.part(box)
    mouse(page, QEvent.Type.MouseButtonPress, part.topLeft(), LEFT)
    mouse(page, QEvent.Type.MouseMove, part.center(), LEFT)
    mouse(page, QEvent.Type.MouseMove, part.bottomRight(), LEFT)
    mouse(page, QEvent.Type.MouseButtonRelease, part.bottomRight(), NONE)


def button(page: PhotoPage, name: str) -> QPushButton:
    """The button of the panel that is called so, for who cannot see it."""
    (found,) = (
        one
        for one in page.panel.findChildren(QPushButton)
        if name in (one.accessibleName(), one.text()) and one.isVisibleTo(page.panel)
    )
    return found


def state(house: House, photo: int, concept: int) -> str | None:
    with house.library() as library:
        found = (
            one.state for one in library.sightings.of_photo(photo) if one.concept_id == concept
        )
        return next(found, None)


def tags(house: House, photo: int) -> dict[int, Box | None]:
    with house.library() as library:
        return {one.concept_id: one.box for one in library.tags.of_photo(photo)}


# Marks


def test_everyone_has_a_mark_of_their_kind(group: PhotoPage, house: House) -> None:
    assert [(one.kind, one.text) for one in group.stage.marks] == [
        (STRANGER, "Who is this?"),
        (PERHAPS, "Ada?"),
    ]
    group.step(-1)
    (biscuit,) = group.stage.marks
    assert (biscuit.kind, biscuit.text, biscuit.box) == (NAMED, "Biscuit", BISCUIT_BOX)


def test_who_has_no_place_in_this_photo_looks_as_elsewhere(open_photo: Open, house: House) -> None:
    with house.library() as library:
        library.tags.add(house.biscuit, house.plain)
    page = open_photo(house.plain)
    biscuit = page.context.household.now.someone(house.biscuit)
    assert biscuit is not None
    (row,) = page.panel.who.rows
    shown = row.findChildren(RoundPicture)[0]._picture()
    assert shown is not None
    assert (shown.photo_id, shown.box) == (biscuit.cover, biscuit.box)


def test_a_face_that_is_somebodys_is_no_stranger(group: PhotoPage) -> None:
    assert group.facts is not None
    assert group.facts.strangers == (STRANGER_BOX,)


def test_a_face_that_was_set_aside_is_not_asked_about(open_photo: Open, house: House) -> None:
    with house.library() as library:
        library.strangers.ignore([(house.group, STRANGER_BOX)])
    page = open_photo(house.group)
    assert page.facts is not None
    assert page.facts.strangers == ()


@pytest.mark.parametrize(
    ("other", "part"),
    [((0, 0, 1, 1), 1.0), ((0.5, 0, 1, 1), 0.5), ((0, 0, 0.5, 0.5), 0.25), ((1, 1, 2, 2), 0.0)],
)
def test_what_boxes_share(other: Box, part: float) -> None:
    assert shared((0, 0, 1, 1), other) == pytest.approx(part)


def test_boxes_appear_while_the_pointer_is_on_the_photo(page: PhotoPage, qtbot: QtBot) -> None:
    stage = page.stage
    edge = stage.viewport.part(BISCUIT_BOX).toRect()

    def colour() -> int:
        return stage.grab().toImage().pixel(edge.left(), edge.center().y())

    before = colour()
    point_at(page, QPointF(5, stage.height() - 5))
    qtbot.waitUntil(lambda: colour() != before)
    QApplication.sendEvent(stage, QEvent(QEvent.Type.Leave))
    qtbot.waitUntil(lambda: colour() == before)


def test_a_name_on_the_photo_leads_to_that_person(page: PhotoPage, house: House) -> None:
    (mark,) = page.stage.marks
    click(page, label_rect(mark, page.stage.viewport).center())
    here = page.context.navigation.here
    assert here == Destination(navigation.PEOPLE, concept_id=house.biscuit)


def test_a_line_of_the_panel_points_out_its_box(page: PhotoPage) -> None:
    button(page, "This is not Biscuit").setFocus()
    shown = page.stage.shown_mark
    assert shown is not None
    assert shown.box == BISCUIT_BOX
    page.stage.setFocus()
    assert page.stage.shown_mark is None


def test_no_mark_lies_outside_of_what_can_be_seen(page: PhotoPage) -> None:
    assert page.facts is not None
    for mark in marks_of(page.facts):
        rect = label_rect(mark, page.stage.viewport)
        assert page.stage.rect().contains(rect.toRect())


# Yes and no


def test_a_question_is_asked_beside_the_box_and_answered_with_yes(
    group: PhotoPage, house: House, engine: FakeEngine
) -> None:
    card = group.asking_who.card
    assert card.isHidden()
    point_at(group, middle(group, ADA_BOX))
    assert card.isVisible()
    assert card.accessibleName() == "Is this Ada?"
    card.yes.click()
    assert card.isHidden()
    assert state(house, group.photo_id or 0, house.ada) == "confirmed"
    assert [one.kind for one in group.stage.marks] == [STRANGER, NAMED]
    (learn,) = (one for one in engine.asked if one.method == "learn")
    assert learn.params == {"concept_id": house.ada, "photo_ids": [house.group]}


def test_no_is_never_asked_again_and_can_be_undone(group: PhotoPage, house: House) -> None:
    point_at(group, middle(group, ADA_BOX))
    group.asking_who.card.no.click()
    assert state(house, house.group, house.ada) == "rejected"
    assert all(one.concept_id != house.ada for one in group.stage.marks)
    group.context.history.undo()
    assert state(house, house.group, house.ada) == "suggested"
    assert any(one.concept_id == house.ada for one in group.stage.marks)


def test_the_question_stays_on_the_way_to_its_buttons_and_goes_with_the_pointer(
    group: PhotoPage, qtbot: QtBot
) -> None:
    card = group.asking_who.card
    point_at(group, middle(group, ADA_BOX))
    point_at(group, QPointF(3, 3))
    assert card.isVisible()
    qtbot.waitUntil(card.isHidden)


def test_yes_and_no_by_keyboard(group: PhotoPage, house: House) -> None:
    yes = button(group, "Is this Ada? Yes")
    yes.setFocus()
    QTest.keyClick(yes, Key.Key_Space)
    assert state(house, house.group, house.ada) == "confirmed"
    # The keyboard stays on the line of the same one.
    assert QApplication.focusWidget() is button(group, "This is not Ada")


def test_someone_recognised_wrongly_is_taken_out(
    page: PhotoPage, house: House, engine: FakeEngine
) -> None:
    said: list[str] = []
    page.context.notices.said.connect(lambda notice: said.append(notice.text))
    button(page, "This is not Biscuit").click()
    assert state(house, house.beach, house.biscuit) == "rejected"
    assert said == ["Biscuit is not in this photo"]
    assert page.panel.who.rows == []


# Names


def test_a_face_without_a_name_gets_one_of_those_known(
    group: PhotoPage, house: House, engine: FakeEngine
) -> None:
    click(group, middle(group, STRANGER_BOX))
    card = group.naming.card
    assert QApplication.focusWidget() is card.line
    QTest.keyClicks(card.line, "to")
    QTest.keyClick(card.line, Key.Key_Return)
    assert card.isHidden()
    assert tags(house, house.group) == {house.tom: STRANGER_BOX}
    assert [one.text for one in group.stage.marks] == ["Ada?", "Tom"]
    (learn,) = (one for one in engine.asked if one.method == "learn")
    assert learn.params == {"concept_id": house.tom, "photo_ids": [house.group]}
    group.context.history.undo()
    assert tags(house, house.group) == {}
    assert group.facts is not None
    assert group.facts.strangers == (STRANGER_BOX,)


def test_a_box_is_drawn_around_someone_known(page: PhotoPage, house: House) -> None:
    QTest.keyClick(page.stage, Key.Key_T)
    assert page.stage.pen
    box = (0.1, 0.5, 0.3, 0.8)
    draw(page, box)
    line = page.naming.card.line
    assert QApplication.focusWidget() is line
    QTest.keyClicks(line, "ada")
    QTest.keyClick(line, Key.Key_Return)
    assert tags(house, house.beach)[house.ada] == pytest.approx(box, abs=0.01)
    assert [page.stage.pen] == [False]
    assert QApplication.focusWidget() is page.stage


def test_a_box_may_be_drawn_after_the_name_is_written(page: PhotoPage, house: House) -> None:
    page.stage.take_pen(True)
    QTest.keyClicks(page.naming.card.line, "Ada")
    draw(page, (0.1, 0.5, 0.3, 0.8))
    assert page.naming.card.line.text() == "Ada"
    QTest.keyClick(page.naming.card.line, Key.Key_Return)
    assert tags(house, house.beach)[house.ada] is not None


def test_the_keyboard_alone_says_who_is_somewhere_in_the_photo(
    page: PhotoPage, house: House
) -> None:
    QTest.keyClick(page.stage, Key.Key_T)
    line = page.naming.card.line
    assert QApplication.focusWidget() is line
    QTest.keyClicks(line, "tom")
    QTest.keyClick(line, Key.Key_Return)
    assert tags(house, house.beach) == {house.tom: None}


def test_a_click_with_the_pen_draws_nothing(page: PhotoPage) -> None:
    page.stage.take_pen(True)
    click(page, QPointF(300, 300))
    assert page.naming.card.box is None
    page.escape()
    assert not page.stage.pen
    assert page.isVisible()


def test_a_new_name_is_kept_at_once_and_then_learned(
    page: PhotoPage, house: House, engine: FakeEngine
) -> None:
    box = (0.1, 0.5, 0.3, 0.8)
    page.stage.take_pen(True)
    draw(page, box)
    card = page.naming.card
    QTest.keyClicks(card.line, "Momo")
    assert card.kinds["person"].isVisible()
    card.kinds["pet"].click()
    card.line.setFocus()
    QTest.keyClick(card.line, Key.Key_Return)
    with house.library() as library:
        momo = library.concepts.named("Momo")
    assert momo is not None
    assert momo.kind == "pet"
    (teach,) = (one for one in engine.asked if one.method == "teach")
    (photo,) = teach.params["photos"]
    assert (teach.params["name"], teach.params["kind"]) == ("Momo", "pet")
    assert photo["photo_id"] == house.beach
    assert tuple(photo["box"]) == tags(house, house.beach)[momo.id]
    assert any(one.text == "Momo" for one in page.stage.marks)


def introduce(page: PhotoPage, name: str) -> None:
    """Write the name of somebody new for the photo."""
    page.stage.take_pen(True)
    QTest.keyClicks(page.naming.card.line, name)
    QTest.keyClick(page.naming.card.line, Key.Key_Return)


def test_who_gets_another_name_while_they_are_learned_stays_the_same(
    page: PhotoPage, house: House, engine: FakeEngine
) -> None:
    introduce(page, "Momo")
    with house.library() as library:
        momo = library.concepts.named("Momo")
    assert momo is not None
    (teach,) = (one for one in engine.asked if one.method == "teach")
    assert teach.params["concept_id"] == momo.id
    page.context.history.decide(people.rename(momo.id, "Momo", "Kiwi"))
    (job,) = (one for one in engine.jobs() if one.id == teach.job)
    assert not job.ended
    page.context.history.decide(people.remove(momo.id, "Kiwi"))
    (job,) = (one for one in engine.jobs() if one.id == teach.job)
    assert job.state == CANCELLED
    page.context.history.undo()
    learn = [one for one in engine.asked if one.method == "learn"]
    assert learn[-1].params["concept_id"] == momo.id


def test_undoing_a_new_name_stops_learning_it(
    page: PhotoPage, house: House, engine: FakeEngine
) -> None:
    introduce(page, "Momo")
    (teach,) = (one for one in engine.asked if one.method == "teach")
    page.context.history.undo()
    (job,) = (one for one in engine.jobs() if one.id == teach.job)
    assert job.state == CANCELLED
    with house.library() as library:
        assert library.concepts.named("Momo") is None
    page.context.history.redo()
    assert any(one.name == "Momo" for one in (page.facts.seen if page.facts else ()))
    learn = [one for one in engine.asked if one.method == "learn"]
    assert learn[-1].params["photo_ids"] == [house.beach]


def test_a_lesson_that_fails_says_why_and_one_that_is_done_is_left_alone(
    page: PhotoPage, engine: FakeEngine
) -> None:
    said: list[str] = []
    page.context.notices.said.connect(lambda notice: said.append(notice.text))
    for name, end, message in (("Momo", FAILED, "It shows nothing."), ("Kiwi", DONE, None)):
        introduce(page, name)
        (job,) = (one for one in engine.jobs() if one.subject == name)
        engine.set_job(Job(job.id, "teach", name, end, message=message))
    assert "It shows nothing." in said
    page.context.history.undo()
    lessons = [one.state for one in engine.jobs() if one.kind == "teach"]
    assert lessons == [FAILED, DONE]


def test_escape_puts_the_pen_away_first(page: PhotoPage) -> None:
    QTest.keyClick(page.stage, Key.Key_T)
    QTest.keyClick(page.naming.card.line, Key.Key_Escape)
    assert not page.naming.active
    assert page.isVisible()
    assert QApplication.focusWidget() is page.stage


def test_a_name_of_another_kind_of_letters_is_found(page: PhotoPage, house: House) -> None:
    with house.library() as library:
        library.concepts.rename(house.tom, "Zoë Ångström")
    page.context.household.read()
    page.stage.take_pen(True)
    line = page.naming.card.line
    QTest.keyClicks(line, "angs")
    QTest.keyClick(line, Key.Key_Tab)
    assert line.text() == "Zoë Ångström"
    someone = line.someone
    assert someone is not None
    assert someone.concept_id == house.tom
    page.escape()


def test_going_on_puts_everything_away(group: PhotoPage) -> None:
    point_at(group, middle(group, ADA_BOX))
    group.stage.take_pen(True)
    group.step(-1)
    assert group.naming.card.isHidden()
    assert group.asking_who.card.isHidden()
    assert not group.stage.pen


def test_a_name_that_is_hidden_is_still_taken(page: PhotoPage, house: House) -> None:
    with house.library() as library:
        library.concepts.hide(house.tom)
    page.context.changes.tell(Change.of("concepts"))
    page.stage.take_pen(True)
    QTest.keyClicks(page.naming.card.line, "tom")
    QTest.keyClick(page.naming.card.line, Key.Key_Return)
    assert tags(house, house.beach) == {house.tom: None}


def test_of_two_that_differ_by_an_accent_the_one_that_is_written_is_tagged(
    open_photo: Open, house: House
) -> None:
    with house.library() as library:
        zoe = [library.concepts.add(name, "person").id for name in ("Zoe", "Zoë")]
        library.tags.add(zoe[1], house.beach)  # in more photos, and so the likelier
    page = open_photo(house.plain)
    page.context.household.read()
    for one, name in zip(zoe, ("Zoe", "Zoë"), strict=True):
        page.naming.name_face((0.1, 0.1, 0.4, 0.4))
        line = page.naming.card.line
        line.setText(name)
        line.textEdited.emit(name)  # as if it was typed
        QTest.keyClick(line, Key.Key_Return)
        assert one in tags(house, house.plain)


def fits(page: PhotoPage) -> None:
    """Nothing in the panel is beyond its edge, and every name can be read."""
    QApplication.processEvents()
    panel = page.panel.widget()
    assert panel is not None
    assert panel.width() <= page.panel.viewport().width()
    for row in page.panel.who.rows:
        assert len(row.buttons[0].text()) > 3


def test_who_may_be_here_and_has_no_place_yet_can_be_answered(
    open_photo: Open, house: House
) -> None:
    with house.library() as library:
        library.sightings.put_scores(house.biscuit, "h", [(house.plain, 0.45, "suggested", None)])
    page = open_photo(house.plain)
    fits(page)
    button(page, "Where is Biscuit?")
    button(page, "Is this Biscuit? Yes").click()
    assert state(house, house.plain, house.biscuit) == "confirmed"
    fits(page)


def test_whatever_they_are_called_the_answers_are_in_sight(open_photo: Open, house: House) -> None:
    wide = "W" * 100
    with house.library() as library:
        library.concepts.rename(house.ada, wide)
        library.concepts.rename(house.tom, wide[1:])
        library.tags.add(house.tom, house.group)
    page = open_photo(house.group)
    fits(page)
    for chip in page.panel.caption.text.chips:
        assert chip.geometry().right() <= page.panel.caption.text.width()
    page.asking_who.card.ask(house.ada, wide)
    assert page.asking_who.card.width() < page.stage.width()
    assert page.asking_who.card.accessibleName() == f"Is this {wide}?"
    for mark in marks_of(page.facts) if page.facts else ():
        assert label_rect(mark, page.stage.viewport).left() >= 0


@pytest.mark.parametrize(("faces", "said"), [(5, "and 1 more face"), (7, "and 3 more faces")])
def test_in_a_crowd_it_is_said_how_many_more_there_are(
    open_photo: Open, house: House, faces: int, said: str
) -> None:
    some = np.ones(4, np.float32)
    boxes = [(at / 10, 0.1, at / 10 + 0.08, 0.2) for at in range(faces)]
    with house.library() as library:
        library.faces.put_many("f", {house.plain: [Face(box, 0.9, some) for box in boxes]})
    page = open_photo(house.plain)
    assert len(page.panel.who.rows) == 4
    assert page.panel.who._note.text() == said


def test_a_new_name_may_be_the_beginning_of_another(page: PhotoPage, house: House) -> None:
    page.naming.name_face((0.1, 0.1, 0.4, 0.4))
    line = page.naming.card.line
    QTest.keyClicks(line, "To")
    QTest.keyClick(line, Key.Key_Up)
    QTest.keyClick(line, Key.Key_Return)
    with house.library() as library:
        named = library.concepts.named("To")
    assert named is not None
    assert set(tags(house, house.beach)) == {named.id}


def test_a_name_that_is_written_whole_is_taken_before_a_longer_one(
    open_photo: Open, house: House
) -> None:
    with house.library() as library:
        library.concepts.rename(house.biscuit, "Tommy")  # in more photos than Tom
        library.concepts.rename(house.ada, "Tomas")
    page = open_photo(house.plain)
    page.context.household.read()
    page.naming.name_face((0.1, 0.1, 0.4, 0.4))
    QTest.keyClicks(page.naming.card.line, "tom")
    QTest.keyClick(page.naming.card.line, Key.Key_Return)
    assert list(tags(house, house.plain)) == [house.tom]
