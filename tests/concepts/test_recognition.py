from __future__ import annotations

import numpy as np

from engine.concepts.faces import FaceHead
from engine.concepts.heads import LinearHead
from engine.concepts.recognition import (
    RECOGNISED,
    SUGGESTED,
    recognise_people,
    recognise_things,
)
from engine.models.views import boxes

EYE = np.eye(8, dtype=np.float32)
NOTHING = np.full(8, 0.01, np.float16)


def head(axis: int, also: int | None = None, share: float = 0.0) -> LinearHead:
    """Fires from 0.65 along its axis, and from less than all along another's."""
    weight = 10 * EYE[axis] + (10 * share * EYE[also] if also is not None else 0)
    return LinearHead(weight.astype(np.float32), -6.9)


def photo(whole: int | None = None, **quarters: int) -> np.ndarray:
    views = np.tile(NOTHING, (5, 1))
    if whole is not None:
        views[0] = EYE[whole]
    for name, axis in quarters.items():
        views[int(name[1:])] = EYE[axis]
    return views


def test_a_photo_of_neither_gets_no_row() -> None:
    assert recognise_things({7: head(0), 8: head(1)}, np.array([1]), photo()[None]) == []


def test_ids_and_states_come_back() -> None:
    rows = recognise_things({7: head(0)}, np.array([5, 6]), np.stack([photo(), photo(0)]))
    assert [row[:2] for row in rows] == [(7, 6)]
    assert rows[0][3:] == (RECOGNISED, None)


def test_one_region_is_one_concept() -> None:
    """A head that also fires on its neighbour's dog loses that dog to the neighbour."""
    heads = {7: head(0), 8: head(1, also=0, share=0.9)}
    rows = {row[0]: row for row in recognise_things(heads, np.array([1]), photo(0)[None])}
    assert rows[7][3] == RECOGNISED
    assert rows[8][3] == SUGGESTED
    assert rows[8][2] < 0.5


def test_two_pets_in_two_places_are_both_named() -> None:
    heads = {7: head(0), 8: head(1, also=0, share=0.9)}
    rows = recognise_things(heads, np.array([1]), photo(q1=0, q4=1)[None], boxes(9))
    states = {row[0]: row[3] for row in rows}
    assert states == {7: RECOGNISED, 8: RECOGNISED}
    where = {row[0]: row[4] for row in rows}
    assert where == {7: boxes(9)[1], 8: boxes(9)[4]}


def test_an_unsure_head_suggests() -> None:
    views = photo()
    views[0] = EYE[0] * 0.6
    ((_, _, score, state, _),) = recognise_things({7: head(0)}, np.array([1]), views[None])
    assert state == SUGGESTED
    assert 0.27 <= score < 0.5


def test_no_heads_or_no_photos_is_nothing() -> None:
    assert recognise_things({}, np.array([1]), photo()[None]) == []
    assert recognise_things({7: head(0)}, np.array([], np.int64), np.empty((0, 5, 8), "f2")) == []
    assert recognise_people({}, np.array([1]), EYE[:1], EYE[:1, :4]) == []
    empty = np.empty((0, 0), np.float32)
    person = FaceHead(EYE[:1], EYE[:0], 0.46)
    assert recognise_people({3: person}, np.array([], np.int64), empty, empty) == []


def test_two_faces_of_one_photo_are_never_the_same_person() -> None:
    ada = FaceHead(EYE[:1], EYE[:0], 0.46)
    twin = 0.9 * EYE[0] + 0.43 * EYE[1]
    faces = np.stack([twin, EYE[0], twin]).astype(np.float32)
    places = np.array([[0, 0, 0.1, 0.1], [0.5, 0.5, 0.75, 0.75], [0, 0, 1, 1]], np.float32)
    rows = recognise_people({3: ada}, np.array([1, 1, 2]), faces, places)
    assert sorted(row[:2] for row in rows) == [(3, 1), (3, 2)]
    assert next(row[4] for row in rows if row[1] == 1) == (0.5, 0.5, 0.75, 0.75)


def test_a_face_is_one_person_and_the_other_gets_the_other_face() -> None:
    ada = FaceHead(EYE[:1], EYE[:0], 0.46)
    eve = FaceHead((0.8 * EYE[:1] + 0.6 * EYE[1:2]), EYE[:0], 0.46)
    faces = np.stack([EYE[0], 0.7 * EYE[0] + 0.714 * EYE[1]]).astype(np.float32)
    rows = recognise_people({3: ada, 4: eve}, np.array([1, 1]), faces, EYE[:2, :4])
    found = {row[0]: row[4] for row in rows if row[3] == RECOGNISED}
    assert found == {3: (1.0, 0.0, 0.0, 0.0), 4: (0.0, 1.0, 0.0, 0.0)}


def test_faces_of_a_photo_need_not_lie_together() -> None:
    ada = FaceHead(EYE[:1], EYE[:0], 0.46)
    faces = EYE[[0, 0, 0, 0]]
    rows = recognise_people({3: ada}, np.array([2, 1, 2, 1]), faces, EYE[:4, :4])
    assert sorted(row[1] for row in rows) == [1, 2]
