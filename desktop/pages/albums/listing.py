"""What the albums page shows: albums by hand, saved searches, trips and days, everyone's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.library import Library
    from engine.library.albums import Album
    from engine.library.people import Person
    from engine.library.tags import Box
    from engine.library.trips import Trip


@dataclass(frozen=True)
class Entry:
    """One album as a card. What opens it: an album, a trip, or a concept's number.

    photos: None for a saved search, which is only counted when it is opened.
    """

    title: str
    photos: int | None
    cover: int | None = None
    box: Box | None = None
    album: Album | None = None
    trip: Trip | None = None
    concept_id: int | None = None


@dataclass(frozen=True)
class Listing:
    """The page's sections."""

    by_hand: tuple[Entry, ...]
    searches: tuple[Entry, ...]
    trips: tuple[Entry, ...]
    people: tuple[Entry, ...]

    def __len__(self) -> int:
        return sum(map(len, (self.by_hand, self.searches, self.trips, self.people)))


def read_listing(library: Library) -> Listing:
    """Read it."""
    first = library.albums.first_photos()
    albums = library.albums.all()
    shown = [one for one in library.people.all() if one.photos and not one.concept.hidden]
    shown.sort(key=lambda one: (-one.photos, one.concept.name))
    return Listing(
        tuple(_of_album(one, first.get(one.id)) for one in albums if one.query is None),
        tuple(_of_album(one, None) for one in albums if one.query is not None),
        tuple(Entry(one.title, one.photos, one.cover, trip=one) for one in library.trips.all()),
        tuple(_of_person(one) for one in shown),
    )


def _of_album(album: Album, first: int | None) -> Entry:
    count = album.photos if album.query is None else None
    return Entry(album.name, count, album.cover or first, album=album)


def _of_person(person: Person) -> Entry:
    cover = person.cover
    return Entry(
        person.concept.name,
        person.photos,
        None if cover is None else cover.photo_id,
        None if cover is None else cover.box,
        concept_id=person.concept.id,
    )
