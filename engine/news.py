"""What work does to the library, told as it happens, so that whoever shows it can look again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

PHOTOS = "photos"
THUMBNAILS = "thumbnails"
SIGHTINGS = "sightings"
CAPTIONS = "captions"
CONCEPTS = "concepts"
ALBUMS = "albums"
PROBLEMS = "problems"
FAVOURITES = "favourites"
FOLDERS = "folders"

EVERYTHING = frozenset(
    (PHOTOS, THUMBNAILS, SIGHTINGS, CAPTIONS, CONCEPTS, ALBUMS, PROBLEMS, FAVOURITES, FOLDERS)
)
"""What a change may be about."""


@dataclass(frozen=True)
class Change:
    """What is different in the library now, of the words in EVERYTHING.

    photo_ids: the photos it is about; None when that may be any.
    """

    what: frozenset[str]
    photo_ids: frozenset[int] | None = None

    @classmethod
    def of(cls, *what: str, photos: Iterable[int] | None = None) -> Change:
        """A change of these words, to these photos."""
        return cls(frozenset(what), None if photos is None else frozenset(photos))

    def concerns(self, photo_ids: Iterable[int]) -> bool:
        """Whether any of these photos may look different now."""
        return self.photo_ids is None or not self.photo_ids.isdisjoint(photo_ids)


@dataclass(frozen=True)
class Trouble:
    """A file that could not be read, and why, in a sentence."""

    path: Path
    reason: str


Tell = Callable[[Change | Trouble], None]
"""Takes news after it is in the library; called on the thread that does the work: be quick."""


def to_nobody(news: Change | Trouble) -> None:
    """For work that nobody watches."""
