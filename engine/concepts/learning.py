"""Learning how captions name a concept: its embedding, from thumbnails of the tagged photos.

What was learned says from which photos, so that it is learned anew when these have changed.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from engine.concepts.drafts import Draft
from engine.concepts.embeddings import to_bytes
from engine.concepts.enrolment import MOST_TAGGED, shown_in
from engine.concepts.identifiers import identifier
from engine.concepts.looks import fresh_looks, pictures_of
from engine.concepts.nouns import class_noun
from engine.concepts.recipes import FAMILIAR, Recipe
from engine.concepts.views import altered_views
from engine.errors import UsageError
from engine.library.concepts import Concept
from engine.library.learned import DRAFT, EMBEDDING
from engine.library.library import Library
from engine.models.protocols import ConceptEmbedding, Look, Picture
from engine.progress import Cancel, Progress, Report

if TYPE_CHECKING:
    from engine.models.packs import LoadedPack

_log = logging.getLogger(__name__)

LEARN = "learn"

_TOO_SHORT = (
    "There is not enough memory to learn how captions can name {name}, even one photo at a time. "
    "Close other programs, or choose a smaller pack."
)


def learn_embedding(
    library: Library,
    pack: LoadedPack,
    concept: Concept,
    report: Report,
    cancel: Cancel,
    recipe: Recipe = FAMILIAR,
) -> bool:
    """Train a concept's embedding e* if the photos it was trained on changed; whether it was.

    A training that was begun and not finished goes on where it was. The captions that name the
    concept are then out of date. Raises Cancelled when stopped, FamiliarError where memory is too
    short for one photo.
    """
    yes, _ = shown_in(library, concept)
    shown = set(yes)
    tagged = [one.photo_id for one in library.tags.of_concept(concept.id) if one.photo_id in shown]
    chosen = (tagged or yes)[:MOST_TAGGED]
    source = json.dumps(chosen)
    known = library.learned.get(concept.id, EMBEDDING, pack.vlm.version)
    if not chosen or (known is not None and known.trained_on == source):
        return False
    from engine.models.vlm.batching import enough_memory

    with enough_memory(_TOO_SHORT.format(name=concept.name)):
        learned = _learned(library, pack, concept, chosen, report, cancel, recipe)
    if learned is None or library.concepts.get(concept.id) is None:  # removed meanwhile
        return False
    trained, noun = learned
    about = {"recipe": asdict(recipe), "photos": library.photos.hashes(chosen)}
    data = to_bytes(trained, pack.vlm.version, about)
    named = [one.photo_id for one in library.sightings.of_concept(concept.id) if one.named]
    with library.transaction():
        library.learned.put(concept.id, EMBEDDING, pack.vlm.version, data, source)
        library.learned.remove(concept.id, DRAFT)
        library.concepts.set_noun(concept.id, noun)
        library.captions.mark_stale(named)
    return True


def _learned(
    library: Library,
    pack: LoadedPack,
    concept: Concept,
    chosen: Sequence[int],
    report: Report,
    cancel: Cancel,
    recipe: Recipe,
) -> tuple[ConceptEmbedding, str] | None:
    """The embedding and the class noun; None while there is no thumbnail to learn from."""
    views = _views(library, pack, chosen, recipe)
    if not views:
        return None
    from engine.concepts.embedding import train_embedding

    word = "" if pack.vlm.has_slots else identifier(concept.id)
    _, pictures = library.encodings.embeddings(pack.encoder.version, chosen)
    noun = class_noun(pack.encoder, concept.kind, pictures)
    vlm = pack.vlm.version
    source = json.dumps(
        {
            "photos": list(views),
            "encoder": pack.encoder.version,
            "recipe": asdict(recipe),
            "concept": [concept.kind, noun, word],
        }
    )
    trained = train_embedding(
        pack.vlm,
        list(views.values()),
        concept.kind,
        noun,
        word,
        recipe,
        progress=lambda done, total: report(Progress(LEARN, done, total)),
        check=cancel.check_within,
        begun=_begun(library, concept, vlm, source),
        keep=lambda draft: library.learned.put(concept.id, DRAFT, vlm, draft.to_bytes(), source),
    )
    return trained, noun


def _begun(library: Library, concept: Concept, vlm: str, source: str) -> Draft | None:
    """A training of the same photos by the same recipe that was not finished, if it is sound."""
    kept = library.learned.get(concept.id, DRAFT, vlm)
    if kept is None or kept.trained_on != source:
        return None
    try:
        return Draft.from_bytes(kept.data)
    except UsageError:
        _log.warning("The training of concept %d that was begun is damaged.", concept.id)
        return None


def _views(
    library: Library, pack: LoadedPack, ids: Sequence[int], recipe: Recipe
) -> dict[int, list[Look]]:
    """Looks at altered views of each photo that has a thumbnail."""
    seen = pictures_of(library, ids)
    pictures: list[Picture] = []
    for photo_id, picture in seen.items():
        pictures += altered_views(picture, recipe.views, photo_id % 2**32, recipe.alteration)
    looks = fresh_looks(pack, pictures)
    starts = range(0, len(looks), recipe.views)
    return {one: looks[at : at + recipe.views] for one, at in zip(seen, starts, strict=True)}
