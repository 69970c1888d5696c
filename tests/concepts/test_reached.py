"""A head that is learned anew is asked where it matters; other photos stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.concepts.faces import FaceHead
from engine.concepts.groups import concerned
from engine.concepts.heads import LinearHead
from engine.concepts.recognising import Heads, reached, recognise_photos
from engine.library import Library
from engine.library.groups import ALONE
from engine.models.protocols import Encoding, Face
from tests.library.shelves import stock
from tests.tiny import TinyPack

RANDOM = np.random.default_rng(5)
COUNT = 300


def unit(*shape: int) -> np.ndarray:
    found = RANDOM.normal(size=shape).astype(np.float32)
    length: np.ndarray = np.linalg.norm(found, axis=-1, keepdims=True)
    return np.asarray(found / length)


@pytest.fixture
def filled(home: Path) -> Iterator[tuple[Library, TinyPack, list[int]]]:
    """Photos that show anything, and up to three faces of anybody."""
    pack, library = TinyPack(), Library.open(home)
    ids = stock(library, COUNT)
    library.encodings.put_many(
        pack.encoder.version,
        {
            one: Encoding(view[0].astype("f2"), view.astype("f2"), view.astype("f2"))
            for one, view in zip(ids, unit(COUNT, 3, 8), strict=True)
        },
    )
    library.faces.put_many(
        pack.faces.version,
        {
            one: [
                Face((0.1 * at, 0.1, 0.1 * at + 0.1, 0.4), 0.9, face)
                for at, face in enumerate(some)
            ]
            for one, some in zip(
                ids, (unit(int(RANDOM.integers(0, 4)), 16) for _ in ids), strict=True
            )
        },
    )
    yield library, pack, ids
    library.close()


def thing() -> LinearHead:
    return LinearHead(unit(8) * 3, -1.5)


def person() -> FaceHead:
    return FaceHead(unit(2, 16), unit(1, 16), 0.3)


def said(library: Library, ids: list[int]) -> dict[int, list[object]]:
    return {one: list(found) for one, found in library.sightings.of_photos(ids).items()}


@pytest.mark.parametrize(("kind", "make"), [("pet", thing), ("person", person)])
def test_all_that_may_be_different_is_reached_and_not_everything(
    kind: str, make: Callable[[], Any], filled: tuple[Library, TinyPack, list[int]]
) -> None:
    library, pack, ids = filled
    version = pack.faces.version if kind == "person" else pack.encoder.version
    concepts = [library.concepts.add(name, kind).id for name in ("Ada", "Bo", "Cy")]

    def everyone(heads: dict[int, Any]) -> Heads:
        versions = dict.fromkeys(heads, version)
        return Heads({}, heads, versions) if kind == "person" else Heads(heads, {}, versions)

    heads = {one: make() for one in concepts}
    recognise_photos(library, pack, everyone(heads), ids)
    for _ in range(5):
        before = said(library, ids)
        heads[concepts[0]] = make()
        again = reached(library, version, concepts[0], heads[concepts[0]])
        recognise_photos(library, pack, everyone(heads), ids)
        after = said(library, ids)
        different = {one for one in ids if before.get(one) != after.get(one)}
        assert different, "or this shows nothing"
        assert different <= again
        assert len(again) < 0.9 * COUNT


def test_faces_in_groups_that_nothing_new_is_like_are_left_alone() -> None:
    labels = np.array([1, 1, 2, 2, ALONE, ALONE, 3, ALONE])
    known = np.array([True] * 7 + [False])
    edges = np.array([0.9], np.float32), np.array([2]), np.array([7])
    assert concerned(labels, known, edges).tolist() == [2, 3, 6, 7]
