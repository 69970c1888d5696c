"""Concept heads for people: the faces the owner tagged, and nearest-face matching (MyVLM, 4.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.errors import UsageError
from engine.library.tags import Box, shared

_STEEPNESS = 14.0
"""How fast the score rises with similarity: 0.07 below the threshold it is `heads.SUGGEST`."""


class FaceLike(Protocol):
    """box: fractions of the upright picture; embedding: unit float32 [e]."""

    @property
    def box(self) -> Box: ...

    @property
    def embedding(self) -> NDArray[np.float32]: ...


@dataclass(frozen=True, eq=False)
class FaceHead:
    """Recognises one person: keys float32 [k, e], the person's faces.

    strangers float32 [s, e]: faces the owner said are somebody else; a face closer to one of them
    than to any key is not the person. threshold: cosine similarity, from the face analyser.
    """

    keys: NDArray[np.float32]
    strangers: NDArray[np.float32]
    threshold: float

    @classmethod
    def train(
        cls,
        tagged: Sequence[Sequence[FaceLike]],
        threshold: float,
        boxes: Sequence[Box | None] | None = None,
        rejected: Sequence[Sequence[FaceLike]] = (),
    ) -> FaceHead:
        """The head of one person.

        tagged: the faces in each tagged photo. boxes: where the owner said the person is, if so.
        Of a photo with several faces the one that agrees with the photos where the person is alone
        is kept; without such photos, the faces that agree best with one another.
        rejected: the faces of photos the owner said do not show the person.
        Raises UsageError when the tagged photos show no face.
        """
        chosen: list[FaceLike] = []
        several: list[Sequence[FaceLike]] = []
        for photo, box in zip(tagged, boxes or [None] * len(tagged), strict=True):
            if box is not None and photo:
                # Where none belongs to the box, those that were found are other people's.
                there = [face for face in photo if _belong(face.box, box)]
                photo = sorted(there, key=lambda face: shared(face.box, box), reverse=True)[:1]
            if len(photo) == 1:
                chosen.append(photo[0])
            elif photo:
                several.append(photo)
        if not chosen and several:
            chosen.append(_most_shared(several))
        if not chosen:
            raise UsageError(
                "No face can be made out in the tagged photos. "
                "Tag a photo that shows the person's face from the front, not too small."
            )
        alone = np.stack([face.embedding for face in chosen])
        for photo in several:
            best = max(photo, key=lambda face: float((alone @ face.embedding).max()))
            if float((alone @ best.embedding).max()) >= threshold and best is not chosen[0]:
                chosen.append(best)
        keys = np.stack([face.embedding for face in chosen]).astype(np.float32)
        strangers = [face.embedding for photo in rejected for face in photo]
        return cls(
            keys,
            np.stack(strangers).astype(np.float32) if strangers else keys[:0],
            threshold,
        )

    def score(self, embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
        """How surely each face [n, e] is the person's: [n], `heads.RECOGNISE` at the threshold."""
        if not len(embeddings):
            return np.empty(0, np.float32)
        nearest = (embeddings @ self.keys.T).max(axis=1)
        score = 1 / (1 + np.exp(-_STEEPNESS * (nearest - self.threshold)))
        if len(self.strangers):
            score[(embeddings @ self.strangers.T).max(axis=1) > nearest] = 0
        found: NDArray[np.float32] = score.astype(np.float32)
        return found

    def to_bytes(self) -> bytes:
        """As safetensors."""
        from safetensors.numpy import save

        threshold = np.array([self.threshold], np.float64)
        return save({"keys": self.keys, "strangers": self.strangers, "threshold": threshold})

    @classmethod
    def from_bytes(cls, data: bytes) -> FaceHead:
        """What `to_bytes` wrote; raises UsageError when it is something else."""
        from safetensors import SafetensorError
        from safetensors.numpy import load

        try:
            tensors = load(data)
            return cls(tensors["keys"], tensors["strangers"], float(tensors["threshold"][0]))
        except (SafetensorError, KeyError, IndexError) as error:
            raise UsageError(
                "What was learned of this person is damaged; teach it again."
            ) from error


def _most_shared(photos: Sequence[Sequence[FaceLike]]) -> FaceLike:
    """The face most like some face in each of the other photos."""

    def likeness(photo: int, face: FaceLike) -> float:
        likest = (
            max(float(face.embedding @ other.embedding) for other in faces)
            for number, faces in enumerate(photos)
            if number != photo
        )
        return sum(likest)

    found = [(likeness(n, face), face) for n, faces in enumerate(photos) for face in faces]
    return max(found, key=lambda pair: pair[0])[1]


def _belong(a: Box, b: Box) -> bool:
    """Whether the middle of one box lies within the other: of a face, and of what holds it."""

    def holds(outer: Box, inner: Box) -> bool:
        x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
        return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]

    return holds(a, b) or holds(b, a)
