"""Where a photo was taken, which album it is in, what type it is of: conditions of a query."""

from __future__ import annotations

from functools import cached_property

from engine.library.albums import Album
from engine.library.library import Library
from engine.library.trips import Trip
from engine.search.words import fold

VIDEO = "video"

_TYPES = {
    "video": VIDEO, "videos": VIDEO, "movie": VIDEO, "movies": VIDEO,
    "photo": "photo", "photos": "photo", "picture": "photo", "pictures": "photo",
    "image": "photo", "images": "photo", "raws": "raw", "jpg": "jpeg", "heif": "heic",
    "tif": "tiff",
}  # fmt: skip
_ALWAYS = {VIDEO, "photo", "raw"}
"""Types there may be none of, and that are no words for what is in a picture all the same."""


class Conditions:
    """What one library has of places, albums and types, read when first asked."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def knows(self, key: str, value: str) -> bool:
        """Whether there is such a place (`in`), album (`album`) or type (`type`)."""
        if key == "in":
            return bool(self._library.spots.named(value))
        if key == "album":
            return bool(self._by_hand(value) or self._trips_named(value))
        return _type(value) in _ALWAYS | set(self._formats)

    def in_place(self, name: str) -> set[int]:
        """The photos taken there."""
        return self._library.spots.photos(name)

    def in_album(self, name: str) -> set[int]:
        """The photos in the albums of this name, made by hand or found."""
        albums = [one for one in self._by_hand(name) if one.query is None]
        found = {photo for one in albums for photo in self._library.albums.photos(one.id)}
        for trip in self._trips_named(name):
            found |= set(self._library.trips.photos(trip.id))
        return found

    def saved_search(self, name: str) -> str | None:
        """What an album of this name looks for, if it is a saved search."""
        return next((one.query for one in self._by_hand(name) if one.query is not None), None)

    def of_type(self, word: str) -> set[int]:
        """The photos of a type: "video", "photo", "RAW", "PNG"."""
        kind = _type(word)
        if kind == "photo":
            wanted = [form for folded, form in self._formats.items() if folded != VIDEO]
        else:
            wanted = [self._formats[kind]] if kind in self._formats else []
        return self._library.info.of_formats(wanted)

    def _by_hand(self, name: str) -> list[Album]:
        return [one for one in self._albums if fold(one.name) == fold(name)]

    def _trips_named(self, name: str) -> list[Trip]:
        return [one for one in self._trips if fold(one.title) == fold(name)]

    @cached_property
    def _albums(self) -> list[Album]:
        return self._library.albums.all()

    @cached_property
    def _trips(self) -> list[Trip]:
        return self._library.trips.all()

    @cached_property
    def _formats(self) -> dict[str, str]:
        """The library's formats, by their folded names."""
        return {fold(form): form for form in self._library.info.formats()}


def _type(word: str) -> str:
    return _TYPES.get(fold(word), fold(word))
