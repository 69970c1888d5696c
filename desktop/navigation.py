"""Where the window is: a page and what it shows, with a way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal

LIBRARY = "library"
PEOPLE = "people"
ALBUMS = "albums"
PHOTO = "photo"
ACTIVITY = "activity"
SETTINGS = "settings"
WELCOME = "welcome"

_KEPT = 50


Box = tuple[float, float, float, float]
Lesson = tuple[tuple[int, "Box | None"], ...]
"""Photos, and where in each the one to be taught is, as fractions of it; None: somewhere."""


@dataclass(frozen=True)
class Destination:
    """A page, and what it is to show where that is not everything.

    query: a search, on the library page. concept_id: one person, pet or thing. album_id: one album.
    photo_id: one photo, on the photo page, with `among`, the photos before and after it. lesson:
    someone new is to be taught, on the people page, from these photos and the parts of them.
    """

    page: str
    query: str | None = None
    concept_id: int | None = None
    album_id: int | str | None = None
    photo_id: int | None = None
    lesson: Lesson | None = None
    among: Sequence[int] = field(default=(), compare=False, repr=False)


class Navigation(QObject):
    """Remembers where the window was; the window shows what `went` says."""

    went = Signal(object)
    """The `Destination` that is to be shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._trail: list[Destination] = []

    @property
    def here(self) -> Destination | None:
        """What is shown now; None before anything was."""
        return self._trail[-1] if self._trail else None

    @property
    def can_go_back(self) -> bool:
        """Whether there is something before this."""
        return len(self._trail) > 1

    def go(self, page: str, **details: object) -> None:
        """Show a page; the details are those of `Destination`."""
        self.go_to(Destination(page, **details))  # type: ignore[arg-type]

    def go_to(self, destination: Destination) -> None:
        """Show a destination; going where one is already only tells the page again."""
        if destination != self.here:
            self._trail = [*self._trail[1 - _KEPT :], destination]
        self.went.emit(destination)

    def replace(self, destination: Destination) -> None:
        """Note where the page has moved by itself, such as to the next photo: no step of its own,
        and nothing is emitted."""
        self._trail[-1:] = [destination]

    def back(self) -> None:
        """Show what was shown before."""
        if self.can_go_back:
            self._trail.pop()
            self.went.emit(self._trail[-1])
