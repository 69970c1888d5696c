"""Walks the path: starts the program, takes each step in its running loop, and closes it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from desktop import app
from desktop.grid.grid import PhotoGrid
from desktop.window import Window
from engine.library import Library
from tests.desktop.walk import hands, sight
from tests.desktop.walk.hands import Keyboard, Mouse

_PATIENCE = 120.0
MOUSE, KEYBOARD = "mouse", "keyboard"


class Step:
    """One step: how it is taken, and what must be so afterwards.

    name: a few words. `mouse` and `keyboard` take it; `after` waits for what follows, and fails
    if that never comes.
    """

    name = ""

    def mouse(self, walk: Walk) -> None:
        """Take it by mouse; letters are typed."""

    def keyboard(self, walk: Walk) -> None:
        """Take it by keyboard alone."""

    def after(self, walk: Walk) -> None:
        """What must be so now."""


@dataclass
class Walk:
    """One walk, by mouse or by keyboard. photos: the folder that is chosen on the way.
    look: given each picture's name (`<step>` or `<step>, <detail>`) when there is one to take."""

    home: Path
    photos: Path
    by: str
    look: Callable[[str, QWidget], None] = lambda name, window: None
    took: dict[str, float] = field(default_factory=dict)
    """Seconds that each step took, with what had to be so after it."""

    def __post_init__(self) -> None:
        self.hand, self.keys = Mouse(), Keyboard()
        self.notes: dict[str, str] = {}
        """What later steps come back to."""
        self._step = ""
        self._failed: BaseException | None = None

    def go(self, path: Sequence[Step]) -> None:
        """Start Familiar, take the steps, close it; raises what went wrong."""
        QTimer.singleShot(0, lambda: self._take(path))
        try:
            status = app.main(self.home)
        finally:
            for window in QApplication.topLevelWidgets():
                window.deleteLater()
        if self._failed is not None:
            raise self._failed
        assert status == 0

    def wait(self, until: Callable[[], object], what: str) -> None:
        """Let the window go on until something is so."""
        end = time.monotonic() + _PATIENCE
        while not until():
            assert time.monotonic() < end, f"{what}: this never came; {sight.everything_said()}"
            self.pause(0.02)

    def wait_for(self, text: str) -> None:
        """Wait until something in sight says so."""
        self.wait(lambda: sight.says(text), text)

    def pause(self, seconds: float) -> None:
        """Let the window go on for a moment."""
        loop = QEventLoop()
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        loop.exec()
        hands.give_keyboard()

    def settle(self) -> None:
        """Wait until what is on the page has its pictures and its place."""
        busy = (self.window.context.reader, self.window.context.thumbnails)
        quiet = 0
        while quiet < 4:
            self.pause(0.02)
            quiet = 0 if any(one.busy for one in busy) else quiet + 1

    def answer(self, opens: Callable[[], None], act: Callable[[QDialog], None]) -> None:
        """Do what opens a dialog, and act in it; the dialog must be closed by that."""
        failed: list[BaseException] = []
        over = False

        def inside() -> None:
            dialog = QApplication.activeModalWidget()
            if not isinstance(dialog, QDialog):
                if not over:
                    QTimer.singleShot(10, inside)
                return
            try:
                act(dialog)
            except BaseException as error:
                failed.append(error)
                dialog.reject()

        QTimer.singleShot(0, inside)
        opens()
        over = True
        if failed:
            raise failed[0]

    def note_picture(self, detail: str) -> None:
        """The window is worth a picture in the middle of a step."""
        self.look(f"{self._step[3:]}, {detail}", self.window)

    # What is there

    @property
    def window(self) -> Window:
        """The window of the program."""
        return next(one for one in QApplication.topLevelWidgets() if isinstance(one, Window))

    @property
    def grid(self) -> PhotoGrid:
        """The photos on the page."""
        grid = sight.find("Photos")
        assert isinstance(grid, PhotoGrid), sight.everything_said()
        return grid

    def library(self) -> Library:
        """The library as it is on the disk; to be closed by who asks."""
        return Library.open(self.home)

    def photo_id(self, name: str) -> int:
        """The photo in a file of this name, without its ending."""
        with self.library() as library:
            photo = library.photos.by_path(self.photos / f"{name}.jpg")
        assert photo is not None, name
        return photo.id

    def row_of(self, name: str) -> int:
        """Its row on the page."""
        row = self.grid.shown.row_of(self.photo_id(name))
        assert row >= 0, f"{name} is not shown"
        return row

    def resting(self) -> bool:
        """Whether no job is being done."""
        return all(job.ended for job in self.window.context.engine.jobs())

    def _take(self, path: Sequence[Step]) -> None:
        try:
            for number, step in enumerate(path, 1):
                began = time.monotonic()
                self._step = f"{number:02} {step.name}"
                getattr(step, self.by)(self)
                step.after(self)
                self.took[self._step] = time.monotonic() - began
                self.settle()
                self.look(step.name, self.window)
        except BaseException as error:
            self._failed = error
            error.add_note(f"at step {self._step!r} by {self.by}")
            QApplication.exit(1)
        else:
            QTimer.singleShot(0, self.window.close)
