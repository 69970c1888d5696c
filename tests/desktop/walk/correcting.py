"""A question about the photo; what Familiar says of it is put right, and taken back."""

from __future__ import annotations

from PySide6.QtCore import QPoint

from desktop.pages.photo.page import PhotoPage
from desktop.pages.photo.stage import Stage
from tests.desktop.walk import hands, sight
from tests.desktop.walk.finding import found
from tests.desktop.walk.sight import Role
from tests.desktop.walk.teaching import NAME
from tests.desktop.walk.walk import Step, Walk

NOT_HER = f"This is not {NAME}"
WORDS = " on a Sunday"


class Ask(Step):
    """One question that is answered from what is known of the photo, one that is not."""

    name = "ask"
    question, answer = f"Is {NAME} in this photo?", "Yes"

    def mouse(self, walk: Walk) -> None:
        walk.hand.click("Ask about this photo", Role.EditableText)
        hands.type_text(self.question)
        hands.press("Return")

    def keyboard(self, walk: Walk) -> None:
        hands.press("A")
        assert walk.keys.here == "Ask about this photo"
        hands.type_text(self.question)
        hands.press("Return")

    def after(self, walk: Walk) -> None:
        walk.wait_for("from what Familiar recognised")
        assert sight.says(f"{self.question} {self.answer}"), sight.everything_said()


class SayNo(Step):
    """Familiar is told that she is not there: her name goes from the photo and its caption."""

    name = "no, that is not her"

    def mouse(self, walk: Walk) -> None:
        walk.notes["caption"] = caption(walk)
        walk.hand.click(NOT_HER, Role.Button)

    def keyboard(self, walk: Walk) -> None:
        walk.notes["caption"] = caption(walk)
        walk.keys.tab_to(NOT_HER, back=True)
        walk.settle()
        walk.note_picture("the button has the keyboard")
        hands.press("Return")

    def after(self, walk: Walk) -> None:
        walk.wait_for(f"{NAME} is not in this photo")
        walk.wait(lambda: not sight.says(NOT_HER), "she is not among those who are here")
        walk.wait(lambda: NAME not in caption(walk), "nor in the caption")
        walk.wait(walk.resting, "it is learned")
        assert state(walk) == "rejected"
        assert NAME not in caption(walk)


class Tag(Step):
    """She is, after all: her name for a box that is drawn, or by keyboard for the whole photo."""

    name = "she is here"

    def mouse(self, walk: Walk) -> None:
        walk.hand.click("Add someone who is here", Role.Button)
        walk.settle()
        walk.note_picture("the pen")
        stage = self._stage(walk)
        rect = stage.viewport.rect.toRect()
        walk.hand.drag(
            stage,
            rect.topLeft() + QPoint(rect.width() // 12, rect.height() // 12),
            rect.topLeft() + QPoint(rect.width() * 3 // 4, rect.height() * 11 // 12),
        )
        hands.type_text(NAME)
        walk.settle()
        walk.note_picture("her name")
        walk.hand.click(f"This is {NAME}", Role.Button)

    def keyboard(self, walk: Walk) -> None:
        hands.press("T")
        assert walk.keys.here == "Who is this? Name"
        hands.type_text(NAME[:3].lower())
        walk.settle()
        walk.note_picture("her name is offered")
        hands.press("Tab")
        hands.press("Return")

    def after(self, walk: Walk) -> None:
        walk.wait_for(f"{NAME} is in this photo")
        walk.wait_for("you said so")
        assert state(walk) == "confirmed"

    def _stage(self, walk: Walk) -> Stage:
        page = walk.window.page
        assert isinstance(page, PhotoPage)
        return page.stage


class UndoTag(Step):
    """The last thing said is taken back: she is not in the photo again."""

    name = "undo the name"

    def mouse(self, walk: Walk) -> None:
        walk.hand.click("Undo", Role.Button, of=f"{NAME} is in this photo")

    def keyboard(self, walk: Walk) -> None:
        hands.press("Ctrl+Z")

    def after(self, walk: Walk) -> None:
        walk.wait_for(f"Undone: {NAME} is in this photo")
        walk.wait(lambda: not sight.says(NOT_HER), "she is not among those who are here")
        walk.wait(walk.resting, "it is learned")
        walk.wait_for("Written by the starter pack")
        assert state(walk) == "rejected"


class UndoNo(Step):
    """And what was said before that: all is as it was."""

    name = "undo the no"

    def mouse(self, walk: Walk) -> None:
        hands.press("Ctrl+Z")

    def keyboard(self, walk: Walk) -> None:
        hands.press("Ctrl+Z")

    def after(self, walk: Walk) -> None:
        walk.wait_for(f"Undone: {NAME} is not in this photo")
        walk.wait_for(NOT_HER)
        walk.wait(lambda: caption(walk) == walk.notes["caption"], "the caption is what it was")
        walk.wait(walk.resting, "it is learned")
        walk.wait_for("Written by the starter pack")
        assert state(walk) == "recognised"


class EditCaption(Step):
    """The owner's words in the caption; her name in them stays a name."""

    name = "edit the caption"

    def mouse(self, walk: Walk) -> None:
        walk.hand.click("Edit the caption", Role.Button)
        self._write(walk)

    def keyboard(self, walk: Walk) -> None:
        hands.press("E")
        self._write(walk)

    def after(self, walk: Walk) -> None:
        walk.wait_for("Written by you")
        assert caption(walk) == walk.notes["caption"] + WORDS
        with walk.library() as library:
            kept = library.captions.get(walk.photo_id(walk.notes["photo"]))
        assert kept is not None
        assert kept.edited
        assert "{c" in kept.template, "she is still named, not written"

    def _write(self, walk: Walk) -> None:
        assert walk.keys.here == "Caption"
        hands.press("End")
        hands.type_text(WORDS)
        walk.settle()
        walk.note_picture("being written")
        hands.press("Return")


class UndoCaption(Step):
    """Familiar's caption again."""

    name = "undo the caption"

    def mouse(self, walk: Walk) -> None:
        walk.hand.click("Go back to Familiar's caption", Role.Button)

    def keyboard(self, walk: Walk) -> None:
        hands.press("Ctrl+Z")

    def after(self, walk: Walk) -> None:
        walk.wait_for("Written by the starter pack")
        assert caption(walk) == walk.notes["caption"]


class GoBack(Step):
    """The photos that were found are there again, where one was."""

    name = "back to what was found"

    def mouse(self, walk: Walk) -> None:
        walk.hand.click("Back", Role.Button)

    def keyboard(self, walk: Walk) -> None:
        hands.press("Escape")

    def after(self, walk: Walk) -> None:
        walk.wait(lambda: found(walk), "what is found is shown")
        assert walk.keys.here == "Photos"
        assert walk.grid.currentIndex().row() == walk.row_of(walk.notes["photo"])


def caption(walk: Walk) -> str:
    """The caption beside the photo, as it is read."""
    page = walk.window.page
    assert isinstance(page, PhotoPage)
    text = page.panel.caption.text
    return sight.name_of(text) if sight.in_sight(text) else ""


def state(walk: Walk) -> str | None:
    """What the library holds of her in this photo."""
    photo = walk.photo_id(walk.notes["photo"])
    with walk.library() as library:
        concept = library.concepts.named(NAME)
        assert concept is not None
        said = {one.concept_id: one.state for one in library.sightings.of_photo(photo)}
    return said.get(concept.id)
