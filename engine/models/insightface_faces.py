"""Faces by insightface's model packs: SCRFD finds them, ArcFace says who they are.

MyVLM's people are recognised by `buffalo_l` (section 4.1). The models are read from a folder by
insightface's own loaders; it would fetch what it does not find, so what is missing is refused here
first. The files of these packs may not be used commercially: `LICENCE` says so wherever packs are
listed. `engine.models.faces.StarterFaces` (YuNet, MIT, and SFace, Apache-2.0) can stand in its
place in any pack.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import PackError
from engine.models import threads
from engine.models.protocols import Face, Picture

LICENCE = "insightface's face models are for non-commercial research only; its code is MIT"

PICTURE_SIZE = 1280
"""Twice the side at which faces are looked for: a small face still gives enough pixels to tell."""

_DETECT_SIDES = (128, 640)
"""insightface's own choice: small for a face that fills the picture, large for the others."""

_LEAST_SCORE = 0.5
_LEAST_SIDE = 22.0
"""Pixels of the picture as given, shorter side of the box: a smaller face is a guess."""

_MOST_FACES = 20


@dataclass(frozen=True)
class FacePack:
    """One of insightface's packs: its two files that matter here, and the size of the download.

    Without file names, the pack's own manifest says which they are. threshold: cosine similarity
    from which two faces are the same person.
    """

    name: str
    megabytes: int
    detector: str = ""
    embedder: str = ""
    threshold: float = 0.325


FACE_PACKS: dict[str, FacePack] = {
    pack.name: pack
    for pack in (
        FacePack("buffalo_l", 289, "det_10g.onnx", "w600k_r50.onnx"),
        FacePack("buffalo_m", 276, "det_2.5g.onnx", "w600k_r50.onnx"),
        FacePack("buffalo_s", 128, "det_500m.onnx", "w600k_mbf.onnx"),
        FacePack("buffalo_sc", 15, "det_500m.onnx", "w600k_mbf.onnx"),
        FacePack("antelopev2", 361, "scrfd_10g_bnkps.onnx", "glintr100.onnx"),
        FacePack("raccoon_l", 255),
        FacePack("raccoon_s", 37),
    )
}
"""By name. The paper's threshold is for buffalo_l, and buffalo_m has the same embedder; for the
others, trained with the same loss, it is where to begin."""


class InsightFaces:
    """A `FaceAnalyser` over one of insightface's packs. Loads its models at first use."""

    picture_size = PICTURE_SIZE

    def __init__(
        self, pack: FacePack, folder: Path, sums: Mapping[str, str], device: str | None = None
    ) -> None:
        """folder: where the pack's files lie. sums: SHA-256 (hex) of each, compared when it was
        installed. device: "cuda" or "cpu"; the best there is if None.
        """
        self._pack = pack
        self._folder = folder
        self._sums = sums
        self._device = device
        self._detector: Any = None
        self._embedder: Any = None

    @property
    def version(self) -> str:
        """Changes with the files; known without reading them."""
        sums = " ".join(f"{name} {self._sums[name]}" for name in sorted(self._sums))
        digest = hashlib.sha256(sums.encode()).hexdigest()[:12]
        return f"insightface-1 {self._pack.name} {digest} {_DETECT_SIDES} {_LEAST_SCORE}"

    @property
    def threshold(self) -> float:
        """Cosine similarity from which two faces are the same person."""
        return self._pack.threshold

    def analyse(self, picture: Picture) -> list[Face]:
        """The faces good enough to tell who they are, the surest first.

        Raises PackError when insightface is not installed or a model is missing or damaged.
        """
        if self._embedder is None:
            self._load()
        from insightface.app.common import Face as Found

        height, width = picture.shape[:2]
        shorter, longer = sorted((height, width))
        if shorter < _LEAST_SIDE or shorter * min(_DETECT_SIDES) < longer:
            return []
        bgr = np.ascontiguousarray(picture[:, :, ::-1])
        boxes, landmarks = self._detector.detect(bgr)
        faces: list[Face] = []
        for row, points in zip(boxes, landmarks, strict=True):
            if min(row[2] - row[0], row[3] - row[1]) < _LEAST_SIDE:
                continue
            found = Found(bbox=row[:4], kps=points, det_score=row[4])
            x0, y0, x1, y1 = (row[:4] / [width, height, width, height]).clip(0, 1).tolist()
            embedding = _unit(self._embedder.get(bgr, found))
            faces.append(Face((x0, y0, x1, y1), float(row[4]), embedding))
        return sorted(faces, key=lambda face: -face.score)[:_MOST_FACES]

    def _load(self) -> None:
        detector, embedder = self._open("detection"), self._open("recognition")
        if not detector.use_kps:
            raise self._unusable(self._pack.detector or "detector")
        threads.settle_cv2()
        sides = [(side, side) for side in _DETECT_SIDES]
        detector.prepare(0, input_size=sides, det_thresh=_LEAST_SCORE)
        embedder.prepare(0)
        self._detector, self._embedder = detector, embedder

    def _open(self, task: str) -> Any:
        """One of the pack's models, opened by insightface from a file that is there."""
        name = self._pack.detector if task == "detection" else self._pack.embedder
        path = self._folder / (name or "manifest.json")
        if not path.is_file():
            raise PackError(
                f"{path.name} is missing from the face models {self._pack.name}. "
                "Installing the pack again brings it back; nothing is fetched behind your back."
            )
        zoo, settings = _library(self._device)
        try:
            if name:
                model = zoo.get_model(str(path), **settings)
            else:
                model = zoo.get_model(str(self._folder), model_task=task, **settings)
        except Exception as error:  # each runtime has its own errors, derived from nothing else
            raise self._unusable(path.name) from error
        if model is None or model.taskname != task:
            raise self._unusable(path.name)
        return model

    def _unusable(self, name: str) -> PackError:
        return PackError(
            f"{name} of the face models {self._pack.name} is damaged or something else. "
            "Installing the pack again brings the right file back."
        )


def _library(device: str | None) -> tuple[Any, dict[str, Any]]:
    """insightface's models, and with what they run: threads that sleep while they wait."""
    try:
        onnxruntime = import_module("onnxruntime")
        from insightface import model_zoo
    except ImportError as error:
        raise PackError(
            "insightface is not installed, and this pack needs it. "
            "Install it with: pip install 'familiar[full]'"
        ) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(os.environ.get("OMP_NUM_THREADS", threads.cores()))
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    providers = ["CPUExecutionProvider"]
    if device != "cpu" and "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        providers.insert(0, "CUDAExecutionProvider")
    return model_zoo, {"providers": providers, "sess_options": options}


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    flat = np.asarray(vector, np.float32).ravel()
    unit: NDArray[np.float32] = flat / max(float(np.linalg.norm(flat)), 1e-6)
    return unit
