"""The starter pack's parts, put together: one look at a photo feeds heads, search and captions."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.models import threads, views
from engine.models.lazy import Lazy
from engine.models.protocols import Box, Encoding, Picture
from engine.models.weights import OwnWeights

if TYPE_CHECKING:
    from torch import Tensor

    from engine.models.captioner import Captioner
    from engine.models.connector import Connector
    from engine.models.efficientnet import EfficientNetLite2
    from engine.models.sentences import SentenceReader
    from engine.models.starter_vlm import StarterVLM

FOLDER = "starter"
CONNECTOR, CAPTIONER, VOCABULARY, HEADS = (
    "connector.safetensors",
    "captioner.safetensors",
    "vocabulary.json",
    "heads.safetensors",
)
PICTURE_SIZE = 576
"""Twice the side the backbone sees: enough to squeeze from without a jagged edge."""

_BATCH = 4
"""On a CPU more at once are no faster (measured: 1 to 16 within the noise)."""
_GRID = 9


@dataclass(frozen=True)
class _Eye:
    """What looks at pictures."""

    backbone: EfficientNetLite2
    whitening: views.Whitening
    connector: Connector
    captioner: Captioner


class StarterEncoder:
    """EfficientNet-Lite2 and MiniLM, joined by the connector. Loads each half at first use."""

    picture_size = PICTURE_SIZE

    def __init__(self, weights: OwnWeights, captions: StarterCaptions) -> None:
        self._weights = weights
        self._captions = captions
        self._eye: _Eye | None = None
        self._reader: tuple[SentenceReader, Connector] | None = None
        self._connector: Connector | None = None
        self._loading = threading.RLock()

    @property
    def version(self) -> str:
        """Changes with any weight that has a part in an encoding; known without loading one."""
        return f"starter-2 {self._weights.version(CONNECTOR, CAPTIONER, HEADS)}"

    @property
    def view_boxes(self) -> list[Box]:
        """Where each of `Encoding.heads` looks."""
        return views.boxes(_GRID)

    def encode_pictures(self, pictures: Sequence[Picture]) -> list[Encoding]:
        """See `ImageTextEncoder`. Raises PackError when a weight file is missing or damaged."""
        import torch

        eye = self._eye or self._open_eye()
        encodings: list[Encoding] = []
        parts = [views.halves(picture, _GRID) for picture in pictures]
        for maps, count in self._maps(eye, pictures):
            with torch.inference_mode():
                embeddings = eye.connector.pictures(maps)
                rows = eye.captioner.rows(maps)
            heads = eye.whitening(views.windows(maps.numpy()))
            made = zip(_half(embeddings), heads, _half(rows), strict=True)
            encodings.extend([Encoding(*one) for one in made][:count])
        places = [(photo, view) for photo, own in enumerate(parts) for view in own]
        wholes = (
            whole
            for maps, count in self._maps(eye, [parts[photo][view] for photo, view in places])
            for whole in eye.whitening(views.windows(maps.numpy())[:count, 0])
        )
        for (photo, view), whole in zip(places, wholes, strict=True):
            encodings[photo].heads[view] = whole
        return encodings

    def _maps(self, eye: _Eye, pictures: Sequence[Picture]) -> Iterator[tuple[Tensor, int]]:
        """Maps of a few pictures at a time, and how many of them are real.

        Kernels round by the shape they are given: it is always the same one, so that a photo's
        vectors do not depend on which photos it was batched with.
        """
        import torch

        from engine.models import efficientnet

        for at in range(0, len(pictures), _BATCH):
            batch = pictures[at : at + _BATCH]
            full = [*batch, *[batch[-1]] * (_BATCH - len(batch))]
            with torch.inference_mode():
                maps = eye.backbone(efficientnet.prepare(full))
            yield maps, len(batch)

    def around(self, picture: Picture) -> NDArray[np.float16]:
        """What heads would read at every place of a picture [side, side, h], for heat maps."""
        import torch

        from engine.models import efficientnet

        eye = self._eye or self._open_eye()
        with torch.inference_mode():
            grid = eye.backbone(efficientnet.prepare([picture])).numpy()[0]
        return eye.whitening(views.neighbourhoods(grid)).reshape(_GRID, _GRID, -1)

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors [n, d] comparable with `Encoding.embedding`."""
        import torch

        from engine.models.sentences import batches

        reader, connector = self._reader or self._open_reader()
        out = np.empty((len(texts), connector.config.embedding), np.float32)
        for batch in batches(texts):
            read = reader.read([texts[n] for n in batch])
            with torch.inference_mode():
                out[batch] = connector.texts(read.states, read.seen, read.sentences).numpy()
        return out

    def encode_sentences(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """MiniLM's own unit vectors [n, 384], comparable with one another."""
        reader, _ = self._reader or self._open_reader()
        return reader.sentences(texts)

    def _open_eye(self) -> _Eye:
        with self._loading:
            if self._eye is None:
                threads.settle_torch()
                from engine.models.efficientnet import EfficientNetLite2

                self._eye = _Eye(
                    EfficientNetLite2.load(),
                    views.Whitening.load(self._weights.verified(HEADS)),
                    self._open_connector(),
                    self._captions.loaded().model,
                )
            return self._eye

    def _open_reader(self) -> tuple[SentenceReader, Connector]:
        with self._loading:
            if self._reader is None:
                threads.settle_torch()
                from engine.models.sentences import SentenceReader

                self._reader = SentenceReader.load(), self._open_connector()
            return self._reader

    def _open_connector(self) -> Connector:
        with self._loading:
            if self._connector is None:
                from engine.models.connector import Connector

                self._connector = Connector.load(self._weights.verified(CONNECTOR))
            return self._connector


class StarterCaptions(Lazy["StarterVLM"]):
    """The starter's captioner as a `PersonalisableVLM` that loads its weights at first use."""

    has_slots = True
    reads_rows = True
    attention_weight = 0.04

    def __init__(self, weights: OwnWeights) -> None:
        super().__init__()
        self._weights = weights

    @property
    def version(self) -> str:
        """Known without loading anything."""
        return f"starter-captioner-1 {self._weights.version(CAPTIONER, VOCABULARY)}"

    @property
    def max_concepts(self) -> int:
        """How many concepts one photo's caption can name."""
        return self.loaded().max_concepts

    def _open(self) -> StarterVLM:
        from engine.models.starter_vlm import StarterVLM

        return StarterVLM.load(
            self._weights.verified(CAPTIONER), self._weights.verified(VOCABULARY), self.version
        )


def _half(values: Tensor) -> NDArray[np.float16]:
    out: NDArray[np.float16] = values.half().numpy()
    return out
