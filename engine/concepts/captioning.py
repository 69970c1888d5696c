"""Captions that name those who are there: the frozen model, joined by their concept embeddings.

Where nobody is recognised, the caption is exactly the frozen model's. Those merely suggested are
not named: a caption never guesses.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.concepts.embeddings import load_embeddings
from engine.concepts.looks import stored_looks
from engine.errors import PackError
from engine.library.library import Library
from engine.library.stages import CAPTION
from engine.library.templates import escape, render, slot
from engine.models.protocols import (
    Candidate,
    ConceptEmbedding,
    ImageTextEncoder,
    Look,
    PersonalisableVLM,
)
from engine.news import CAPTIONS, Change, Tell, to_nobody
from engine.progress import Cancel, Meter, Report

if TYPE_CHECKING:
    from engine.models.packs import LoadedPack

_log = logging.getLogger(__name__)
_PLACEHOLDER = re.compile(r"\{(\d{1,3})\}")

BATCH = 16
"""Photos captioned and committed together: some two seconds' work."""

PICTURE_WEIGHT = 1.5
"""What a unit of picture-text similarity is worth in mean log-probability a word. Chosen on dev;
anything from 1 to 8 was better than likelihood alone."""


def caption_version(vlm: str, encoder: str) -> str:
    """What stored captions and their sentence vectors are keyed by: both models' versions, and how
    a caption is chosen among the candidates."""
    return f"{vlm} {encoder} fit {PICTURE_WEIGHT:g}"


@dataclass
class Captioned:
    """What a run of captioning did: photos captioned, and those it could not, with the reason."""

    done: int = 0
    refused: dict[int, str] = field(default_factory=dict)

    def add(self, other: Captioned) -> None:
        """Count in what another one did."""
        self.done += other.done
        self.refused.update(other.refused)


def caption_photos(
    library: Library,
    pack: LoadedPack,
    ids: Sequence[int],
    report: Report,
    cancel: Cancel,
    *,
    result: Captioned | None = None,
    tell: Tell = to_nobody,
    order: Callable[[Sequence[int]], Iterator[int]] = iter,
) -> Captioned:
    """Caption photos; raises Cancelled between batches, keeping what is done.

    result: what is added to, for who wants to know also when this is stopped. order: the order in
    which they are taken, asked for as they are.
    """
    result = Captioned() if result is None else result
    if not ids:
        return result
    version = caption_version(pack.vlm.version, pack.encoder.version)
    embeddings = load_embeddings(library, pack.vlm.version)
    meter = Meter(CAPTION, len(ids), report)
    upcoming = order(ids)
    for _ in range(0, len(ids), BATCH):
        cancel.check()
        some = list(islice(upcoming, BATCH))
        here = library.photos.present(some)  # others left the library while they waited
        batch = [one for one in some if one in here]
        if batch:
            _caption_batch(library, pack, version, embeddings, batch, result)
            tell(Change.of(CAPTIONS, photos=batch))
        meter.advance(len(some))
    return result


def embed_edits(library: Library, encoder: ImageTextEncoder, version: str) -> None:
    """Sentence vectors for captions the owner wrote; loads no model when there are none."""
    edits = library.captions.edits_without_vector(version)
    if edits:
        nouns = library.concepts.noun_phrases()
        vectors = encoder.encode_sentences([render(text, nouns) for text in edits.values()])
        halves = vectors.astype(np.float16)
        library.captions.put_edit_vectors(version, dict(zip(edits, halves, strict=True)))


def as_template(caption: str, concepts: Sequence[int]) -> str:
    """A model's caption, whose `{i}` names the i-th of the photo's concepts, as a template.

    Raises ValueError when it names one that the photo does not have.
    """
    parts: list[str] = []
    end = 0
    for match in _PLACEHOLDER.finditer(caption):
        number = int(match[1])
        if number >= len(concepts):
            raise ValueError(f"caption names concept {number} of {len(concepts)}")
        parts += [escape(caption[end : match.start()]), slot(concepts[number])]
        end = match.end()
    return "".join([*parts, escape(caption[end:])])


