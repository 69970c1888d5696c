"""Which faces are nobody's yet: no one the owner named was seen in them, and none was ignored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.concepts.recognising import PERSON
from engine.library.decisions import REJECTED
from engine.library.faces import FacePlaces
from engine.library.library import Library
from engine.library.tags import Box

SAME = 0.3
"""Shared area of two boxes over that of both together, from which they are the same face."""

INSIDE = 0.7
"""Part of a face that lies in a box, from which a box drawn around more than a face is about it."""

Pointed = dict[int, list[Box | None]]
"""By photo id, where the owner or a head points at faces; None is the photo as a whole."""


def unnamed_faces(library: Library, version: str) -> FacePlaces:
    """The faces of a version that nobody has named, in photos that lie somewhere."""
    faces = library.faces.places(version)
    here = library.photos.present(np.unique(faces.photo_ids).tolist())
    pointed = ignored(library)
    for concept in library.concepts.all():
        if concept.kind == PERSON:
            for one in library.sightings.of_concept(concept.id):
                if one.state != REJECTED:
                    pointed.setdefault(one.photo_id, []).append(one.box)
    kept = np.isin(faces.photo_ids, np.fromiter(here, np.int64, len(here)))
    kept &= ~pointed_at(faces, pointed)
    return FacePlaces(faces.ids[kept], faces.photo_ids[kept], faces.boxes[kept], faces.scores[kept])


def ignored(library: Library) -> Pointed:
    """Where the owner said that a face is nobody they know."""
    pointed: Pointed = {}
    for stranger in library.strangers.all():
        pointed.setdefault(stranger.photo_id, []).append(stranger.box)
    return pointed


def pointed_at(faces: FacePlaces, pointed: Mapping[int, Sequence[Box | None]]) -> NDArray[np.bool_]:
    """Which of the faces [n] somebody points at."""
    found = np.zeros(len(faces.ids), bool)
    photos = np.fromiter(pointed, np.int64, len(pointed))
    places: dict[int, list[int]] = {}
    for at in np.flatnonzero(np.isin(faces.photo_ids, photos)).tolist():
        places.setdefault(int(faces.photo_ids[at]), []).append(at)
    for photo, some in places.items():
        for box in pointed[photo]:
            meant = _meant(faces.boxes[some], box)
            if meant is not None:
                found[some[meant]] = True
    return found


def _meant(faces: NDArray[np.float32], box: Box | None) -> int | None:
    """The face of a photo that a box is about; without a box, its only face."""
    if box is None:
        return 0 if len(faces) == 1 else None
    corners = np.minimum(faces[:, 2:], box[2:]) - np.maximum(faces[:, :2], box[:2])
    shared = np.clip(corners, 0, None).prod(axis=1)
    own = (faces[:, 2:] - faces[:, :2]).prod(axis=1)
    together = own + (box[2] - box[0]) * (box[3] - box[1]) - shared
    overlaps = shared / np.maximum(together, 1e-9)
    best = int(overlaps.argmax())
    about = overlaps[best] >= SAME or shared[best] >= INSIDE * own[best] > 0
    return best if about else None
