"""Names that the photos' files carry: offered among the people, and asked about on a photo."""

from __future__ import annotations

from desktop import navigation
from engine.library import Library
from engine.library.hints import Hints, Region
from tests.screenshots.studio import Studio, shot

_NAMES = ("Tove", "Grandma Ruth")


@shot("people-carried")
def people(studio: Studio) -> None:
    with Library.open(studio.context.home) as library:
        _carry(library)
    studio.go(navigation.PEOPLE)
    studio.settle()


@shot("photo-carried")
def photo(studio: Studio) -> None:
    with Library.open(studio.context.home) as library:
        named = _carry(library)
        ids = library.timelines.read().ids.tolist()
    studio.go(navigation.PHOTO, photo_id=named[0], among=tuple(ids))
    studio.settle()


def _carry(library: Library) -> list[int]:
    """The faces that nobody has named get names, as if another program had written them."""
    hints: dict[int, Hints] = {}
    number = 0
    for photo_id in library.timelines.read().ids.tolist():
        known = [one.box for one in library.sightings.of_photo(photo_id) if one.box is not None]
        faces = [one.box for one in library.faces.of_photo(photo_id) if one.box not in known]
        regions = []
        for box in faces:
            regions.append(Region(box, _NAMES[min(number, len(_NAMES) - 1)]))
            number += 1
        if regions:
            hints[photo_id] = Hints(regions=tuple(regions))
    library.hints.put_many(hints)
    return list(hints)
