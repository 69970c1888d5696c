"""From heads' scores to sightings: which concepts a photo shows, when there are several heads.

One region is one concept. A pet or thing is named where its head is the surest of all at some view;
a face is given to one person at most, and a person one face at most of a photo.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.concepts.faces import FaceHead
from engine.concepts.heads import RECOGNISE, SUGGEST, LinearHead, Vectors, scores
from engine.library.tags import Box

RECOGNISED = "recognised"
SUGGESTED = "suggested"

Row = tuple[int, int, float, str, "Box | None"]
"""concept id, photo id, score 0..1, RECOGNISED or SUGGESTED, and where if known."""


def recognise_things(
    heads: Mapping[int, LinearHead],
    photo_ids: NDArray[np.int64],
    views: Vectors,
    boxes: Sequence[Box] | None = None,
) -> list[Row]:
    """Pets and things in photos, by concept id.

    views: [n, v, h] as stored. boxes: where each view looks; then a sighting has a box when a part
    of the picture fits better than the whole. A concept that only loses to another is suggested.
    """
    if not heads or not len(views):
        return []
    ids = list(heads)
    found = scores([heads[one] for one in ids], views)
    surest = found == found.max(axis=2, keepdims=True)
    rows: list[Row] = []
    for photo, concept in np.argwhere(found.max(axis=1) >= SUGGEST):
        own = found[photo, :, concept]
        won = np.where(surest[photo, :, concept], own, 0)
        named = won.max() >= RECOGNISE
        view = int(won.argmax() if named else own.argmax())
        score = float(own[view]) if named else min(float(own[view]), RECOGNISE - 1e-3)
        where = boxes[view] if boxes is not None and view > 0 else None
        state = RECOGNISED if named else SUGGESTED
        rows.append((ids[concept], int(photo_ids[photo]), score, state, where))
    return rows


def recognise_people(
    heads: Mapping[int, FaceHead],
    photo_ids: NDArray[np.int64],
    embeddings: NDArray[np.float32],
    boxes: NDArray[np.float32],
) -> list[Row]:
    """People in photos, by concept id.

    One line per face: the photo it is in [n], embedding [n, e] and box [n, 4]; in any order.
    """
    if not heads or not len(embeddings):
        return []
    ids = list(heads)
    found = np.stack([heads[one].score(embeddings) for one in ids], axis=1)
    rows: list[Row] = []
    for faces in _by_photo(photo_ids, np.flatnonzero(found.max(axis=1) >= SUGGEST)):
        taken_faces: set[int] = set()
        taken_people: set[int] = set()
        pairs = [(float(found[f, c]), int(f), c) for f in faces for c in range(len(ids))]
        for score, face, person in sorted(pairs, reverse=True):
            if score < SUGGEST or face in taken_faces or person in taken_people:
                continue
            taken_faces.add(face)
            taken_people.add(person)
            x0, y0, x1, y1 = (float(edge) for edge in boxes[face])
            state = RECOGNISED if score >= RECOGNISE else SUGGESTED
            rows.append((ids[person], int(photo_ids[face]), score, state, (x0, y0, x1, y1)))
    return rows


def _by_photo(
    photo_ids: NDArray[np.int64], chosen: NDArray[np.int64]
) -> Iterator[NDArray[np.int64]]:
    """The chosen places, those of one photo together."""
    if not len(chosen):
        return
    ordered = chosen[np.argsort(photo_ids[chosen], kind="stable")]
    yield from np.split(ordered, np.flatnonzero(np.diff(photo_ids[ordered])) + 1)
