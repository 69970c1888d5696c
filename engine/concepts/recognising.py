"""Heads over stored vectors: who is in which photo, without reading a picture again."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.concepts.faces import FaceHead
from engine.concepts.heads import SUGGEST, LinearHead, scores
from engine.concepts.recognition import Row, recognise_people, recognise_things
from engine.errors import UsageError
from engine.library.learned import HEAD
from engine.library.library import Library

if TYPE_CHECKING:
    from engine.models.packs import LoadedPack

_log = logging.getLogger(__name__)

PERSON = "person"


def head_version(pack: LoadedPack, kind: str) -> str:
    """The version of the features that heads of this kind read."""
    version: str = pack.faces.version if kind == PERSON else pack.encoder.version
    return version


@dataclass(frozen=True)
class Heads:
    """Every living concept's head for a pack's versions, by concept id."""

    things: dict[int, LinearHead]
    people: dict[int, FaceHead]
    versions: dict[int, str]

    @classmethod
    def load(cls, library: Library, pack: LoadedPack) -> Heads:
        """Read them; one whose bytes are damaged is left out until it is taught again."""
        heads = cls({}, {}, {})
        kinds = {one.id: one.kind for one in library.concepts.all()}
        for kinds_version in {pack.encoder.version, pack.faces.version}:
            for concept_id, learned in library.learned.all(HEAD, kinds_version).items():
                kind = kinds.get(concept_id)
                if kind is None or head_version(pack, kind) != kinds_version:
                    continue
                try:
                    if kind == PERSON:
                        heads.people[concept_id] = FaceHead.from_bytes(learned.data)
                    else:
                        heads.things[concept_id] = LinearHead.from_bytes(learned.data)
                except UsageError:
                    _log.warning("The head of concept %d is damaged.", concept_id)
                    continue
                heads.versions[concept_id] = kinds_version
        return heads


def reached(
    library: Library, version: str, concept_id: int, head: FaceHead | LinearHead
) -> set[int]:
    """The photos of which anything may be different once a concept has this head.

    Those that it is not even nearly sure of, and in which the one before saw nobody either, stay
    as they are: no other concept loses to it there or lost to the one before.
    """
    photos = set(library.sightings.scored(concept_id))
    if isinstance(head, FaceHead):
        for ids, embeddings in library.faces.stream(version):
            photos.update(ids[head.score(embeddings) >= SUGGEST].tolist())
    else:
        for ids, views in library.encodings.stream_heads(version):
            photos.update(ids[scores([head], views).max(axis=(1, 2)) >= SUGGEST].tolist())
    return photos


def recognise_photos(
    library: Library, pack: LoadedPack, heads: Heads, ids: Sequence[int]
) -> set[int]:
    """Store what every head says about these photos, in place of what it said before.

    Returns the photos whose captions are out of date: someone is named now who was not, or was
    and is not.
    """
    rows: list[Row] = []
    if heads.things:
        photo_ids, views = library.encodings.heads(pack.encoder.version, ids)
        boxes = getattr(pack.encoder, "view_boxes", None)
        rows += recognise_things(heads.things, photo_ids, views, boxes)
    if heads.people:
        faces = library.faces.embeddings(pack.faces.version, ids)
        rows += recognise_people(heads.people, faces.photo_ids, faces.embeddings, faces.boxes)
    return library.sightings.put_for_photos(ids, heads.versions, rows)
