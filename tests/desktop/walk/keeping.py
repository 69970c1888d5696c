"""An album by hand, of the photos that are still selected."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QDialog, QLineEdit, QMenu

from tests.desktop.walk import hands, sight
from tests.desktop.walk.sight import Role
from tests.desktop.walk.teaching import LESSON
from tests.desktop.walk.walk import Step, Walk

TO_ALBUM = "Add to an album…"
ALBUM = "Our cat"


class KeepInAlbum(Step):
    """A menu at the button, a new album, and its name."""

    name = "keep them in an album"

    def mouse(self, walk: Walk) -> None:
        walk.hand.click(TO_ALBUM, Role.Button)
        menu = self._menu(walk)

        def name(dialog: QDialog) -> None:
            self._look(walk)
            hands.type_text(ALBUM)
            walk.hand.click("OK", Role.Button)

        new = menu.actions()[-1]
        walk.answer(lambda: walk.hand.click_on(menu, menu.actionGeometry(new).center()), name)

    def keyboard(self, walk: Walk) -> None:
        walk.keys.tab_to(TO_ALBUM)
        hands.press("Return")
        menu = self._menu(walk)
        hands.press("Up")
        assert menu.activeAction() == menu.actions()[-1]

        def name(dialog: QDialog) -> None:
            self._look(walk)
            hands.type_text(ALBUM)
            hands.press("Return")

        walk.answer(lambda: hands.press("Return"), name)

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

    def _look(self, walk: Walk) -> None:
        line = sight.front().findChild(QLineEdit)
        assert line is not None
        assert line.hasFocus()
        walk.pause(0.1)
        walk.note_picture("its name")
