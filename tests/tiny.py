"""A tiny real pack: it looks at colours, knows faces by the frames painted around them, and
captions what it sees. It computes everything from the pixels it is given, in milliseconds.
"""

from __future__ import annotations

import functools
import os
import re
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.models.packs import LoadedPack
from engine.models.protocols import Candidate, ConceptEmbedding, Encoding, Face, Look, Picture

if TYPE_CHECKING:
    from torch import Tensor

COLOURS: dict[str, tuple[int, int, int]] = {
    "red": (220, 30, 30),
    "green": (30, 160, 60),
    "blue": (40, 70, 210),
    "yellow": (235, 220, 50),
    "white": (245, 245, 245),
    "black": (15, 15, 15),
    "orange": (245, 140, 20),
    "grey": (128, 128, 128),
}
FRAMES = ((255, 0, 255), (0, 255, 255))
"""The colours of the frames that mark a first and a second face."""

_PALETTE = np.array(list(COLOURS.values()), dtype=np.float32)
_WORDS = 48


def paint(
    path: Path,
    colours: Sequence[str],
    seed: int,
    faces: Sequence[tuple[int, int, int]] = (),
    side: int = 64,
) -> Path:
    """Write a picture mostly of the first colour with patches of the others, and framed faces."""
    random = np.random.default_rng(seed)
    picture = np.full((side, side, 3), COLOURS[colours[0]], dtype=np.uint8)
    for colour in colours[1:]:
        top, left = random.integers(0, side // 2, 2)
        picture[top : top + side // 3, left : left + side // 3] = COLOURS[colour]
    noisy = picture.astype(np.int16) + random.integers(-8, 9, picture.shape)
    picture = noisy.clip(0, 250).astype(np.uint8)
    for number, (face, frame) in enumerate(zip(faces, FRAMES, strict=False)):
        left = 4 + number * side // 2
        picture[4:24, left : left + 20] = frame
        picture[7:21, left + 3 : left + 17] = face
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture).save(path, compress_level=1)
    return path


class TinyEncoder:
    """Pictures and words in one space of colours. Every picture encoded is noted in `log`."""

    version = "tiny-encoder-1"
    picture_size = 64

    def __init__(self, log: Path | None = None) -> None:
        self._log = log
        self.pictures = 0
        self.texts = 0

    def encode_pictures(self, pictures: Sequence[Picture]) -> list[Encoding]:
        self.pictures += len(pictures)
        encodings = [self._encode(picture) for picture in pictures]
        if self._log is not None:
            lines = "".join(f"{picture_key(picture)}\n" for picture in pictures)
            handle = os.open(self._log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            os.write(handle, lines.encode())
            os.close(handle)
        return encodings

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts += len(texts)
        vectors = np.full((len(texts), len(COLOURS)), 0.05, dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                if word in COLOURS:
                    vectors[row, list(COLOURS).index(word)] += 1
        return _unit(vectors)

    def encode_sentences(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.full((len(texts), _WORDS), 0.01, dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                vectors[row, zlib.crc32(word.encode()) % _WORDS] += 1
        return _unit(vectors)

    def _encode(self, picture: Picture) -> Encoding:
        middle = picture.shape[1] // 2
        whole, left, right = (
            _histogram(part) for part in (picture, picture[:, :middle], picture[:, middle:])
        )
        rows = np.stack([_histogram(part) for part in np.array_split(picture, 4)])
        half = np.float16
        return Encoding(
            whole.astype(half), np.stack([whole, left, right]).astype(half), rows.astype(half)
        )


class TinyFaces:
    """A face is whatever stands in a frame; its colour is who it is."""

    version = "tiny-faces-1"
    picture_size = 64
    threshold = 0.9

    def __init__(self) -> None:
        self.pictures = 0

    def analyse(self, picture: Picture) -> list[Face]:
        self.pictures += 1
        height, width = picture.shape[:2]
        faces = []
        for frame in FRAMES:
            rows, columns = np.nonzero((picture == frame).all(axis=2))
            if len(rows) < 20:
                continue
            top, bottom, left, right = rows.min(), rows.max(), columns.min(), columns.max()
            inside = picture[top + 3 : bottom - 2, left + 3 : right - 2]
            colour = np.zeros(16, dtype=np.float32)
            colour[:3] = inside.reshape(-1, 3).mean(axis=0) - 127
            box = (left / width, top / height, (right + 1) / width, (bottom + 1) / height)
            faces.append(Face(tuple(map(float, box)), 0.99, colour / np.linalg.norm(colour)))  # type: ignore[arg-type]
        return faces


class TinyVLM:
    """Says which colour a picture is, and who is in it."""

    version = "tiny-vlm-1"
    max_concepts = 4
    embedding_width = 4
    has_slots = True
    reads_rows = True
    attention_weight = 0.04

    def __init__(self) -> None:
        self.captions = 0

    def look(self, pictures: Sequence[Picture]) -> list[Look]:
        raise AssertionError("the encoder's rows are there to be read")

    def caption(
        self, looks: Sequence[Look], concepts: Sequence[Sequence[ConceptEmbedding]]
    ) -> list[str]:
        self.captions += len(looks)
        captions = []
        for own, present in zip(looks, concepts, strict=True):
            order = own.astype(np.float32).mean(axis=0).argsort()[::-1]
            first, second = (list(COLOURS)[one] for one in order[:2])
            who = " and ".join(f"{{{number}}}" for number in range(len(present))) or "a picture"
            captions.append(f"{who} in {first} with some {second}")
        return captions

    def candidates(
        self, looks: Sequence[Look], concepts: Sequence[Sequence[ConceptEmbedding]]
    ) -> list[list[Candidate]]:
        return [[Candidate(text, 0.0)] for text in self.caption(looks, concepts)]

    def warm_start(self, looks: Sequence[Look], nouns: Sequence[str]) -> NDArray[np.float32]:
        return np.full(4, 0.5, dtype=np.float32)

    def loss(
        self,
        looks: Sequence[Look],
        embeddings: Tensor,
        words: Sequence[Sequence[str]],
        targets: Sequence[str],
        attention_weight: float,
        questions: Sequence[str] | None = None,
    ) -> Tensor:
        return ((embeddings - 1) ** 2).mean()

    def attention(
        self, look: Look, concept: ConceptEmbedding, layer: int | None = None
    ) -> NDArray[np.float32]:
        layers = np.array([[[0.1, 0.1], [0.3, 0.5]], [[0, 0.1], [0.4, 0.5]]], dtype=np.float32)
        heat: NDArray[np.float32] = layers.mean(axis=0) if layer is None else layers[layer]
        return heat


class TinyPack(LoadedPack):
    """The three together, as the real packs come."""

    encoder: TinyEncoder
    faces: TinyFaces
    vlm: TinyVLM

    def __init__(self, log: Path | None = None) -> None:
        super().__init__("tiny", TinyEncoder, TinyFaces, TinyVLM)
        self.source = functools.partial(TinyPack, log)
        self.encoder = TinyEncoder(log)
        self.faces = TinyFaces()
        self.vlm = TinyVLM()


def picture_key(picture: Picture) -> str:
    """A short name for a picture's pixels."""
    return f"{zlib.crc32(np.ascontiguousarray(picture).tobytes()):08x}"


def _histogram(picture: Picture) -> NDArray[np.float32]:
    pixels = picture[::2, ::2].reshape(-1, 1, 3).astype(np.float32)
    nearest = ((pixels - _PALETTE) ** 2).sum(axis=2).argmin(axis=1)
    counts = np.bincount(nearest, minlength=len(COLOURS)).astype(np.float32)
    unit: NDArray[np.float32] = _unit((counts / counts.sum() + 0.001)[None])[0]
    return unit


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    unit: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit
