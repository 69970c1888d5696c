"""The first minute: the welcome, a folder, and the photos that come in."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QFileDialog

from desktop.pages.library.page import LibraryPage
from tests.desktop.walk import hands, sight
from tests.desktop.walk.sight import Role
from tests.desktop.walk.walk import Step, Walk

CHOOSE = "Choose a folder…"
_TRIES = 5
"""Qt's picker, while it is still reading a folder, may put what it read over what is typed."""


class Welcome(Step):
    """Familiar is started for the first time."""

    name = "welcome"

    def after(self, walk: Walk) -> None:
        walk.wait_for("Where are your photos?")
        walk.wait(lambda: walk.keys.here == CHOOSE, "what is to be done first has the keyboard")
        start = sight.find("Start", Role.Button)
        assert start is not None
        assert not start.isEnabled(), "there is nothing to start with"
        assert not sight.says("People & pets"), "there is nobody to see yet"


class ChooseFolder(Step):
    """Dropped on the window; by keyboard, in Qt's own picker in place of the system's."""

    name = "choose a folder"

    def mouse(self, walk: Walk) -> None:
        walk.hand.drop([walk.photos], "Or drop folders onto this window.")

    def keyboard(self, walk: Walk) -> None:
        def fill(dialog: QDialog) -> None:
            assert isinstance(dialog, QFileDialog)
            for _ in range(_TRIES):
                hands.press("Ctrl+A")
                hands.type_text(str(walk.photos))
                if dialog.selectedFiles() == [str(walk.photos)]:
                    break
            hands.press("Return")

        walk.answer(lambda: hands.press("Return"), fill)

    def after(self, walk: Walk) -> None:
        walk.wait_for(str(walk.photos))
        walk.wait(lambda: walk.keys.here == "Start", "what is to be done next has the keyboard")


class Start(Step):
    """The photos come in, and each gets a caption."""

    name = "the photos come in"

    def mouse(self, walk: Walk) -> None:
        walk.hand.click("Start")
        self._watch(walk)

    def keyboard(self, walk: Walk) -> None:
        hands.press("Return")
        self._watch(walk)

    def after(self, walk: Walk) -> None:
        count = len(list(walk.photos.glob("*.jpg")))
        walk.wait(walk.resting, "the photos are looked after")
        walk.wait_for(f"Library, {count}")
        walk.wait(lambda: len(walk.grid.shown) == count, "every photo is shown")
        walk.wait(lambda: not _page(walk)._rest.isActive(), "in its place, which its date says")
        with walk.library() as library:
            assert library.captions.count() == count
        walk.wait(lambda: _all_there(walk), "every photo in sight has its picture")
        assert not sight.says("Pause"), "nothing is being done any more"

    def _watch(self, walk: Walk) -> None:
        walk.wait(lambda: isinstance(walk.window.page, LibraryPage), "the library is shown")
        walk.settle()
        walk.note_picture("a moment later")
        walk.wait(lambda: sight.find("Photos") and len(walk.grid.shown), "there are photos")
        walk.wait_for("Writing captions")
        walk.wait(lambda: _all_there(walk), "every photo in sight has its picture")
        walk.settle()
        walk.note_picture("captions are written")


def _page(walk: Walk) -> LibraryPage:
    page = walk.window.page
    assert isinstance(page, LibraryPage)
    return page


def _all_there(walk: Walk) -> bool:
    grid, pixmap = walk.grid, walk.window.context.thumbnails.pixmap
    seen = (grid.photos.photo_id(row) for row in range(*grid.in_sight()))
    return all(pixmap(grid.picture(photo)) for photo in seen)
