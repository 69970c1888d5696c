"""Her name and a few free words, and the photo that is meant."""

from __future__ import annotations

from desktop.widgets.chip import Chip
from tests.desktop.walk import hands, sight
from tests.desktop.walk.teaching import NAME, middle
from tests.desktop.walk.walk import Step, Walk

FREE = "in the grass"


class Search(Step):
    """The name becomes a chip, the rest is free words."""

    name = "search"

    def mouse(self, walk: Walk) -> None:
        walk.hand.click("Search")
        hands.type_text(f"{NAME} {FREE}")

    def keyboard(self, walk: Walk) -> None:
        hands.press("Ctrl+F")
        assert walk.keys.here == "Search"
        hands.type_text(NAME[:3].lower())
        walk.settle()
        walk.note_picture("her name is offered")
        hands.press("Tab")
        hands.type_text(FREE)

    def after(self, walk: Walk) -> None:
        walk.wait(lambda: found(walk), "what is found is shown")
        assert chip(NAME), "her name is understood"
        with walk.library() as library:
            concept = library.concepts.named(NAME)
            assert concept is not None
            hers = set(library.sightings.photos_of(concept.id).tolist())
        walk.wait(lambda: set(walk.grid.shown.ids.tolist()) == hers, "all of hers, and no other")


class Open(Step):
    """The photo that is found first, large."""

    name = "open the photo"

    def mouse(self, walk: Walk) -> None:
        photo = self._first(walk)
        walk.hand.double_click_on(walk.grid.viewport(), middle(walk, photo))

    def keyboard(self, walk: Walk) -> None:
        self._first(walk)
        hands.press("Return")
        assert walk.keys.here == "Photos", "what was found has the keyboard"
        hands.press("Down")
        hands.press("Return")

    def after(self, walk: Walk) -> None:
        walk.wait_for(f"This is not {NAME}")
        assert chip(NAME), "the caption names her"

    def _first(self, walk: Walk) -> str:
        with walk.library() as library:
            photo = library.photos.get(int(walk.grid.shown.ids[0]))
        assert photo is not None
        walk.notes["photo"] = photo.paths[0].stem
        return walk.notes["photo"]


def found(walk: Walk) -> bool:
    """Whether what a search by meaning finds is shown."""
    return any(one.title == "What fits best comes first" for one in walk.grid.shown.sections)


def chip(name: str) -> Chip | None:
    """A chip with this name on it."""
    return next((one for one in sight.called(name) if isinstance(one, Chip)), None)
