"""Where pictures are taken: a window on the sample library, whose engine does as it is told."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from desktop import navigation
from desktop.context import Context
from desktop.pages.page import Page
from desktop.window import Window
from tests.desktop.engine_fake import FakeEngine

SIZE = 1200, 750
_QUALITY = 76
_PATIENCE = 30.0

SHOTS: dict[str, Callable[[Studio], None]] = {}
"""Every picture, by name."""


def shot(name: str) -> Callable[[Callable[[Studio], None]], Callable[[Studio], None]]:
    """Marks a function that brings the window into a state worth a picture."""

    def add(act: Callable[[Studio], None]) -> Callable[[Studio], None]:
        SHOTS[name] = act
        return act

    return add


class Studio:
    """One window in one palette, for one picture."""

    def __init__(self, app: QApplication, home: Path, palette: str) -> None:
        self.engine = FakeEngine()
        self.context = Context.make(app, home, self.engine)
        self.context.appearance.choose(palette)
        self.window = Window(self.context)
        self.window.resize(*SIZE)
        self.window.show()
        self.window.activateWindow()
        self.context.start()
        self.wait(lambda: self.context.household.now.photos > 0)

    @property
    def page(self) -> Page:
        """The page that is shown."""
        page = self.window.page
        assert page is not None
        return page

    def go(self, page: str = navigation.LIBRARY, **details: object) -> Page:
        """Show a page, and everything on it."""
        self.context.household.read()  # what was prepared for the picture counts at once
        self.context.navigation.go(page, **details)
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until everything that was asked for is there."""
        quiet = time.monotonic()
        while time.monotonic() - quiet < 0.25:
            self.run(0.03)
            if self.context.reader.busy or self.context.thumbnails.busy:
                quiet = time.monotonic()

    def wait(self, until: Callable[[], bool]) -> None:
        """Let the window go on until something is so."""
        end = time.monotonic() + _PATIENCE
        while not until():
            assert time.monotonic() < end, "this never came to be"
            self.run(0.01)

    def run(self, seconds: float) -> None:
        """Let the window go on for a while."""
        loop = QEventLoop()
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        loop.exec()

    def take(self, path: Path) -> None:
        """The window as it is, as a picture."""
        self.settle()
        image = self.window.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
        size = image.width(), image.height()
        bits = bytes(image.constBits())
        picture = Image.frombuffer("RGB", size, bits, "raw", "RGB", image.bytesPerLine(), 1)
        path.parent.mkdir(parents=True, exist_ok=True)
        picture.save(path, quality=_QUALITY, subsampling=1, optimize=True)

    def close(self) -> None:
        """Done."""
        self.window.close()
        self.window.deleteLater()
        self.context.close()
