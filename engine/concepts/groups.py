"""Faces that nobody has named, put together where they look alike.

Average linkage over each face's nearest others, the likest first, and never two faces of one photo
in one group: siblings and twins stand beside each other. A face that comes later joins a group or
makes one with others; groups that are there keep their numbers.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.concepts.unnamed import ignored, unnamed_faces
from engine.library.faces import FacePlaces
from engine.library.groups import ALONE, GroupedFace
from engine.library.library import Library
from engine.models import threads
from engine.progress import Cancel, Meter, Report

if TYPE_CHECKING:
    from engine.models.packs import LoadedPack

GROUP = "group"

NEIGHBOURS = 32
"""Likest other faces that are looked at for each; a larger group hangs together through others."""

STRICTER = 0.2
"""How much of the way from the analyser's threshold to 1 faces must be alike: everyone is compared
with everyone, and two groups of one person are sooner mended than one group of two. With the
starter's faces, portraits of one person are still together at 0.22 and no longer at 0.3, and among
strangers grown-ups are apart at 0.18; babies are told apart at no value."""

_AT_ONCE = 4096

Vectors = NDArray[np.float32]
Ids = NDArray[np.int64]


def group_faces(library: Library, pack: LoadedPack, report: Report, cancel: Cancel) -> int:
    """Bring the groups up to date with the faces there are; how many have come or gone.

    Reads no embedding when none is new. Raises Cancelled with the groups as they were.
    """
    faces = unnamed_faces(library, pack.faces.version)
    before = library.groups.assigned()
    known = np.isin(faces.ids, np.fromiter(before, np.int64, len(before)))
    gone = sorted(set(before) - set(faces.ids.tolist()))
    fresh = int((~known).sum())
    if not fresh:
        if gone:
            library.groups.remove(gone)
        return len(gone)
    labels = np.array([before.get(one, ALONE) for one in faces.ids.tolist()], np.int64)
    embeddings = library.faces.some_embeddings(faces.ids.tolist())
    least = pack.faces.threshold + STRICTER * (1 - pack.faces.threshold)
    edges = likest(embeddings, np.flatnonzero(~known), least, report, cancel)
    some = concerned(labels, known, edges)
    edges = edges[0], np.searchsorted(some, edges[1]), np.searchsorted(some, edges[2])
    grouped = agglomerate(embeddings[some], faces.photo_ids[some], labels[some], edges, least)
    with library.transaction():
        numbers = labels.copy()
        numbers[some] = _numbered(library, labels[some], grouped)
        # The owner may have said of a face that it is nobody's, while the likest were looked for.
        left = ~ignored(library, faces)
        changed = np.flatnonzero(((numbers != labels) | ~known) & left)
        library.groups.remove(gone)
        library.groups.put_many([_grouped(faces, at, int(numbers[at])) for at in changed.tolist()])
    return fresh + len(gone)


def likest(
    embeddings: Vectors, fresh: NDArray[np.intp], least: float, report: Report, cancel: Cancel
) -> tuple[Vectors, Ids, Ids]:
    """Pairs of faces at least as alike as `least`, the likest first: similarity, one, other [m].

    embeddings: unit [n, e]; fresh: places in it of the faces whose nearest are looked for.
    """
    faiss = _faiss()
    parts = []
    meter = Meter(GROUP, len(fresh), report)
    for start in range(0, len(fresh), _AT_ONCE):
        cancel.check()
        some = fresh[start : start + _AT_ONCE]
        found, near = faiss.knn(
            embeddings[some],
            embeddings,
            min(NEIGHBOURS + 1, len(embeddings)),
            metric=faiss.METRIC_INNER_PRODUCT,
        )
        alike = (found >= least) & (near != some[:, None])
        rows, columns = np.nonzero(alike)
        parts.append((found[rows, columns], some[rows], near[rows, columns]))
        meter.advance(len(some))
    alike_by, one, other = (np.concatenate(part) for part in zip(*parts, strict=True))
    first, second = np.minimum(one, other), np.maximum(one, other)
    order = np.lexsort((second, first, -alike_by))
    return alike_by[order], first[order], second[order]


def concerned(
    labels: Ids, known: NDArray[np.bool_], edges: tuple[Vectors, Ids, Ids]
) -> NDArray[np.intp]:
    """Places of the faces whose group may be another one now: new ones, those they are like, and
    all that are in a group with these; and whoever is left alone in one."""
    chosen = ~known
    for ends in edges[1:]:
        chosen[ends] = True
    groups, counts = np.unique(labels, return_counts=True)
    touched = np.concatenate([labels[chosen], groups[counts == 1]])
    some: NDArray[np.intp] = np.flatnonzero(chosen | (np.isin(labels, touched) & (labels != ALONE)))
    return some


def agglomerate(
    embeddings: Vectors,
    photo_ids: Ids,
    labels: Ids,
    edges: tuple[Vectors, Ids, Ids],
    least: float,
) -> Ids:
    """A group for each face [n], named by the place of one of its faces.

    labels: the group each face is in so far, ALONE for none. Two groups become one when their faces
    are alike by `least` on average, and no photo has a face in both.
    """
    parents = list(range(len(embeddings)))
    sums = embeddings.astype(np.float32, copy=True)
    sizes = [1] * len(embeddings)
    photos: list[set[int]] = [{photo} for photo in photo_ids.tolist()]

    def root(at: int) -> int:
        while parents[at] != at:
            parents[at] = at = parents[parents[at]]
        return at

    def join(a: int, b: int) -> None:
        if sizes[a] < sizes[b]:
            a, b = b, a
        parents[b] = a
        sums[a] += sums[b]
        sizes[a] += sizes[b]
        photos[a] |= photos[b]
        photos[b] = set()

    firsts: dict[int, int] = {}
    for at, label in enumerate(labels.tolist()):
        if label != ALONE:
            first = firsts.setdefault(label, at)
            if first != at:
                join(root(first), root(at))
    _, ones, others = edges
    for one, other in zip(ones.tolist(), others.tolist(), strict=True):
        a, b = root(one), root(other)
        if a == b or not photos[a].isdisjoint(photos[b]):
            continue
        if float(sums[a] @ sums[b]) >= least * sizes[a] * sizes[b]:
            join(a, b)
    return np.array([root(at) for at in range(len(embeddings))], np.int64)


def _numbered(library: Library, labels: Ids, grouped: Ids) -> Ids:
    """Lasting numbers for groups: the one most of its faces had, else a new one; ALONE for one."""
    numbers = np.full(len(labels), ALONE, np.int64)
    members: dict[int, list[int]] = {}
    for at, group in enumerate(grouped.tolist()):
        members.setdefault(group, []).append(at)
    several = [places for places in members.values() if len(places) > 1]
    unnumbered: list[list[int]] = []
    for places in several:
        had = labels[places]
        had = had[had != ALONE]
        if len(had):
            values, counts = np.unique(had, return_counts=True)
            numbers[places] = values[counts.argmax()]
        else:
            unnumbered.append(places)
    for number, places in zip(library.groups.new_ids(len(unnumbered)), unnumbered, strict=True):
        numbers[places] = number
    return numbers


def _grouped(faces: FacePlaces, at: int, group: int) -> GroupedFace:
    x0, y0, x1, y1 = (float(edge) for edge in faces.boxes[at])
    # Large, and surely a face, is clear.
    clarity = float(faces.scores[at]) * max(0.0, (x1 - x0) * (y1 - y0)) ** 0.5
    face_id, photo_id = int(faces.ids[at]), int(faces.photo_ids[at])
    return GroupedFace(face_id, group, photo_id, (x0, y0, x1, y1), clarity)


def _faiss() -> Any:
    """FAISS, loaded when first needed; its stubs do not know half of what it has."""
    faiss = importlib.import_module("faiss")
    threads.settle_faiss()
    return faiss
