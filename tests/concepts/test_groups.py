"""Faces without a name: who is grouped with whom, and what stays when photos come and go."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.concepts.groups import agglomerate, group_faces, likest
from engine.library import Library
from engine.library.groups import ALONE
from engine.library.sightings import SUGGESTED
from engine.progress import Cancel, Cancelled, silent
from tests.library.shelves import FOLDER, SomeFace, stock
from tests.tiny import TinyPack

Vectors = NDArray[np.float32]

PEOPLE = np.eye(8, dtype=np.float32)
LEFT, MIDDLE, RIGHT = (0.1, 0.2, 0.3, 0.5), (0.4, 0.2, 0.6, 0.5), (0.7, 0.2, 0.9, 0.5)


def looks_like(person: int, seed: int, spread: float = 0.1) -> Vectors:
    """A unit vector near a person's own; 0.9, the tiny pack's threshold, is well below."""
    noise = np.random.default_rng(seed).normal(size=8) * spread / 8**0.5
    vector: Vectors = (PEOPLE[person] + noise).astype(np.float32)
    return vector / np.linalg.norm(vector)


def grouped(vectors: Vectors, photos: list[int], least: float = 0.9) -> list[set[int]]:
    """The groups of several faces, by the faces' places."""
    edges = likest(vectors, np.arange(len(vectors)), least, silent, Cancel())
    found = agglomerate(vectors, np.array(photos), np.zeros(len(vectors), np.int64), edges, least)
    groups = [set(np.flatnonzero(found == one).tolist()) for one in np.unique(found)]
    return sorted((one for one in groups if len(one) > 1), key=min)


# -- the grouping itself -------------------------------------------------------------------------


def test_those_who_look_alike_are_together_and_the_others_alone() -> None:
    vectors = np.stack([looks_like(n % 3, n) for n in range(12)] + [looks_like(5, 99)])
    assert grouped(vectors, list(range(13))) == [
        {0, 3, 6, 9},
        {1, 4, 7, 10},
        {2, 5, 8, 11},
    ]


