"""All that is known about one photo, read in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.thumbnails.picture import Box

if TYPE_CHECKING:
    from engine.library import Library
    from engine.library.info import Info
    from engine.library.sightings import Sighting

CONFIRMED, RECOGNISED, SUGGESTED = "confirmed", "recognised", "suggested"

_SAME_FACE = 0.3
"""How much two boxes share of what they cover together, from which on they show the same face."""
_ORDER = (CONFIRMED, RECOGNISED, SUGGESTED)


@dataclass(frozen=True)
class Seen:
    """Someone in the photo. state: confirmed, recognised or suggested; box: where, if known."""

    concept_id: int
    name: str
    kind: str
    state: str
    box: Box | None

    @property
    def sure(self) -> bool:
        """Whether it is not a question any more."""
        return self.state != SUGGESTED


@dataclass(frozen=True)
class Words:
    """A photo's caption. template: with slots; text: with today's names; model: the version that
    wrote it, None if the owner did; stale: it is to be written again."""

    template: str
    text: str
    model: str | None
    stale: bool

    @property
    def edited(self) -> bool:
        """Whether these are the owner's words."""
        return self.model is None


@dataclass(frozen=True)
class Facts:
    """One photo. names: what every concept is called in captions; known: those that have a name of
    their own, which can be written; strangers: faces nobody has named; size: of the file, in bytes;
    place: where it was taken, in words, empty where that is not known; problems: sentences about
    its files; away: whether none of these was there when last looked for; albums: names of those
    it was put into."""

    photo_id: int
    paths: tuple[Path, ...]
    size: int | None
    favourite: bool
    info: Info | None
    place: str
    caption: Words | None
    names: Mapping[int, str]
    known: Mapping[int, str]
    seen: tuple[Seen, ...]
    strangers: tuple[Box, ...]
    problems: tuple[str, ...]
    away: bool
    albums: tuple[str, ...]

    @property
    def here(self) -> tuple[Seen, ...]:
        """Those in the photo that are no question any more."""
        return tuple(one for one in self.seen if one.sure)


def read_facts(library: Library, photo_id: int) -> Facts | None:
    """Read it; None when there is no such photo."""
    photo = library.photos.get(photo_id)
    if photo is None:
        return None
    names, known = library.concepts.shown_names(), library.concepts.names()
    sightings = library.sightings.of_photo(photo_id)
    problems = library.problems.for_paths(photo.paths)
    place = library.photos.place(photo.paths[0]) if photo.paths else None
    return Facts(
        photo_id=photo_id,
        paths=photo.paths,
        size=None if place is None else place.size,
        favourite=photo.favourite,
        info=library.info.get(photo_id),
        place=_place(library, photo_id),
        caption=_caption(library, photo_id, names),
        names=names,
        known=known,
        seen=_seen(library, sightings),
        strangers=_strangers(library, photo_id, sightings),
        away=bool(library.absence.away([photo_id])),
        problems=tuple(dict.fromkeys(one.reason for one in problems.values())),
        albums=tuple(one.name for one in library.albums.of_photo(photo_id)),
    )


def _place(library: Library, photo_id: int) -> str:
    """`Skagen, Denmark`."""
    spot = library.spots.get(photo_id)
    parts = () if spot is None else (spot.city or spot.region, spot.country)
    return ", ".join(part for part in parts if part)


def _caption(library: Library, photo_id: int, names: Mapping[int, str]) -> Words | None:
    from engine.library.templates import render

    caption = library.captions.get(photo_id)
    if caption is None:
        return None
    text = render(caption.template, names)
    return Words(caption.template, text, caption.model, caption.stale)


def _seen(library: Library, sightings: Sequence[Sighting]) -> tuple[Seen, ...]:
    """Those who are here, the surest first; what the owner rejected is not."""
    here = []
    for one in sightings:
        concept = library.concepts.get(one.concept_id) if one.state in _ORDER else None
        if concept is not None:
            here.append((one, Seen(concept.id, concept.name, concept.kind, one.state, one.box)))
    here.sort(key=lambda pair: (_ORDER.index(pair[0].state), -pair[0].score, pair[1].name))
    return tuple(seen for _, seen in here)


def _strangers(library: Library, photo_id: int, sightings: Sequence[Sighting]) -> tuple[Box, ...]:
    """The faces that belong to nobody seen here and that the owner has not set aside."""
    taken = [one.box for one in sightings if one.state in _ORDER and one.box is not None]
    ignored = library.strangers.of_photos([photo_id]).get(photo_id, [])
    taken += [one.box for one in ignored]
    faces = [one.box for one in library.faces.of_photo(photo_id)]
    return tuple(face for face in faces if all(shared(face, other) < _SAME_FACE for other in taken))


def shared(one: Box, other: Box) -> float:
    """What two boxes share of what they cover together, 0..1."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    if across <= 0 or down <= 0:
        return 0.0
    both = across * down
    areas = ((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return both / (sum(areas) - both)
