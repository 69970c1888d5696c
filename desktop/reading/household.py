"""What the sidebar shows: how many photos and albums there are, and who is seen most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.library import Library
    from engine.library.tags import Box


@dataclass(frozen=True)
class Someone:
    """A person, pet or thing: name, in how many photos, and the photo (and part) that shows it."""

    concept_id: int
    name: str
    kind: str
    photos: int
    cover: int | None
    box: Box | None


@dataclass(frozen=True)
class Household:
    """Counts, and everyone known, those in most photos first."""

    photos: int
    albums: int
    people: tuple[Someone, ...]


def read_household(library: Library) -> Household:
    """Read it; takes a moment in a large library."""
    people = []
    for concept in library.concepts.all():
        seen = [one for one in library.sightings.of_concept(concept.id) if one.named]
        tags = library.tags.of_concept(concept.id)
        cover, box = None, None
        if tags:
            cover, box = tags[0].photo_id, tags[0].box
        elif seen:
            cover, box = seen[0].photo_id, seen[0].box
        if box is None and cover is not None:
            box = next((one.box for one in seen if one.photo_id == cover), None)
        people.append(Someone(concept.id, concept.name, concept.kind, len(seen), cover, box))
    people.sort(key=lambda one: (-one.photos, one.name))
    return Household(library.photos.count(), len(library.albums.all()), tuple(people))