def test_two_faces_of_one_photo_are_never_together() -> None:
    # Twins: in every photo both, each a little more like itself than like the other.
    twins = [looks_like(0, 1, 0.0), looks_like(0, 2, 0.25)]
    vectors = (
        np.stack([twins[n % 2] for n in range(8)])
        + np.random.default_rng(0).normal(size=(8, 8)).astype(np.float32) * 0.01
    )
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    assert float(vectors[0] @ vectors[1]) > 0.9
    assert grouped(vectors, [n // 2 for n in range(8)]) == [{0, 2, 4, 6}, {1, 3, 5, 7}]


def test_a_chain_of_likenesses_does_not_make_strangers_one() -> None:
    steps = [np.array([np.cos(angle), np.sin(angle)]) for angle in np.linspace(0, 1.5, 9)]
    vectors = np.stack(steps).astype(np.float32)
    assert all(float(a @ b) > 0.95 for a, b in pairwise(vectors))
    groups = grouped(vectors, list(range(9)), 0.95)
    assert len(groups) > 1
    for group in groups:
        some = vectors[sorted(group)]
        assert float((some @ some.T).mean()) >= 0.95


def test_groups_that_are_there_are_kept_and_joined_by_what_comes() -> None:
    vectors = np.stack([looks_like(0, n) for n in range(6)])
    labels = np.array([7, 7, 9, 9, ALONE, ALONE])
    edges = likest(vectors, np.array([4]), 0.9, silent, Cancel())
    assert set(edges[1].tolist()) | set(edges[2].tolist()) == set(range(6))
    assert all(4 in pair for pair in zip(edges[1].tolist(), edges[2].tolist(), strict=True))
    found = agglomerate(vectors, np.arange(6), labels, edges, 0.9)
    assert len(set(found.tolist())) == 1


# -- in a library --------------------------------------------------------------------------------


@pytest.fixture
def pack() -> TinyPack:
    return TinyPack()


@pytest.fixture
def library(home: Path) -> Iterator[Library]:
    with Library.open(home) as opened:
        yield opened


def some_face(person: int, seed: int, box: tuple[float, float, float, float] = MIDDLE) -> SomeFace:
    return SomeFace(box, 0.9, looks_like(person, seed))


def fill(library: Library, pack: TinyPack, count: int, first: int = 0) -> list[int]:
    """Photos of one of three people in turn."""
    ids = stock(library, count, first)
    library.faces.put_many(
        pack.faces.version,
        {one: [some_face(n % 3, first + n)] for n, one in enumerate(ids)},
    )
    return ids


def run(library: Library, pack: TinyPack) -> int:
    return group_faces(library, pack, silent, Cancel())


def members(library: Library) -> dict[int, set[int]]:
    """The photos of each group, by its number."""
    return {
        one.id: {face.photo_id for face in library.groups.faces(one.id)}
        for one in library.groups.largest()
    }


def test_groups_largest_first_with_the_clearest_face_to_show(
    library: Library, pack: TinyPack
) -> None:
    ids = stock(library, 6)
    large = (0.1, 0.1, 0.9, 0.9)
    library.faces.put_many(
        pack.faces.version,
        {
            ids[0]: [some_face(0, 0, LEFT), some_face(1, 1, RIGHT)],
            ids[1]: [some_face(0, 2, large)],
            ids[2]: [some_face(1, 3)],
            ids[3]: [some_face(1, 4)],
            ids[4]: [some_face(2, 5)],
            ids[5]: [],
        },
    )
    assert run(library, pack) == 6
    first, second = library.groups.largest()
    assert (first.faces, second.faces) == (3, 2)
    assert second.cover.photo_id == ids[1]
    assert second.cover.box == pytest.approx(large)
    assert [face.photo_id for face in library.groups.faces(second.id)] == [ids[1], ids[0]]
    assert members(library)[first.id] == {ids[0], ids[2], ids[3]}
    assert library.groups.count() == 2
    assert library.groups.count(least=3) == 1
    assert [one.id for one in library.groups.largest(1)] == [first.id]
    (alone,) = library.groups.of_photo(ids[4])
    assert alone.group_id == ALONE


def test_nothing_is_done_twice(library: Library, pack: TinyPack) -> None:
    assert run(library, pack) == 0
    fill(library, pack, 6)
    assert run(library, pack) == 6
    before = members(library)

    def refuse(*_: object) -> None:
        raise AssertionError("embeddings are read though no face is new")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(library.faces, "some_embeddings", refuse)
        assert run(library, pack) == 0
    assert members(library) == before


def test_new_faces_join_and_numbers_stay(library: Library, pack: TinyPack) -> None:
    first = fill(library, pack, 6)
    run(library, pack)
    before = members(library)
    assert len(before) == 3
    later = fill(library, pack, 9, first=100)
    assert run(library, pack) == 9
    after = members(library)
    assert set(after) == set(before), "each of the new ones is one of the three"
    assert {photo for photos in after.values() for photo in photos} == {*first, *later}
    assert all(before[one] < after[one] for one in before)


def test_a_number_is_never_given_to_another_group(library: Library, pack: TinyPack) -> None:
    ids = fill(library, pack, 6)
    run(library, pack)
    before = set(members(library))
    library.faces.put_many(pack.faces.version, {one: [] for one in ids})
    assert run(library, pack) == 6
    assert members(library) == {}
    fill(library, pack, 6, first=100)
    run(library, pack)
    assert len(members(library)) == 3
    assert not before & set(members(library))


def test_photos_that_are_analysed_again_are_grouped_anew(library: Library, pack: TinyPack) -> None:
    """Also when every face is another one: none of them has the number of one before."""
    ids = fill(library, pack, 6)
    run(library, pack)
    before = members(library)
    library.faces.put_many(
        pack.faces.version,
        {one: [some_face(n % 2, 50 + n, LEFT)] for n, one in enumerate(reversed(ids))},
    )
    assert run(library, pack) == 12, "six have come, six have gone"
    after = members(library)
    assert sorted(after.values(), key=min) == sorted(({*ids[0::2]}, {*ids[1::2]}), key=min), (
        "they are together by what they look like now"
    )
    assert not set(before) & set(after)
    (face,) = library.groups.of_photo(ids[0])
    assert face.box == pytest.approx(LEFT)


def test_faces_that_found_their_name_leave_and_come_back(library: Library, pack: TinyPack) -> None:
    ids = fill(library, pack, 9)
    run(library, pack)
    (group,) = [one for one, photos in members(library).items() if ids[0] in photos]
    ada = library.concepts.add("Ada", "person").id
    boxes = {face.photo_id: face.box for face in library.groups.faces(group)}
    library.tags.add(ada, ids[0], boxes[ids[0]])
    library.decisions.decide(ada, ids[3], "confirmed")  # which of its faces: it has only one
    library.sightings.put_scores(ada, "h", [(ids[6], 0.4, SUGGESTED, boxes[ids[6]])])
    assert run(library, pack) == 3
    assert group not in members(library)
    assert len(members(library)) == 2
    # Not Ada after all: the face is somebody else's, and has no name again.
    library.decisions.decide(ada, ids[6], "rejected")
    library.concepts.remove(ada)
    assert run(library, pack) == 3
    assert {ids[0], ids[3], ids[6]} in members(library).values()


def test_a_pet_beside_a_face_does_not_name_it(library: Library, pack: TinyPack) -> None:
    ids = fill(library, pack, 6)
    momo = library.concepts.add("Momo", "pet").id
    library.tags.add(momo, ids[0], MIDDLE)
    run(library, pack)
    assert sum(len(photos) for photos in members(library).values()) == 6


def test_a_box_drawn_around_the_whole_person_is_about_their_face(
    library: Library, pack: TinyPack
) -> None:
    ids = stock(library, 3)
    library.faces.put_many(
        pack.faces.version,
        {one: [some_face(0, n, LEFT), some_face(1, n, RIGHT)] for n, one in enumerate(ids)},
    )
    ada = library.concepts.add("Ada", "person").id
    library.tags.add(ada, ids[0], (0.05, 0.1, 0.45, 1.0))
    library.tags.add(ada, ids[1])  # somewhere in this photo
    run(library, pack)
    assert sorted(map(len, members(library).values())) == [2, 3]


def test_photos_that_are_gone_have_no_faces(library: Library, pack: TinyPack) -> None:
    ids = fill(library, pack, 6)
    run(library, pack)
    library.photos.forget_place(f"{FOLDER}/000000.jpg")
    assert run(library, pack) == 1
    assert ids[0] not in set().union(*members(library).values())


def test_what_the_owner_ignores_stays_out_and_comes_back(library: Library, pack: TinyPack) -> None:
    ids = fill(library, pack, 9)
    run(library, pack)
    before = members(library)
    (group,) = [one for one, photos in before.items() if ids[0] in photos]
    ignored = library.groups.ignore(library.groups.faces(group))
    assert group not in members(library)
    assert run(library, pack) == 0
    assert group not in members(library)
    # The photo is analysed again: the face has another number and nearly the same place.
    moved = (MIDDLE[0] + 0.01, *MIDDLE[1:])
    library.faces.put_many(pack.faces.version, {ids[0]: [some_face(0, 0, moved)]})
    run(library, pack)
    assert ids[0] not in set().union(*members(library).values())
    library.groups.notice(ignored)
    assert members(library)[group] == before[group] - {ids[0]}
    assert run(library, pack) == 1
    assert members(library) == before


def test_a_group_ignored_while_faces_are_compared_stays_ignored(
    library: Library, pack: TinyPack, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = fill(library, pack, 6)
    real = library.faces.some_embeddings

    def meanwhile(face_ids: list[int]) -> Vectors:
        library.strangers.ignore([(ids[0], MIDDLE), (ids[1], MIDDLE)])
        return real(face_ids)

    monkeypatch.setattr(library.faces, "some_embeddings", meanwhile)
    run(library, pack)
    assert not {ids[0], ids[1]} & set().union(*members(library).values())


def test_stopped_in_the_middle_nothing_has_changed(library: Library, pack: TinyPack) -> None:
    fill(library, pack, 6)
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(Cancelled):
        group_faces(library, pack, silent, cancel)
    assert library.groups.assigned() == {}
