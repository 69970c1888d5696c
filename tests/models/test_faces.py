"""Faces in real pictures that scikit-image carries: an astronaut's portrait, a cat, a cup."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from engine.errors import PackError
from engine.models import faces
from engine.models.faces import StarterFaces
from engine.models.protocols import Picture
from engine.models.weights import Part
from tests.models.pictures import ASTRONAUT, CAT, COFFEE, ROCKET


@pytest.fixture(scope="module")
def analyser() -> StarterFaces:
    return StarterFaces()


def resized(picture: Picture, side: int) -> Picture:
    return np.asarray(Image.fromarray(picture).resize((side, side), Image.Resampling.BICUBIC))


def test_a_portrait_has_one_face_where_it_is(analyser: StarterFaces) -> None:
    (face,) = analyser.analyse(ASTRONAUT)
    x0, y0, x1, y1 = face.box
    assert x0 < 224 / 512 < x1
    assert y0 < 110 / 512 < y1
    assert 0.1 < x1 - x0 < 0.35
    assert face.score >= 0.8
    assert face.embedding.dtype == np.float32
    assert np.linalg.norm(face.embedding) == pytest.approx(1, abs=1e-5)


def test_the_same_face_mirrored_smaller_and_darker_is_the_same_person(
    analyser: StarterFaces,
) -> None:
    picture = ASTRONAUT
    (face,) = analyser.analyse(picture)
    for other in (
        np.ascontiguousarray(picture[:, ::-1]),
        resized(picture, 260),
        (picture * 0.6).astype(np.uint8),
        picture[:300, 60:400],
    ):
        (again,) = analyser.analyse(other)
        assert face.embedding @ again.embedding > analyser.threshold + 0.1


def test_boxes_are_fractions_whatever_the_shape(analyser: StarterFaces) -> None:
    wide = np.full((512, 1400, 3), 90, np.uint8)
    wide[:, 700:1212] = ASTRONAUT
    (face,) = analyser.analyse(wide)
    assert face.box[0] < (700 + 224) / 1400 < face.box[2]


def test_two_faces_are_two(analyser: StarterFaces) -> None:
    picture = ASTRONAUT[:256, 90:346]
    found = analyser.analyse(np.concatenate([picture, picture[:, ::-1]], axis=1))
    assert len(found) == 2


@pytest.mark.parametrize("picture", [CAT, COFFEE, ROCKET])
def test_no_face_where_there_is_none(analyser: StarterFaces, picture: Picture) -> None:
    assert analyser.analyse(picture) == []


def test_a_face_too_small_to_tell_is_left_out(analyser: StarterFaces) -> None:
    assert analyser.analyse(resized(ASTRONAUT, 80)) == []


@pytest.mark.parametrize("shape", [(1, 1, 3), (2, 700, 3), (900, 3, 3)])
def test_odd_pictures_are_no_trouble(analyser: StarterFaces, shape: tuple[int, ...]) -> None:
    assert analyser.analyse(np.zeros(shape, np.uint8)) == []


def test_a_damaged_model_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    part = faces.EMBEDDER
    broken = Part(part.package, part.distribution, part.path, "00")
    monkeypatch.setattr(faces, "EMBEDDER", broken)
    with pytest.raises(PackError, match="is not the one Familiar was made for"):
        StarterFaces().analyse(COFFEE)
