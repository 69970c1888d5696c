"""Decisions about albums: made by hand, saved searches, their names and photos."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from desktop import words
from desktop.decisions.decision import Decision
from desktop.process.messages import Change

if TYPE_CHECKING:
    from engine.library import Library
    from engine.library.albums import Album


def make_album(name: str, photo_ids: Sequence[int]) -> Decision:
    """A new album with these photos."""
    return _new(name, None, photo_ids)


def save_search(name: str, query: str) -> Decision:
    """An album of whatever a search finds."""
    return _new(name, query, ())


def add_photos(album: Album, photo_ids: Sequence[int]) -> Decision:
    """Photos into an album."""
    new: list[int] = []

    def do(library: Library) -> Change:
        new[:] = library.albums.add(album.id, photo_ids)
        return Change.of("albums")

    def undo(library: Library) -> Change:
        library.albums.take_out(album.id, new)
        return Change.of("albums")

    text = words.tr("{} added to {}").format(words.photos(len(photo_ids)), album.name)
    return Decision(text, do, undo)


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


def _new(name: str, query: str | None, photo_ids: Sequence[int]) -> Decision:
    made: dict[str, int] = {}

    def do(library: Library) -> Change:
        if "album" in made:
            library.albums.restore(made["album"])
        else:
            made["album"] = _create(library, name, query, photo_ids)
        return Change.of("albums")

    def undo(library: Library) -> Change:
        library.albums.remove(made["album"])
        return Change.of("albums")

    return Decision(words.tr("The album {} was made").format(name), do, undo)


def _create(library: Library, name: str, query: str | None, photo_ids: Sequence[int]) -> int:
    with library.transaction():
        if query is not None:
            return library.albums.save_search(name, query).id
        album = library.albums.create(name)
        library.albums.add(album.id, photo_ids)
        return album.id
