"""Any open_clip model as the encoder of a pack: search, heads for pets and things, heat maps.

MyVLM's heads for pets and things read the L2-normalised image features of a CLIP (section 4.1). In
CLIP's space pictures and words can be compared, so that the same vector serves search. A head that
looks at the whole picture alone misses a dog in a corner: like the starter's, heads also look at
its quarters and halves, here each encoded as a picture of its own.

Which model: the paper's is open_clip's ViT-H-14-378-quickgelu with the weights dfn5b (Apple's
licence for research; 2 GB in half precision; offered as a pickle, so it has to be converted first).
For a consumer's graphics card SigLIP 2 B/16 at 256 pixels serves well: Apache-2.0, queries in many
languages, 79.1% on ImageNet without training (arXiv 2502.14786) as DataComp's L/14 has at three
times the computing, 0.8 GB in half precision.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.models import threads, views
from engine.models.checkpoint import Checkpoint, Loaded
from engine.models.protocols import Box, Encoding, Picture

if TYPE_CHECKING:
    from torch import Tensor

    from engine.models.sentences import SentenceReader

_GRID = 9
"""Views overlap as the starter's do: by one ninth of the picture."""


@dataclass(frozen=True)
class _Pace:
    """How a device is used: precision, and how many pictures and texts are encoded at once."""

    precision: str
    pictures: int
    texts: int


_PACES = {"cpu": _Pace("fp32", 1, 1), "mps": _Pace("fp16", 2, 8), "cuda": _Pace("fp16", 4, 16)}


