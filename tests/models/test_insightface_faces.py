"""insightface's own loaders and alignment, on models made here and on SFace's real weights.

The detector is a graph of insightface's shape that answers what it was told, because the packs'
own weights may not be passed on. What needs insightface is skipped where it is not installed.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.concepts.faces import FaceHead
from engine.errors import PackError
from engine.models import faces
from engine.models.faces import StarterFaces
from engine.models.insightface_faces import FACE_PACKS, LICENCE, FacePack, InsightFaces
from engine.models.protocols import Face, Picture
from tests.models.graphs import SIDE, Points, detector, embedder, sface
from tests.models.pictures import ASTRONAUT

BUFFALO = FACE_PACKS["buffalo_l"]
OPEN = FacePack("sface", 11, threshold=StarterFaces.threshold)
SUMS = {"a.onnx": "11", "b.onnx": "22"}
needs_insightface = pytest.mark.skipif(
    importlib.util.find_spec("insightface") is None,
    reason="insightface comes with the extra `full`",
)


def seen(picture: Picture) -> tuple[Points, Points, float]:
    """Where YuNet sees the face of a picture: corners, eyes, nose and mouth, its score."""
    import cv2

    net = cv2.FaceDetectorYN.create(
        str(faces.DETECTOR.verified()), "", (picture.shape[1], picture.shape[0]), 0.6
    )
    row = net.detect(np.ascontiguousarray(picture[:, :, ::-1]))[1][0]
    corners = np.stack([row[:2], row[:2] + row[2:4]])
    return corners, row[4:14].reshape(5, 2), float(row[14])


def scaled(found: tuple[Points, Points, float], picture: Picture) -> tuple[Points, Points, float]:
    """The same in the square that insightface shrinks a picture to."""
    ratio = SIDE / max(picture.shape[:2])
    return found[0] * ratio, found[1] * ratio, found[2]


def pack(folder: Path, found: Sequence[tuple[Points, Points, float]]) -> InsightFaces:
    folder.mkdir(exist_ok=True)
    detector(folder / BUFFALO.detector, found, landmarks=True)
    embedder(folder / BUFFALO.embedder)
    return InsightFaces(BUFFALO, folder, SUMS, "cpu")


def open_pack(folder: Path, picture: Picture) -> InsightFaces:
    """A pack with a manifest: a detector that knows the picture, and SFace."""
    folder.mkdir(exist_ok=True)
    detector(folder / "detector.onnx", [scaled(seen(picture), picture)], landmarks=True)
    sface(folder / "sface.onnx")
    manifest = {
        "manifest_version": 2,
        "model_id": "sface",
        "license": "MODEL.LICENSE",
        "tasks": {
            "detection": {"file": "detector.onnx"},
            "recognition": {"file": "sface.onnx", "preprocessing": "embedded"},
        },
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return InsightFaces(OPEN, folder, SUMS, "cpu")


def alone(analyser: InsightFaces | StarterFaces, picture: Picture) -> Face:
    (face,) = analyser.analyse(picture)
    return face


@needs_insightface
def test_a_pack_of_two_files_finds_and_describes(tmp_path: Path) -> None:
    wide = np.full((512, 1400, 3), 90, np.uint8)
    wide[:, 700:1212] = ASTRONAUT
    right = np.array([700, 0], np.float32)
    corners, points, score = seen(ASTRONAUT)
    moved = corners + right, points + right, score
    face = alone(pack(tmp_path, [scaled(moved, wide)]), wide)
    expected = (moved[0] / [1400, 512]).ravel()
    assert face.box == pytest.approx(expected, abs=0.01)
    assert face.score == pytest.approx(score, abs=1e-5)
    assert face.embedding.dtype == np.float32
    assert np.linalg.norm(face.embedding) == pytest.approx(1, abs=1e-5)


@needs_insightface
def test_the_surest_come_first_and_small_ones_are_left_out(tmp_path: Path) -> None:
    points = np.array([[20, 20], [44, 20], [32, 32], [22, 44], [42, 44]], np.float32)
    corners = np.array([[0, 0], [64, 64]], np.float32)
    sure = corners + 320, points + 320, 0.9
    unsure = corners + 64, points + 64, 0.6
    unlikely = corners + 480, points + 480, 0.4
    quarter = np.float32(0.25)
    small = corners * quarter + 200, points * quarter + 200, 0.95
    picture = np.full((SIDE, SIDE, 3), 120, np.uint8)
    found = pack(tmp_path, [unsure, small, sure, unlikely]).analyse(picture)
    assert [round(face.score, 2) for face in found] == [0.9, 0.6]
    assert found[0].box == pytest.approx((0.5, 0.5, 0.6, 0.6))


@needs_insightface
def test_faces_at_the_edge_stay_within_the_picture(tmp_path: Path) -> None:
    points = np.array([[20, 20], [44, 20], [32, 32], [22, 44], [42, 44]], np.float32)
    corners = np.array([[-20, -10], [64, 64]], np.float32)
    face = alone(pack(tmp_path, [(corners, points, 0.9)]), np.zeros((SIDE, SIDE, 3), np.uint8))
    assert face.box == pytest.approx((0, 0, 0.1, 0.1))


@needs_insightface
@pytest.mark.parametrize("shape", [(1, 1, 3), (2, 700, 3), (30, 9000, 3), (900, 3, 3)])
def test_odd_pictures_are_no_trouble(tmp_path: Path, shape: tuple[int, ...]) -> None:
    assert pack(tmp_path, []).analyse(np.zeros(shape, np.uint8)) == []


@needs_insightface
def test_sface_runs_in_insightface_and_knows_a_real_face(tmp_path: Path) -> None:
    """Real weights through ArcFaceONNX and insightface's alignment, named by a manifest."""
    face = alone(open_pack(tmp_path / "one", ASTRONAUT), ASTRONAUT)
    assert face.embedding.shape == (128,)
    ours = alone(StarterFaces(), ASTRONAUT)
    assert face.embedding @ ours.embedding > 0.9
    head = FaceHead.train([[face]], OPEN.threshold)
    for number, other in enumerate(
        (
            np.ascontiguousarray(ASTRONAUT[:, ::-1]),
            (ASTRONAUT * 0.6).astype(np.uint8),
            np.asarray(Image.fromarray(ASTRONAUT).resize((300, 300))),
        )
    ):
        again = alone(open_pack(tmp_path / str(number), other), other)
        assert head.score(again.embedding[None])[0] > 0.9