def named_concepts(
    library: Library, ids: Sequence[int], known: Mapping[int, ConceptEmbedding], most: int
) -> dict[int, list[int]]:
    """For each photo the concepts its caption may name, the surest first, at most `most`."""
    sightings = library.sightings.of_photos(ids)
    return {
        photo_id: [
            one.concept_id
            for one in sorted(
                sightings.get(photo_id, ()),
                key=lambda one: (one.state != "confirmed", -one.score, one.concept_id),
            )
            if one.named and one.concept_id in known
        ][:most]
        for photo_id in ids
    }


def _caption_batch(
    library: Library,
    pack: LoadedPack,
    version: str,
    embeddings: Mapping[int, ConceptEmbedding],
    batch: Sequence[int],
    result: Captioned,
) -> None:
    vlm, encoder = pack.vlm, pack.encoder
    looks = stored_looks(library, pack, batch)
    pictures = dict(zip(*library.encodings.embeddings(encoder.version, batch), strict=True))
    ids = [one for one in batch if one in looks and one in pictures]  # the others come later
    named = named_concepts(library, ids, embeddings, vlm.max_concepts)
    candidates, refused = _candidates(
        vlm, ids, looks, {one: [embeddings[c] for c in named[one]] for one in ids}
    )
    nouns = library.concepts.noun_phrases()
    texts = {
        one: best_fitting(encoder, pictures[one], found, [nouns[c] for c in named[one]])
        for one, found in candidates.items()
    }
    written: dict[int, str] = {}
    for photo_id, text in texts.items():
        try:
            written[photo_id] = as_template(text, named[photo_id])
        except ValueError:
            refused[photo_id] = "Its caption named someone who is not there."
    sentences = [render(template, nouns) for template in written.values()]
    vectors: Sequence[NDArray[np.float16]] = ()
    if sentences:
        vectors = list(encoder.encode_sentences(sentences).astype(np.float16))
    with library.transaction():
        library.captions.put_many(
            [
                (photo_id, template, version, vector)
                for (photo_id, template), vector in zip(written.items(), vectors, strict=True)
            ]
        )
        library.stages.finish_many(CAPTION, version, written)
        library.stages.fail_many(CAPTION, version, refused)
    result.done += len(written)
    result.refused.update(refused)


def best_fitting(
    encoder: ImageTextEncoder,
    picture: NDArray[np.float16],
    candidates: Sequence[Candidate],
    nouns: Sequence[str],
) -> str:
    """The candidate that is likely and fits the picture, by its own embedding [d].

    A concept is read as its class noun ("a dog"), `nouns[i]` for `{i}`. One photo's candidates are
    judged by themselves, so that the choice never depends on which photos came with it.
    """
    if len(candidates) == 1:
        return candidates[0].text
    plain = [_PLACEHOLDER.sub(lambda m: _noun(m, nouns), one.text) for one in candidates]
    fits = encoder.encode_texts(plain) @ picture.astype(np.float32)
    scores = np.array([one.score for one in candidates]) + PICTURE_WEIGHT * fits
    return candidates[int(scores.argmax())].text


def _noun(match: re.Match[str], nouns: Sequence[str]) -> str:
    number = int(match[1])
    return nouns[number] if number < len(nouns) else match[0]


def _candidates(
    vlm: PersonalisableVLM,
    ids: Iterable[int],
    looks: Mapping[int, Look],
    concepts: Mapping[int, Sequence[ConceptEmbedding]],
) -> tuple[dict[int, list[Candidate]], dict[int, str]]:
    """Possible captions by photo id; when a batch fails its photos are tried one by one."""
    order = list(ids)
    if not order:
        return {}, {}
    try:
        found = vlm.candidates([looks[one] for one in order], [concepts[one] for one in order])
        return dict(zip(order, found, strict=True)), {}
    except PackError:
        raise  # no photo's fault
    except Exception as error:
        if len(order) == 1:
            _log.warning("A photo could not be captioned (%s).", type(error).__name__)
            return {}, {order[0]: f"It could not be captioned ({type(error).__name__})."}
    good: dict[int, list[Candidate]] = {}
    bad: dict[int, str] = {}
    for one in order:
        some, refused = _candidates(vlm, [one], looks, concepts)
        good.update(some)
        bad.update(refused)
    return good, bad
