"""Teaching a concept: its head from the tagged photos, its embedding for captions.

Nothing here reads a photo's file: heads learn from stored vectors, embeddings from thumbnails.
What was learned says from which photos, so that it is learned anew when these have changed.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.concepts import negatives
from engine.concepts.faces import FaceHead
from engine.concepts.heads import LinearHead, Vectors
from engine.concepts.recognising import PERSON, head_version
from engine.concepts.views import altered_views
from engine.errors import UsageError
from engine.library.concepts import Concept
from engine.library.learned import EMBEDDING, HEAD
from engine.library.library import Library
from engine.models.protocols import Picture
from engine.progress import Cancel, Progress, Report

if TYPE_CHECKING:
    from engine.models.packs import LoadedPack

LEARN = "learn"

VIEWS = 8
"""Altered views of each tagged photo that an embedding is trained on."""

MOST_TAGGED = 8
"""Photos an embedding is trained on at most; more cost time and add little."""

_MOST_NEGATIVES = 2000


@dataclass(frozen=True)
class Taught:
    """What teaching a concept led to: photos learned from, and others found, for sure or perhaps.

    captioned: photos whose captions were written anew because of it.
    """

    concept: Concept
    tagged: int
    recognised: int
    suggested: int
    captioned: int


def find_or_add(library: Library, name: str, kind: str) -> Concept:
    """The concept of that name, made if there is none.

    Raises UsageError when the name belongs to a concept of another kind, or cannot be a name.
    """
    known = library.concepts.named(name)
    if known is None:
        return library.concepts.add(name, kind)
    if known.kind != kind:
        raise UsageError(
            f"{known.name} is already the name of a {known.kind}. Choose another name for this "
            f"{kind}, or teach {known.name} as a {known.kind}."
        )
    return known


def shown_in(library: Library, concept: Concept) -> tuple[list[int], list[int]]:
    """What the owner said of a concept: photos that show it, and photos that do not."""
    states = {one.photo_id: one.state for one in library.sightings.of_concept(concept.id)}
    yes = sorted(one for one, state in states.items() if state == "confirmed")
    no = sorted(one for one, state in states.items() if state == "rejected")
    return yes, no


def learn_head(library: Library, pack: LoadedPack, concept: Concept) -> bool:
    """Train a concept's head if what it was trained on has changed; whether it was trained.

    Every photo then waits to be recognised again. Raises UsageError when the tagged photos show
    nothing to learn from.
    """
    yes, no = shown_in(library, concept)
    version = head_version(pack, concept.kind)
    source = json.dumps({"yes": yes, "no": no})
    known = library.learned.get(concept.id, HEAD, version)
    if known is not None and known.trained_on == source:
        return False
    head: FaceHead | LinearHead
    if concept.kind == PERSON:
        head = _face_head(library, pack, concept, yes, no)
    else:
        head = _linear_head(library, pack, concept, yes, no)
    with library.transaction():
        library.learned.put(concept.id, HEAD, version, head.to_bytes(), source)
        library.stages.forget("recognise", library.photos.ids())
    return True


def learn_embedding(
    library: Library, pack: LoadedPack, concept: Concept, report: Report, cancel: Cancel
) -> bool:
    """Train a concept's embedding e* if the photos it was trained on changed; whether it was.

    The captions that name the concept are then out of date. Raises Cancelled when stopped.
    """
    yes, _ = shown_in(library, concept)
    tagged = [one.photo_id for one in library.tags.of_concept(concept.id) if one.photo_id in yes]
    chosen = (tagged or yes)[:MOST_TAGGED]
    source = json.dumps(chosen)
    known = library.learned.get(concept.id, EMBEDDING, pack.vlm.version)
    if not chosen or (known is not None and known.trained_on == source):
        return False
    views = _views(library, pack, chosen)
    if not views:
        return False
    from engine.concepts.embedding import train_embedding

    trained = train_embedding(
        pack.vlm,
        views,
        concept.kind,
        progress=lambda done, total: report(Progress(LEARN, done, total)),
        cancelled=lambda: cancel.cancelled,
    )
    data = np.ascontiguousarray(trained.vector, dtype="<f4").tobytes()
    named = [one.photo_id for one in library.sightings.of_concept(concept.id) if one.named]
    with library.transaction():
        library.learned.put(concept.id, EMBEDDING, pack.vlm.version, data, source)
        library.concepts.set_noun(concept.id, trained.noun)
        library.captions.mark_stale(named)
    return True


def _face_head(
    library: Library, pack: LoadedPack, concept: Concept, yes: Sequence[int], no: Sequence[int]
) -> FaceHead:
    boxes = {one.photo_id: one.box for one in library.tags.of_concept(concept.id)}
    return FaceHead.train(
        [library.faces.of_photo(one) for one in yes],
        pack.faces.threshold,
        [boxes.get(one) for one in yes],
        [library.faces.of_photo(one) for one in no],
    )


def _linear_head(
    library: Library, pack: LoadedPack, concept: Concept, yes: Sequence[int], no: Sequence[int]
) -> LinearHead:
    version = pack.encoder.version
    tagged = _whole(library, version, yes)
    known_not = Counter(no)
    for other in library.concepts.all():
        if other.id != concept.id and other.kind != PERSON:
            known_not.update(shown_in(library, other)[0])
    others = sorted(set(known_not) - set(yes))
    rest = np.array(library.encodings.ids(version), dtype=np.int64)
    rest = np.sort(rest[~np.isin(rest, [*yes, *others])])
    if len(rest) > _MOST_NEGATIVES:
        rest = np.random.default_rng(0).choice(rest, _MOST_NEGATIVES, replace=False)
    unlabelled = _whole(library, version, rest.tolist())
    width = tagged.shape[1]
    groups = [one for one in (unlabelled, _bank(pack, width)) if len(one)]
    return LinearHead.train(
        tagged,
        np.concatenate(groups) if groups else np.empty((0, width), np.float16),
        _whole(library, version, others) if others else None,
    )


def _bank(pack: LoadedPack, width: int) -> Vectors:
    """Vectors that ship for libraries with little to compare with; of the starter's encoder."""
    return negatives.bank(width) if pack.name == "starter" else np.empty((0, width), np.float16)


def _whole(library: Library, version: str, ids: Sequence[int]) -> Vectors:
    """Whole-picture vectors [n, h] of the photos among `ids` that are encoded."""
    _, views = library.encodings.heads(version, ids)
    whole: Vectors = views[:, 0] if len(views) else np.empty((0, 1), np.float16)
    return whole


def _views(
    library: Library, pack: LoadedPack, ids: Sequence[int]
) -> list[list[NDArray[np.float16]]]:
    """Visual rows of each photo's altered views, made from its thumbnail."""
    pictures: list[Picture] = []
    for photo_id, jpeg in library.thumbnails.many(ids).items():
        pictures += altered_views(_picture(jpeg), VIEWS, seed=photo_id % 2**32)
    rows = [one.rows for one in pack.encoder.encode_pictures(pictures)]
    return [rows[at : at + VIEWS] for at in range(0, len(rows), VIEWS)]


def _picture(jpeg: bytes) -> Picture:
    from PIL import Image

    return np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB"))