class OpenClipEncoder:
    """An `ImageTextEncoder` over one open_clip model. Loads its weights at first use.

    `Encoding.rows` is empty: BLIP-2, LLaVA and later VLMs read the rows of a vision tower of their
    own, which was trained with them, never those of another CLIP.
    """

    def __init__(self, checkpoint: Checkpoint, device: str | None = None) -> None:
        """device: "cuda", "mps" or "cpu"; the best there is if None."""
        self._checkpoint = checkpoint
        self._wanted = device
        self._loaded: Loaded | None = None
        self._reader: SentenceReader | None = None
        self._loading = threading.RLock()

    @property
    def version(self) -> str:
        """Changes with the weights and with the views; known without loading anything.

        The device is no part of it: vectors of half and of full precision can be compared, and a
        library is not indexed again because the graphics card is away.
        """
        return f"open-clip-1 {len(self.view_boxes)} {self._checkpoint.version}"

    @property
    def picture_size(self) -> int:
        """Longest side, in pixels, worth decoding: a quarter of it fills the model's square."""
        return math.ceil(self._checkpoint.side * _GRID / (_GRID // 2 + 1))

    @property
    def view_boxes(self) -> list[Box]:
        """Where each of `Encoding.heads` looks."""
        return views.boxes(_GRID)

    def encode_pictures(self, pictures: Sequence[Picture]) -> list[Encoding]:
        """See `ImageTextEncoder`. heads: [9, d]; rows: [0, 0]. Raises PackError."""
        self._open()
        count, boxes = self._pace.pictures, self.view_boxes
        encodings: list[Encoding] = []
        for at in range(0, len(pictures), count):
            batch = pictures[at : at + count]
            # Always the same shape: kernels round by it, and a photo's vectors must not depend on
            # its company.
            full = [*batch, *[batch[-1]] * (count - len(batch))]
            crops = np.concatenate([self._crops(picture, boxes) for picture in full])
            found = self._features(crops).reshape(count, len(boxes), -1)
            encodings.extend(
                Encoding(heads[0], heads, np.empty((0, 0), np.float16))
                for heads, _ in zip(found.astype(np.float16), batch, strict=False)
            )
        return encodings

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors [n, d] comparable with `Encoding.embedding`; the words as they are."""
        import torch

        loaded, count = self._open(), self._pace.texts
        parts: list[NDArray[np.float32]] = []
        for at in range(0, len(texts), count):
            batch = list(texts[at : at + count])
            full = batch + batch[-1:] * (count - len(batch))
            with torch.inference_mode():
                tokens = loaded.tokenizer(full).to(self._device)
                parts.append(_unit(loaded.model.encode_text(tokens))[: len(batch)])
        return np.concatenate(parts) if parts else np.empty((0, self._checkpoint.width), np.float32)

    def encode_sentences(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """MiniLM's unit vectors [n, 384], comparable with one another.

        Not the CLIP's: its text tower was trained to tell pictures apart, not sentences. MiniLM was
        trained for that, comes with Familiar anyway, runs beside a graphics card that captions, and
        the search's weights were chosen for the likenesses it gives.
        """
        return self._open_reader().sentences(texts)

    @cached_property
    def _device(self) -> str:
        from engine.models.devices import best_device

        return self._wanted or best_device().type

    @property
    def _pace(self) -> _Pace:
        return _PACES[self._device.partition(":")[0]]

    def _open(self) -> Loaded:
        with self._loading:
            if self._loaded is None:
                threads.settle_torch()
                self._loaded = self._checkpoint.load(self._device, self._pace.precision)
            return self._loaded

    def _open_reader(self) -> SentenceReader:
        with self._loading:
            if self._reader is None:
                threads.settle_torch()
                from engine.models.sentences import SentenceReader

                self._reader = SentenceReader.load()
            return self._reader

    def _crops(self, picture: Picture, boxes: Sequence[Box]) -> NDArray[np.uint8]:
        """Views, each squeezed to the model's square [boxes, side, side, 3].

        Squeezed whatever the model's own habit: cutting the square out of the middle would hide the
        ends of the picture from search and heads.
        """
        height, width = picture.shape[:2]
        image, way = Image.fromarray(picture), self._open().resampling
        size = (self._checkpoint.side, self._checkpoint.side)
        corners = [(x0 * width, y0 * height, x1 * width, y1 * height) for x0, y0, x1, y1 in boxes]
        return np.stack([np.asarray(image.resize(size, way, box=box)) for box in corners])

    def _pixels(self, crops: NDArray[np.uint8]) -> Tensor:
        """Views [n, side, side, 3] as the model wants them [n, 3, side, side]."""
        import torch

        loaded = self._open()
        scaled = (crops.astype(np.float32) / 255 - loaded.mean) / loaded.std
        half = self._pace.precision == "fp16"
        pixels = torch.from_numpy(scaled.transpose(0, 3, 1, 2)).contiguous()
        return pixels.to(self._device, torch.float16 if half else torch.float32)

    def _features(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        import torch

        with torch.inference_mode():
            return _unit(self._open().model.encode_image(self._pixels(crops)))


class PlacingOpenClipEncoder(OpenClipEncoder):
    """One that also says what heads would read at each place of a picture."""

    def around(self, picture: Picture) -> NDArray[np.float16]:
        """Head vectors [side, side, d] of each patch and those beside it, row by row."""
        import torch

        visual = self._open().model.visual
        pixels = self._pixels(self._crops(picture, self.view_boxes[:1]))
        project = _pooled_alone if hasattr(visual, "trunk") else _last_attention
        with torch.inference_mode():
            places = _unit(project(visual, pixels))
        mean = views.neighbourhoods(places)
        side = round(len(mean) ** 0.5)
        return (mean / _lengths(mean)).astype(np.float16).reshape(side, side, -1)


def open_encoder(checkpoint: Checkpoint, device: str | None = None) -> OpenClipEncoder:
    """The encoder of these weights, one that shows places if the design allows it.

    Light: weights are loaded at first use. Raises PackError when the design cannot be read.
    """
    kind = PlacingOpenClipEncoder if checkpoint.has_places else OpenClipEncoder
    return kind(checkpoint, device)


def _last_attention(visual: Any, pixels: Tensor) -> Tensor:
    """Each patch in the space of heads, by CLIP's own vision transformer: [patches, d].

    ClearCLIP (Lan et al., ECCV 2024): of the last block only its attention is taken, each patch
    looking at those with a like query, without the residual path and the feed-forward layer, which
    speak of the whole picture; then the model's own projection.
    """
    import torch
    from torch.nn import functional as F

    blocks = visual.transformer.resblocks
    before = visual.forward_intermediates(
        pixels,
        indices=[len(blocks) - 2],
        stop_early=True,
        intermediates_only=True,
        output_fmt="NLC",
        output_extra_tokens=True,
    )
    hidden = torch.cat([*before["image_intermediates_prefix"], *before["image_intermediates"]], 1)
    attention, normed = blocks[-1].attn, blocks[-1].ln_1(hidden)
    joined = F.linear(normed, attention.in_proj_weight, attention.in_proj_bias)
    count, tokens, width = normed.shape
    heads = joined.reshape(count, tokens, 3, attention.num_heads, -1).permute(2, 0, 3, 1, 4)
    query, value = heads[0], heads[2]
    mixed = F.scaled_dot_product_attention(query, query, value)
    rows = attention.out_proj(mixed.transpose(1, 2).reshape(count, tokens, width))
    places: Tensor = visual.ln_post(blocks[-1].ls_1(rows))[0, 1:] @ visual.proj
    return places


def _pooled_alone(visual: Any, pixels: Tensor) -> Tensor:
    """Each patch in the space of heads, by a model that pools by attention: [patches, d].

    Its pooling over one patch instead of all says what the picture's vector would be if the model
    had eyes for that patch alone (MaskCLIP's idea, Zhou et al., ECCV 2022).
    """
    trunk = visual.trunk
    patches = trunk.forward_features(pixels)[0, trunk.num_prefix_tokens :]
    pooled = trunk.fc_norm(trunk.attn_pool(patches[:, None]))
    places: Tensor = visual.head(trunk.head(pooled))
    return places


def _unit(features: Tensor) -> NDArray[np.float32]:
    vectors: NDArray[np.float32] = features.float().cpu().numpy()
    return vectors / _lengths(vectors)


def _lengths(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths: NDArray[np.float32] = np.linalg.norm(vectors, axis=-1, keepdims=True).clip(1e-6)
    return lengths