@needs_insightface
def test_another_face_of_insightface_is_somebody_else(tmp_path: Path) -> None:
    spec = importlib.util.find_spec("insightface")
    assert spec is not None
    assert spec.submodule_search_locations
    folder = Path(spec.submodule_search_locations[0]) / "data" / "images"
    other = np.asarray(Image.open(folder / "t1.jpg").convert("RGB"))
    face = alone(open_pack(tmp_path / "one", ASTRONAUT), ASTRONAUT)
    stranger = alone(open_pack(tmp_path / "two", other), other)
    assert face.embedding @ stranger.embedding < OPEN.threshold - 0.1


@needs_insightface
def test_the_same_picture_gives_the_same_bits(tmp_path: Path) -> None:
    analyser = open_pack(tmp_path, ASTRONAUT)
    first, second = alone(analyser, ASTRONAUT), alone(analyser, ASTRONAUT)
    assert (first.embedding == second.embedding).all()


@needs_insightface
@pytest.mark.parametrize("name", [BUFFALO.detector, BUFFALO.embedder])
def test_a_damaged_model_is_a_sentence(tmp_path: Path, name: str) -> None:
    analyser = pack(tmp_path, [])
    (tmp_path / name).write_bytes(b"no model at all")
    with pytest.raises(PackError, match=f"{name} of the face models buffalo_l is damaged"):
        analyser.analyse(ASTRONAUT)


@needs_insightface
def test_models_that_are_something_else_are_refused(tmp_path: Path) -> None:
    analyser = pack(tmp_path, [])
    embedder(tmp_path / BUFFALO.detector)
    with pytest.raises(PackError, match="or something else"):
        analyser.analyse(ASTRONAUT)
    detector(tmp_path / BUFFALO.detector, [], landmarks=False)
    with pytest.raises(PackError, match="or something else"):
        analyser.analyse(ASTRONAUT)


@needs_insightface
def test_a_manifest_with_another_checksum_is_refused(tmp_path: Path) -> None:
    analyser = open_pack(tmp_path, ASTRONAUT)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    manifest["tasks"]["recognition"]["sha256"] = "0" * 64
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(PackError, match=r"manifest\.json of the face models sface is damaged"):
        analyser.analyse(ASTRONAUT)


@pytest.mark.parametrize("name", sorted(FACE_PACKS))
def test_what_is_missing_is_not_fetched(tmp_path: Path, name: str) -> None:
    """The fixture of every test fails this one if anything reaches for the network."""
    with pytest.raises(PackError, match=f"is missing from the face models {name}"):
        InsightFaces(FACE_PACKS[name], tmp_path / "nowhere", SUMS).analyse(ASTRONAUT)
    assert not (tmp_path / "nowhere").exists()


def test_without_insightface_the_owner_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    (tmp_path / BUFFALO.detector).write_bytes(b"")
    with pytest.raises(PackError, match=r"pip install 'familiar\[full\]'"):
        InsightFaces(BUFFALO, tmp_path, SUMS).analyse(ASTRONAUT)


def test_the_version_follows_the_files(tmp_path: Path) -> None:
    one = InsightFaces(BUFFALO, tmp_path, SUMS)
    same = InsightFaces(BUFFALO, tmp_path / "elsewhere", dict(reversed(SUMS.items())))
    other = InsightFaces(BUFFALO, tmp_path, SUMS | {"b.onnx": "33"})
    assert one.version == same.version != other.version
    assert one.threshold == 0.325


def test_packs_say_that_they_are_not_for_business() -> None:
    assert "non-commercial" in LICENCE
    assert all(pack.megabytes for pack in FACE_PACKS.values())


def test_importing_it_loads_no_library() -> None:
    heavy = "{'insightface', 'onnxruntime', 'onnx', 'cv2', 'torch'}"
    code = f"import sys, engine.models.insightface_faces; assert not {heavy} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
