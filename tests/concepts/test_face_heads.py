from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.concepts.faces import FaceHead
from engine.concepts.heads import RECOGNISE, SUGGEST
from engine.errors import UsageError

THRESHOLD = 0.46
LEFT, RIGHT = (0.1, 0.1, 0.4, 0.5), (0.6, 0.1, 0.9, 0.5)


@dataclass(frozen=True)
class Seen:
    embedding: NDArray[np.float32]
    box: tuple[float, float, float, float] = LEFT


def direction(seed: int) -> NDArray[np.float32]:
    vector = np.random.default_rng(seed).normal(size=128)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def face(
    person: int, photo: int, box: tuple[float, float, float, float] = LEFT, like: float = 0.8
) -> Seen:
    """A face of a person; two faces of one person have a similarity near like squared."""
    vector = like * direction(person) + (1 - like**2) ** 0.5 * direction(1000 + photo)
    return Seen((vector / np.linalg.norm(vector)).astype(np.float32), box)


def score(head: FaceHead, *faces: Seen) -> list[float]:
    return [float(one) for one in head.score(np.stack([one.embedding for one in faces]))]


def test_one_photo_is_enough() -> None:
    head = FaceHead.train([[face(1, 1)]], THRESHOLD)
    same, other = score(head, face(1, 2), face(2, 3))
    assert same >= RECOGNISE
    assert other < SUGGEST


def test_the_threshold_is_the_analysers() -> None:
    head = FaceHead(direction(1)[None], direction(1)[None][:0], THRESHOLD)
    away = direction(2) - (direction(2) @ direction(1)) * direction(1)
    away /= np.linalg.norm(away)
    at = [c * direction(1) + (1 - c * c) ** 0.5 * away for c in (0.47, 0.45, 0.40, 0.38)]
    found = head.score(np.stack(at).astype(np.float32))
    assert found[0] >= RECOGNISE > found[1] > found[2] >= SUGGEST > found[3]


def test_of_several_faces_the_one_that_agrees_is_kept() -> None:
    tagged = [[face(2, 1), face(1, 2, RIGHT)], [face(1, 3)]]
    head = FaceHead.train(tagged, THRESHOLD)
    assert len(head.keys) == 2
    assert score(head, face(2, 4))[0] < SUGGEST


def test_a_photo_where_nobody_agrees_adds_no_key() -> None:
    head = FaceHead.train([[face(1, 1)], [face(2, 2), face(3, 3, RIGHT)]], THRESHOLD)
    assert len(head.keys) == 1


def test_without_a_photo_alone_the_shared_face_is_the_person() -> None:
    tagged = [[face(2, 1), face(1, 2, RIGHT)], [face(1, 3), face(3, 4, RIGHT)]]
    head = FaceHead.train(tagged, THRESHOLD)
    found = score(head, face(1, 5), face(2, 6), face(3, 7))
    assert found[0] >= RECOGNISE
    assert max(found[1:]) < SUGGEST


def test_a_box_says_which_face() -> None:
    tagged = [[face(2, 1, LEFT), face(1, 2, RIGHT)]]
    head = FaceHead.train(tagged, THRESHOLD, [(0.55, 0.0, 1.0, 0.6)])
    assert score(head, face(1, 3))[0] >= RECOGNISE
    assert score(head, face(2, 4))[0] < SUGGEST


def test_a_rejected_face_stays_rejected() -> None:
    sister = face(1, 2, like=0.75)
    tagged = [[face(1, 1)]]
    assert score(FaceHead.train(tagged, THRESHOLD), sister)[0] >= RECOGNISE
    head = FaceHead.train(tagged, THRESHOLD, rejected=[[sister]])
    assert score(head, sister)[0] < SUGGEST
    assert score(head, face(1, 3, like=0.9))[0] >= RECOGNISE


def test_photos_without_a_face_are_a_sentence() -> None:
    with pytest.raises(UsageError, match="No face can be made out"):
        FaceHead.train([[], []], THRESHOLD)


def test_photos_without_a_face_are_passed_over() -> None:
    head = FaceHead.train([[], [face(1, 1)]], THRESHOLD, [(0.0, 0.0, 1.0, 1.0), None])
    assert len(head.keys) == 1


def test_heads_are_kept_exactly() -> None:
    head = FaceHead.train([[face(1, 1)], [face(1, 2)]], THRESHOLD, rejected=[[face(2, 3)]])
    again = FaceHead.from_bytes(head.to_bytes())
    assert (again.keys == head.keys).all()
    assert (again.strangers == head.strangers).all()
    assert again.threshold == head.threshold
    assert head.score(np.empty((0, 128), np.float32)).shape == (0,)


def test_damaged_bytes_are_a_sentence() -> None:
    with pytest.raises(UsageError, match="teach it again"):
        FaceHead.from_bytes(b"x" * 30)


def test_a_box_to_which_no_face_belongs_teaches_nothing_of_others() -> None:
    tagged = [[face(1, 1)], [face(2, 2, LEFT)]]
    head = FaceHead.train(tagged, THRESHOLD, [None, (0.7, 0.6, 0.9, 0.9)])
    assert len(head.keys) == 1
    assert score(head, face(2, 3))[0] < SUGGEST
