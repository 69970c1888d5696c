"""What the owner says of photos, one thing after another, and whether a library knows it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from engine.errors import UsageError
from engine.library.library import Library
from tests.faults.pictures import Pictures, name

_MOST = 60
_OF_PHOTOS = (1, 2, 3)
"""What is said of photos alone, by the rest of its number when divided by six."""
ADA, REX = "Ada", "Rex"
_SPARED = 24
"""Photos below this number are those that are taught from; nothing else is said of them."""


def sayings(pictures: Pictures) -> list[int]:
    """The numbers of what there is to say of so many photos, and of whom was taught."""
    numbers = range(min(_MOST, pictures.many - _SPARED))
    return [one for one in numbers if pictures.taught or one % 6 in _OF_PHOTOS]


class Owner:
    """Says things by their numbers; said again, each is as if it was said once."""

    def __init__(self, library: Library, pictures: Pictures) -> None:
        self._library = library
        self._pictures = pictures

    def say(self, number: int) -> None:
        """Say one thing; it counts once this has returned."""
        library, photo = self._library, self._photo(number)
        match number % 6:
            case 0:
                library.decisions.decide(self._someone(ADA), photo, _state(number))
            case 1:
                library.photos.set_favourite(photo, True)
            case 2:
                library.captions.edit(photo, _words(number))
            case 3:
                album = self._album(number)
                if album is None:
                    album = library.albums.create(_album_name(number)).id
                library.albums.add(album, [photo])
            case 4:
                library.decisions.decide(self._someone(REX), photo, _state(number))
            case _:
                library.tags.add(self._someone(ADA), photo, (0.1, 0.1, 0.5, 0.4))

    def remembers(self, number: int) -> bool:
        """Whether what was said stands in the library."""
        library, photo = self._library, self._photo(number)
        match number % 6:
            case 0:
                return library.decisions.current(self._someone(ADA), photo) == _state(number)
            case 1:
                return photo in library.photos.favourites()
            case 2:
                caption = library.captions.get(photo)
                return caption is not None and caption.template == _words(number)
            case 3:
                album = self._album(number)
                return album is not None and photo in library.albums.photos(album)
            case 4:
                return library.decisions.current(self._someone(REX), photo) == _state(number)
            case _:
                tagged = library.tags.of_concept(self._someone(ADA))
                return photo in {one.photo_id for one in tagged if one.box is not None}

    def decided(self) -> dict[int, list[int]]:
        """What there is to learn from: photo ids by concept id."""
        asked: dict[int, list[int]] = {}
        for number in sayings(self._pictures):
            if number % 6 not in _OF_PHOTOS:
                who = self._someone(REX if number % 6 == 4 else ADA)
                asked.setdefault(who, []).append(self._photo(number))
        return asked

    def _photo(self, number: int) -> int:
        path = self._pictures.first / name(_SPARED + number)
        photo = self._library.photos.by_path(path)
        if photo is None:
            raise UsageError(f"{path} is not in the library.")
        return photo.id

    def _someone(self, who: str) -> int:
        concept = self._library.concepts.named(who)
        if concept is None:
            raise UsageError(f"Nobody is called {who}.")
        return concept.id

    def _album(self, number: int) -> int | None:
        name = _album_name(number)
        return next((one.id for one in self._library.albums.all() if one.name == name), None)


def forgotten(home: Path, pictures: Pictures, said: Iterable[int]) -> list[int]:
    """Those things that were said which a library no longer knows; its files are left alone."""
    said = list(said)
    if not said:
        return []
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "home")
        shutil.copytree(home, copy)
        with Library.open(copy, create=False) as library:
            owner = Owner(library, pictures)
            return [one for one in said if not _knows(owner.remembers, one)]


def _knows(remembers: Callable[[int], bool], number: int) -> bool:
    try:
        return remembers(number)
    except UsageError:
        return False


def _state(number: int) -> str:
    return "confirmed" if number % 4 == 0 else "rejected"


def _words(number: int) -> str:
    return f"what I said of number {number}"


def _album_name(number: int) -> str:
    return f"Album {number % 4}"
