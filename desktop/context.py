"""What a page is given: everything it may use, and nothing of the window around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QApplication

from desktop.changes import Changes
from desktop.decisions.history import History
from desktop.navigation import Navigation
from desktop.notices import Notices
from desktop.pictures.loader import Pictures
from desktop.preferences import Preferences
from desktop.process.engine import Engine
from desktop.reading.drives import Drives
from desktop.reading.household import Households
from desktop.reading.lanes import Lane, ThreadLane
from desktop.reading.others import Others
from desktop.reading.reader import Reader
from desktop.reading.shelf import Shelf
from desktop.theme import Appearance
from desktop.thumbnails.loader import Thumbnails


@dataclass(frozen=True)
class Context:
    """engine: the engine process. reader: reads of the library, off the window's thread.
    thumbnails: small pictures. pictures: large ones. history: decisions of the owner, with undo.
    changes: what is different in the library. drives: which folders are there.
    others: what other programs write. household: who is known, and counts.
    navigation: which page is shown. notices: toasts. preferences: what this window remembers.
    appearance: light or dark."""

    home: Path
    engine: Engine
    reader: Reader
    thumbnails: Thumbnails
    pictures: Pictures
    history: History
    changes: Changes
    drives: Drives
    others: Others
    household: Households
    navigation: Navigation
    notices: Notices
    preferences: Preferences
    appearance: Appearance

    @classmethod
    def make(
        cls,
        app: QApplication,
        home: Path,
        engine: Engine,
        make_lane: Callable[[str], Lane] = ThreadLane,
    ) -> Context:
        """Everything for the library in `home`; tests give lanes that run things at once."""
        shelf = Shelf(home)
        preferences = Preferences(home)
        reader = Reader(shelf, make_lane)
        changes = Changes()
        notices = Notices()
        thumbnails = Thumbnails(shelf, make_lane)
        engine.changed.connect(changes.gather)
        # Before any page hears of it: what pages ask for then is not known to be missing.
        changes.changed.connect(thumbnails.hear)
        reader.failed.connect(notices.say)
        return cls(
            home=home,
            engine=engine,
            reader=reader,
            thumbnails=thumbnails,
            pictures=Pictures(shelf, make_lane),
            history=History(reader, engine, changes, notices),
            changes=changes,
            drives=Drives(reader, changes),
            others=Others(reader, engine, changes),
            household=Households(reader, changes),
            navigation=Navigation(),
            notices=notices,
            preferences=preferences,
            appearance=Appearance(app, preferences.text("appearance", "system")),
        )

    def start(self) -> None:
        """Read what is shown everywhere; call it when the window has been painted."""
        self.household.read()
        self.drives.start()
        self.others.start()

    def close(self) -> None:
        """End the threads, after what was decided is written, and close the library."""
        self.changes.stop()
        self.drives.stop()
        self.others.stop()
        self.household.stop()
        self.thumbnails.close()
        self.pictures.close()
        self.reader.close()
