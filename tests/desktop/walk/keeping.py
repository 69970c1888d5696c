"""An album by hand, of the photos that are still selected."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QMenu

from tests.desktop.walk import hands, sight
from tests.desktop.walk.sight import Role
from tests.desktop.walk.teaching import LESSON
from tests.desktop.walk.walk import Step, Walk

TO_ALBUM = "Add to an album…"
NAME_IT = "What is the new album called?"
ALBUM = "Our cat"


class KeepInAlbum(Step):
    """A menu at the button, a new album, and its name."""

    name = "keep them in an album"

    def mouse(self, walk: Walk) -> None:
        walk.hand.click(TO_ALBUM, Role.Button)
        menu = self._menu(walk)
        walk.hand.click_on(menu, menu.actionGeometry(menu.actions()[-1]).center())
        self._name(walk)
        walk.hand.click("Add", Role.Button)

    def keyboard(self, walk: Walk) -> None:
        walk.keys.tab_to(TO_ALBUM)
        hands.press("Return")
        menu = self._menu(walk)
        hands.press("Up")
        assert menu.activeAction() == menu.actions()[-1]
        hands.press("Return")
        self._name(walk)
        hands.press("Return")

    def after(self, walk: Walk) -> None:
        walk.wait_for(f"{len(LESSON)} photos in the new album “{ALBUM}”")
        walk.wait_for("Albums, 1")

    def _menu(self, walk: Walk) -> QMenu:
        """It is open, and at the button."""
        walk.wait(lambda: isinstance(sight.front(), QMenu), "a menu is open")
        menu = sight.front()
        assert isinstance(menu, QMenu)
        walk.pause(0.1)
        walk.note_picture("the menu")
        button = next(one for one in sight.called(TO_ALBUM, walk.window))
        around = QRect(button.mapToGlobal(QPoint()), button.size()).adjusted(-5, -5, 5, 5)
        if not walk.window.screen().geometry().contains(walk.window.geometry()):
            around.setLeft(0)  # where the screen is too small, Qt moves menus to be seen
        assert around.intersects(menu.geometry()), "the menu is elsewhere"
        return menu

    def _name(self, walk: Walk) -> None:
        walk.wait(lambda: walk.keys.here == NAME_IT, "its name is asked for")
        hands.type_text(ALBUM)
        walk.settle()
        walk.note_picture("its name")
