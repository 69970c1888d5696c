"""Who is known and how much there is: for the sidebar, for chips, for completing names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.changes import Changes
from desktop.process.messages import Change
from desktop.reading.reader import ASIDE, Reader

if TYPE_CHECKING:
    from engine.library import Library
    from engine.library.tags import Box

_REST_MS = 2000
"""Counting takes a moment in a large library, and nobody minds a number two seconds old."""


@dataclass(frozen=True)
class Someone:
    """A person, pet or thing that is not hidden: name, what it is, in how many photos it is and in
    how many it may be, and the photo (and the part of it) that stands for it."""

    concept_id: int
    name: str
    kind: str
    noun: str
    photos: int
    to_check: int
    cover: int | None
    box: Box | None


@dataclass(frozen=True)
class Household:
    """Counts, and everyone known, those in most photos first."""

    photos: int = 0
    albums: int = 0
    people: tuple[Someone, ...] = ()

    def someone(self, concept_id: int) -> Someone | None:
        """One of them by id."""
        return next((one for one in self.people if one.concept_id == concept_id), None)


class Households(QObject):
    """Keeps what is known about everyone up to date."""

    changed = Signal(object)
    """A `Household` that differs from the one before."""

    def __init__(self, reader: Reader, changes: Changes, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reader = reader
        self.now = Household()
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self.read)
        changes.changed.connect(self._hear)

    def read(self) -> None:
        """Read it again, now."""
        self._reader.read(self, read_household, self._show, lane=ASIDE, key="household")

    def stop(self) -> None:
        """Read no more."""
        self._rest.stop()

    def _hear(self, change: Change) -> None:
        if "concepts" in change.what:
            self.read()
        elif change.what & {"photos", "sightings", "albums"} and not self._rest.isActive():
            self._rest.start()

    def _show(self, household: Household) -> None:
        if household != self.now:
            self.now = household
            self.changed.emit(household)


def read_household(library: Library) -> Household:
    """Read it; takes a moment in a large library."""
    people = [
        Someone(
            concept_id=one.concept.id,
            name=one.concept.name,
            kind=one.concept.kind,
            noun=one.concept.noun,
            photos=one.photos,
            to_check=one.suggested,
            cover=one.cover.photo_id if one.cover else None,
            box=one.cover.box if one.cover else None,
        )
        for one in library.people.all()
        if not one.concept.hidden
    ]
    people.sort(key=lambda one: (-one.photos, one.name))
    return Household(library.photos.count(), library.albums.count(), tuple(people))
