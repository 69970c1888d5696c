"""Which faces are nobody's yet: no one the owner named was seen in them, and none was ignored."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.concepts.recognising import PERSON
from engine.library.faces import FacePlaces
from engine.library.library import Library
from engine.library.tags import Box

SAME = 0.3
"""Shared area of two boxes over that of both together, from which they are the same face."""

INSIDE = 0.7
"""Part of a face that lies in a box, from which a box drawn around more than a face is about it."""

_NOWHERE = (np.nan,) * 4


def unnamed_faces(library: Library, version: str) -> FacePlaces:
    """The faces of a version that nobody has named, in photos that lie somewhere."""
    faces = library.faces.places(version)
    here = library.photos.present(np.unique(faces.photo_ids).tolist())
    people = [one.id for one in library.concepts.all() if one.kind == PERSON]
    kept = np.isin(faces.photo_ids, np.fromiter(here, np.int64, len(here)))
    kept &= ~pointed_at(faces, library.sightings.boxes(people)) & ~ignored(library, faces)
    return FacePlaces(faces.ids[kept], faces.photo_ids[kept], faces.boxes[kept], faces.scores[kept])


def ignored(library: Library, faces: FacePlaces) -> NDArray[np.bool_]:
    """Which of the faces [n] the owner said are nobody they know."""
    return pointed_at(faces, [(one.photo_id, one.box) for one in library.strangers.all()])


def pointed_at(faces: FacePlaces, pointed: Sequence[tuple[int, Box | None]]) -> NDArray[np.bool_]:
    """Which of the faces [n] somebody points at, by photo and box.

    That is the face that fits a box best, if it does at all; without a box, a photo's only face.
    """
    found = np.zeros(len(faces.ids), bool)
    order = np.argsort(faces.photo_ids, kind="stable")
    photos = np.fromiter((photo for photo, _ in pointed), np.int64, len(pointed))
    first = np.searchsorted(faces.photo_ids[order], photos)
    counts = np.searchsorted(faces.photo_ids[order], photos, side="right") - first
    told = np.flatnonzero(counts)  # in whose photos there are faces at all
    if not len(told):
        return found
    starts = np.cumsum(counts[told]) - counts[told]
    # A row for each box and each face of its photo.
    which = np.repeat(told, counts[told])
    step = np.arange(len(which)) - np.repeat(starts, counts[told])
    face = order[first[which] + step]
    boxes = np.array([_NOWHERE if box is None else box for _, box in pointed], np.float64)
    fit = _fit(faces.boxes[face].astype(np.float64), boxes[which])
    only = np.isnan(boxes[which, 0]) & (counts[which] == 1)
    best = fit == np.repeat(np.maximum.reduceat(fit, starts), counts[told])
    found[face[(best & (fit > 0)) | only]] = True
    return found


def _fit(faces: NDArray[np.float64], boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """How well each face is meant by the box beside it [n]; 0 where it is not."""
    corners = np.minimum(faces[:, 2:], boxes[:, 2:]) - np.maximum(faces[:, :2], boxes[:, :2])
    shared = np.clip(np.nan_to_num(corners, nan=0.0), 0, None).prod(axis=1)
    own = (faces[:, 2:] - faces[:, :2]).prod(axis=1)
    around = np.nan_to_num((boxes[:, 2:] - boxes[:, :2]).prod(axis=1))
    overlap = shared / np.maximum(own + around - shared, 1e-9)
    meant = (overlap >= SAME) | ((shared >= INSIDE * own) & (own > 0))
    fit: NDArray[np.float64] = np.where(meant, overlap, 0.0)
    return fit
