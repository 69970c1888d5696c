"""Who is this? Two photos of the cat, her name, and what is found of her."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt

from desktop.pages.people.page import PeoplePage
from tests.desktop.walk import hands, sight
from tests.desktop.walk.sight import Role
from tests.desktop.walk.walk import Step, Walk

NAME = "Chelsea"
LESSON = ("Chelsea 01", "Chelsea 03")


class ChoosePhotos(Step):
    """Two photos that show her."""

    name = "choose two photos of the cat"

    def mouse(self, walk: Walk) -> None:
        for photo, keys in zip(
            LESSON, (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier),
            strict=True,
        ):  # fmt: skip
            walk.hand.click_on(walk.grid.viewport(), middle(walk, photo), keys)

    def keyboard(self, walk: Walk) -> None:
        assert walk.keys.here == "Photos", "the photos have the keyboard"
        hands.press("Home")
        hands.press("Space")
        for photo in LESSON:
            go_to(walk, photo)
            hands.press("Space")

    def after(self, walk: Walk) -> None:
        walk.wait_for(f"{len(LESSON)} selected")
        chosen = {walk.photo_id(one) for one in LESSON}
        assert set(walk.grid.selected_ids().tolist()) == chosen


class AskWho(Step):
    """They are what somebody new is learned from."""

    name = "who is this"

    def mouse(self, walk: Walk) -> None:
        walk.hand.click("Who is this?", Role.Button)

    def keyboard(self, walk: Walk) -> None:
        walk.keys.tab_to("Who is this?")
        walk.note_picture("the button has the keyboard")
        hands.press("Return")

    def after(self, walk: Walk) -> None:
        walk.wait_for("Add someone")
        assert isinstance(walk.window.page, PeoplePage)
        assert len(walk.window.page.teaching.examples.examples) == len(LESSON)
        assert walk.keys.here == "Name", "her name is what is asked for"


class Teach(Step):
    """Her name, that she is a pet, and she is found in the other photos."""

    name = "her name"

    def mouse(self, walk: Walk) -> None:
        walk.hand.click("Name", Role.EditableText)
        hands.type_text(NAME)
        walk.hand.click("Pet", Role.RadioButton)
        walk.settle()
        walk.note_picture("a pet")
        walk.hand.click("Learn", Role.Button)

    def keyboard(self, walk: Walk) -> None:
        hands.type_text(NAME)
        walk.keys.tab_to("Person")
        hands.press("Right")
        assert walk.keys.here == "Pet"
        walk.settle()
        walk.note_picture("a pet")
        walk.keys.tab_to("Learn")
        hands.press("Return")

    def after(self, walk: Walk) -> None:
        walk.wait_for(f"{NAME}: found in ")
        walk.settle()
        walk.note_picture("found")
        walk.wait(walk.resting, "her captions are written")
        walk.wait_for(f"{NAME}, ")
        with walk.library() as library:
            concept = library.concepts.named(NAME)
            assert concept is not None
            assert concept.kind == "pet"
            found = library.sightings.photos_of(concept.id)
        assert len(found) > len(LESSON), "she is found where nobody said that she is"


class SeeNames(Step):
    """Back among all photos, captions say who is there."""

    name = "captions show her name"

    def mouse(self, walk: Walk) -> None:
        walk.hand.click(f"Library, {len(list(walk.photos.glob('*.jpg')))}")
        walk.settle()
        walk.hand.rest_on(walk.grid.viewport(), middle(walk, LESSON[0]))

    def keyboard(self, walk: Walk) -> None:
        hands.press("Ctrl+1")
        walk.settle()
        go_to(walk, LESSON[0])

    def after(self, walk: Walk) -> None:
        row = walk.row_of(LESSON[0])
        walk.wait(lambda: NAME in walk.grid.photos.text(row), "the caption names her")


def middle(walk: Walk, photo: str) -> QPoint:
    """Where a photo is on the page."""
    return walk.grid.visualRect(walk.grid.photos.index(walk.row_of(photo))).center()


def go_to(walk: Walk, photo: str) -> None:
    """Go to a photo with the arrows; what is selected stays so."""
    row = walk.row_of(photo)
    here = walk.grid.currentIndex().row()
    assert here >= 0
    for _ in range(abs(row - here)):
        hands.press("Ctrl+Right" if row > here else "Ctrl+Left")
    assert walk.grid.currentIndex().row() == row
    assert sight.in_sight(walk.grid)
