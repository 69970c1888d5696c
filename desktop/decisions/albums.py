"""Decisions about albums: made by hand or of whatever a search finds, filled, renamed, removed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from desktop import words
from desktop.decisions.decision import Decision
from desktop.process.messages import Change

if TYPE_CHECKING:
    from engine.library import Library
    from engine.library.albums import Album
    from engine.library.trips import Trip


_LONGEST = 100
"""Characters of a search that an album is called by."""


def saved_search(query: str) -> Decision:
    """An album of whatever a search finds, today and later, called what it looks for."""
    name = words.shortened(query, _LONGEST)
    return _new(words.tr("“{}” is among your albums").format(name), name, query, ())


def album_of(name: str, photo_ids: Sequence[int]) -> Decision:
    """A new album of these photos."""
    text = (
        words.tr("{} in the new album “{}”").format(words.photos(len(photo_ids)), name)
        if photo_ids
        else words.tr("“{}” is among your albums").format(name)
    )
    return _new(text, name, None, photo_ids)


def _new(text: str, name: str, query: str | None, photo_ids: Sequence[int]) -> Decision:
    made: list[int] = []

    def do(library: Library) -> Change:
        if made:
            library.albums.restore(made[0])
            return Change.of("albums")
        with library.transaction():
            if query is None:
                album = library.albums.create(name)
                library.albums.add(album.id, photo_ids)
            else:
                album = library.albums.save_search(name, query)
        made.append(album.id)
        return Change.of("albums")

    def undo(library: Library) -> Change:
        library.albums.remove(made[0])
        return Change.of("albums")

    return Decision(text, do, undo)


def added(album_id: int, name: str, photo_ids: Sequence[int]) -> Decision:
    """Photos into an album; undoing takes out only those that were not there before."""
    new: list[int] = []

    def do(library: Library) -> Change:
        new[:] = library.albums.add(album_id, photo_ids)
        return Change.of("albums")

    def undo(library: Library) -> Change:
        library.albums.take_out(album_id, new)
        return Change.of("albums")

    text = words.tr("{} in “{}”").format(words.photos(len(photo_ids)), name)
    return Decision(text, do, undo)


def rename_trip(trip: Trip, title: str) -> Decision:
    """A title of the owner's for a trip that Familiar found."""
    before = trip.title if trip.edited else None

    def call(library: Library, called: str | None) -> Change:
        library.trips.rename(trip.id, called)
        return Change.of("albums")

    return Decision(
        words.tr("{} is called {} now").format(trip.title, title),
        lambda library: call(library, title),
        lambda library: call(library, before),
    )


def remove_trip(trip: Trip) -> Decision:
    """A trip shown no more; its photos stay."""

    def do(library: Library) -> Change:
        library.trips.remove(trip.id)
        return Change.of("albums")

    def undo(library: Library) -> Change:
        library.trips.restore(trip.id)
        return Change.of("albums")

    return Decision(words.tr("The album {} was removed").format(trip.title), do, undo)


def take_out(album: Album, photo_ids: Sequence[int]) -> Decision:
    """Photos out of an album; the photos themselves stay."""
    taken: dict[int, str] = {}

    def do(library: Library) -> Change:
        taken.clear()
        taken.update(library.albums.take_out(album.id, photo_ids))
        return Change.of("albums")

    def undo(library: Library) -> Change:
        library.albums.put_back(album.id, taken)
        return Change.of("albums")

    text = words.tr("{} taken out of {}").format(words.photos(len(photo_ids)), album.name)
    return Decision(text, do, undo)


def rename(album: Album, name: str) -> Decision:
    """Another name."""

    def call(library: Library, called: str) -> Change:
        library.albums.rename(album.id, called)
        return Change.of("albums")

    return Decision(
        words.tr("{} is called {} now").format(album.name, name),
        lambda library: call(library, name),
        lambda library: call(library, album.name),
    )


def remove(album: Album) -> Decision:
    """An album away; its photos stay."""

    def do(library: Library) -> Change:
        library.albums.remove(album.id)
        return Change.of("albums")

    def undo(library: Library) -> Change:
        library.albums.restore(album.id)
        return Change.of("albums")

    return Decision(words.tr("The album {} was removed").format(album.name), do, undo)
