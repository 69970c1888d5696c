"""All that is known about one photo, read in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.thumbnails.picture import Box
from engine.library.tags import same_face

if TYPE_CHECKING:
    from engine.library import Library
    from engine.library.carried import CarriedName
    from engine.library.info import Info
    from engine.library.sightings import Sighting

CONFIRMED, RECOGNISED, SUGGESTED = "confirmed", "recognised", "suggested"

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
    it was put into; carried: names that its file gives to faces, of which nobody has said yes or
    no; rating: 1 to 5 stars that others gave it, or -1 where they rejected it."""

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
    carried: tuple[CarriedName, ...] = ()
    rating: int | None = None

    @property
    def here(self) -> tuple[Seen, ...]:
        """Those in the photo that are no question any more."""
        return tuple(one for one in self.seen if one.sure)


def read_facts(library: Library, photo_id: int) -> Facts | None:
    """Read it; None when the photo is not in the library, or not any more."""
    photo = library.photos.get(photo_id)
    if photo is None or not photo.paths:
        return None
    names, known = library.concepts.shown_names(), library.concepts.names()
    sightings = library.sightings.of_photo(photo_id)
    problems = library.problems.for_paths(photo.paths)
    place = library.photos.place(photo.paths[0])
    carried = tuple(library.carried.of_photo(photo_id))
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
        strangers=_strangers(library, photo_id, sightings, carried),
        away=bool(library.absence.away([photo_id])),
        problems=tuple(dict.fromkeys(one.reason for one in problems.values())),
        albums=tuple(one.name for one in library.albums.of_photo(photo_id)),
        carried=carried,
        rating=library.hints.get(photo_id).rating,
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


def _strangers(
    library: Library,
    photo_id: int,
    sightings: Sequence[Sighting],
    carried: Sequence[CarriedName],
) -> tuple[Box, ...]:
    """The faces that belong to nobody seen here, that the owner has not set aside, and to which
    the file gives no name."""
    taken = [one.box for one in sightings if one.state in _ORDER and one.box is not None]
    ignored = library.strangers.of_photos([photo_id]).get(photo_id, [])
    taken += [one.box for one in ignored]
    taken += [face.box for one in carried for face in one.faces]
    faces = [one.box for one in library.faces.of_photo(photo_id)]
    return tuple(face for face in faces if not any(same_face(face, other) for other in taken))
