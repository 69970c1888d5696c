"""Teaching a concept: who it is, what the owner said of it, and its head from the tagged photos.

Nothing here reads a photo's file: heads learn from stored vectors and thumbnails. What was learned
says from which photos, so that it is learned anew when these have changed.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from engine.concepts import negatives
from engine.concepts.faces import FaceHead
from engine.concepts.heads import LinearHead, Vectors
from engine.concepts.looks import pictures_of
from engine.concepts.recognising import PERSON, head_version, reached
from engine.concepts.views import Alteration, altered_views
from engine.errors import UsageError
from engine.library.arrays import blob
from engine.library.concepts import Concept
from engine.library.learned import HEAD, VIEWS
from engine.library.library import Library
from engine.library.stages import ENCODE, RECOGNISE
from engine.models.protocols import Picture
from engine.models.views import WIDTH
from engine.progress import Cancel

if TYPE_CHECKING:
    from engine.models.packs import LoadedPack

MOST_TAGGED = 8
"""Photos that are learned from in several views at most; more cost time and add little."""

BANK_OF = "starter"
"""The pack whose encoder made the bank of negatives."""

_MOST_NEGATIVES = 2000
_HEAD_VIEWS = 4
"""More add little."""
_HEAD_ALTERATION = Alteration(brightness=0.2)


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
    states = library.sightings.said_of(concept.id)
    yes = sorted(one for one, state in states.items() if state == "confirmed")
    no = sorted(one for one, state in states.items() if state == "rejected")
    return yes, no


def head_views(picture: Picture, seed: int) -> list[Picture]:
    """What a head learns of one tagged photo: the picture and altered views of it.

    With them, one photo is enough to find its subject in 92% of its other photos, without in 77%.
    """
    return altered_views(picture, _HEAD_VIEWS, seed % 2**32, _HEAD_ALTERATION)


class Lessons:
    """Trains heads, reading what they have in common from the library once."""

    def __init__(self, library: Library, pack: LoadedPack) -> None:
        self._library = library
        self._pack = pack
        self._concepts = {one.id: one for one in library.concepts.all()}
        self._said = {one: shown_in(library, concept) for one, concept in self._concepts.items()}

    def learn(self, concept: Concept) -> set[int] | None:
        """Train a concept's head; None if what it was trained on has not changed.

        Returns the photos of which the head may say something else, which then wait to be
        recognised again. Raises UsageError when the tagged photos show nothing to learn from.
        """
        yes, no = self._said[concept.id]
        version = head_version(self._pack, concept.kind)
        others = [] if concept.kind == PERSON else self._others(concept)
        source = json.dumps({"yes": yes, "no": no, "others": others})
        known = self._library.learned.get(concept.id, HEAD, version)
        if known is not None and known.trained_on == source:
            return None
        head: FaceHead | LinearHead
        if concept.kind == PERSON:
            head = self._face_head(concept)
        else:
            head = self._linear_head(concept, others)
        again = reached(self._library, version, concept.id, head)
        with self._library.transaction():
            self._library.learned.put(concept.id, HEAD, version, head.to_bytes(), source)
            self._library.stages.forget(RECOGNISE, again)
        return again

    def learn_rest(self, cancel: Cancel, most: int | None = None) -> None:
        """Likewise for everyone, at most `most`, whose comparison has changed meanwhile.

        Raises Cancelled between two of them.
        """
        for concept in list(self._concepts.values())[:most]:
            cancel.check()
            with contextlib.suppress(UsageError):  # nothing to learn from until tagged again
                self.learn(concept)

    def _others(self, concept: Concept) -> list[int]:
        """Photos known not to show a pet or thing: rejected, or tagged as another one alone."""
        yes, no = self._said[concept.id]
        others = set(no)
        for one, (shown, _) in self._said.items():
            if one != concept.id and self._concepts[one].kind != PERSON:
                others.update(shown)
        return sorted(others - set(yes))

    def _face_head(self, concept: Concept) -> FaceHead:
        yes, no = self._said[concept.id]
        boxes = {one.photo_id: one.box for one in self._library.tags.of_concept(concept.id)}
        faces = self._library.faces
        return FaceHead.train(
            [faces.of_photo(one) for one in yes],
            self._pack.faces.threshold,
            [boxes.get(one) for one in yes],
            [faces.of_photo(one) for one in no],
        )

    def _linear_head(self, concept: Concept, others: Sequence[int]) -> LinearHead:
        tagged = self._whole(self._said[concept.id][0])
        unlabelled = self._unlabelled
        if not len(unlabelled):
            unlabelled = tagged[:0]
        seen = tagged
        if 0 < len(tagged) <= MOST_TAGGED:
            seen = np.concatenate([tagged, self._altered(concept, tagged.shape[1])])
        known = self._whole(others, tagged.shape[1])
        if not len(unlabelled) and not len(known) and self._waiting:
            raise UsageError(
                "The other photos have not been looked at yet by the models that are now in use, "
                "so there is nothing to compare with. Run `familiar index` first, then teach again."
            )
        return LinearHead.train(seen, unlabelled, known, len(tagged))

    def _altered(self, concept: Concept, width: int) -> Vectors:
        """Whole-picture vectors of altered views of the concept's photos, made once."""
        yes, version = self._said[concept.id][0], self._pack.encoder.version
        source = json.dumps(yes)
        count = len(self._library.thumbnails.many(yes))
        known = self._library.learned.get(concept.id, VIEWS, version)
        whole = count * (_HEAD_VIEWS - 1) * width * 2
        if known is not None and known.trained_on == source and len(known.data) == whole:
            return np.frombuffer(known.data, "<f2").reshape(-1, width)
        pictures = pictures_of(self._library, yes).items()
        views = [view for one, picture in pictures for view in head_views(picture, one)[1:]]
        encoded = self._pack.encoder.encode_pictures(views)
        if not encoded:
            return np.empty((0, width), np.float16)
        vectors: Vectors = np.stack([one.heads[0] for one in encoded])
        self._library.learned.put(concept.id, VIEWS, version, blob(vectors, "f2"), source)
        return vectors

    @cached_property
    def _unlabelled(self) -> Vectors:
        """Photos that nobody said anything about, and the bank that ships with the starter."""
        ids = np.array(self._library.encodings.ids(self._pack.encoder.version), dtype=np.int64)
        labelled = [
            photo
            for one, said in self._said.items()
            if self._concepts[one].kind != PERSON
            for photos in said
            for photo in photos
        ]
        rest = np.sort(ids[~np.isin(ids, labelled)])
        if len(rest) > _MOST_NEGATIVES:
            rest = np.random.default_rng(0).choice(rest, _MOST_NEGATIVES, replace=False)
        own = self._whole(rest.tolist())
        if self._pack.name != BANK_OF:
            return own
        bank = negatives.bank(own.shape[1] if len(own) else WIDTH)
        return np.concatenate([own, bank]) if len(own) else bank

    @property
    def _waiting(self) -> bool:
        """Whether there are photos that the encoder in use has not looked at."""
        return bool(self._library.stages.pending(ENCODE, self._pack.encoder.version))

    def _whole(self, ids: Sequence[int], width: int = 1) -> Vectors:
        """Whole-picture vectors [n, h] of the photos among `ids` that are encoded; [0, width] if
        none is."""
        _, views = self._library.encodings.heads(self._pack.encoder.version, ids)
        whole: Vectors = views[:, 0] if len(views) else np.empty((0, width), np.float16)
        return whole
