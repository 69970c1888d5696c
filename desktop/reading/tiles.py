"""What a photo's place in a grid says about it, besides its picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from engine.library import Library


class Seen(NamedTuple):
    """Someone or something in a photo, as `engine.library.sightings` has it."""

    name: str
    score: float
    state: str


class Tile(NamedTuple):
    """favourite: one of the owner's. away: none of its files is there right now. problem: why it
    could not be read, or empty. caption: with today's names, empty while there is none. name: of
    its file. taken_at: ISO 8601, or empty. seen: who is in it, by concept id, those included who
    only may be."""

    favourite: bool
    away: bool
    problem: str
    caption: str
    name: str
    taken_at: str
    seen: Mapping[int, Seen]


def read_tiles(library: Library, ids: Sequence[int], away: Sequence[Path]) -> dict[int, Tile]:
    """Tiles by photo id; `away` are the folders that are not there, on top of what the last scan
    has missed."""
    from engine.library.templates import render

    names = library.concepts.shown_names()
    captions = library.captions.many(ids)
    infos = library.info.many(ids)
    sightings = library.sightings.of_photos(ids)
    missed = library.absence.away(ids)
    failed = set(library.stages.failed(ids))
    tiles = {}
    for photo_id, photo in library.photos.many(ids).items():
        found = library.problems.for_paths(photo.paths) if photo_id in failed else {}
        caption, info = captions.get(photo_id), infos.get(photo_id)
        tiles[photo_id] = Tile(
            favourite=photo.favourite,
            away=photo_id in missed
            or (
                bool(away)
                and all(any(path.is_relative_to(one) for one in away) for path in photo.paths)
            ),
            problem=next((one.reason for one in found.values()), ""),
            caption=render(caption.template, names) if caption else "",
            name=photo.paths[0].name if photo.paths else "",
            taken_at=(info.taken_at or "") if info else "",
            seen={
                one.concept_id: Seen(names[one.concept_id], one.score, one.state)
                for one in sightings.get(photo_id, ())
            },
        )
    return tiles
