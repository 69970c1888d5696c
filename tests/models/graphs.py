"""ONNX models of the shapes that insightface expects, made on the spot."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.models import faces

SIDE = 640
STRIDES = (8, 16, 32)

Points = NDArray[np.float32]
"""Corners [2, 2] or landmarks [5, 2], in pixels."""


def detector(path: Path, found: Sequence[tuple[Points, Points, float]], landmarks: bool) -> None:
    """A detector for 640 x 640 pixels that finds these corners [2, 2] and landmarks [5, 2]."""
    onnx = pytest.importorskip("onnx")
    helper, real = onnx.helper, onnx.TensorProto.FLOAT
    levels: list[list[NDArray[np.float32]]] = [[], [], []]
    for stride in STRIDES:
        cells = (SIDE // stride) ** 2 * 2
        for level, width in zip(levels, (1, 4, 10), strict=True):
            level.append(np.zeros((cells, width), np.float32))
    stride, across = STRIDES[0], SIDE // STRIDES[0]
    for corners, points, score in found:
        column, row = (corners.mean(axis=0) // stride).astype(int)
        cell, centre = (row * across + column) * 2, np.array([column, row]) * stride
        levels[0][0][cell] = score
        levels[1][0][cell] = np.concatenate([centre - corners[0], corners[1] - centre]) / stride
        levels[2][0][cell] = ((points - centre) / stride).ravel()
    values = [value for level in levels[: 3 if landmarks else 2] for value in level]
    names = [str(number) for number in range(len(values))]
    graph = helper.make_graph(
        [
            helper.make_node("Constant", [], [name], value=onnx.numpy_helper.from_array(value))
            for name, value in zip(names, values, strict=True)
        ],
        "detector",
        [helper.make_tensor_value_info("data", real, [1, 3, SIDE, SIDE])],
        [
            helper.make_tensor_value_info(name, real, value.shape)
            for name, value in zip(names, values, strict=True)
        ],
    )
    save(graph, path)


def embedder(path: Path, width: int = 16) -> None:
    """An embedder of insightface's shape: the means of 7 x 7 places, through a random matrix."""
    onnx = pytest.importorskip("onnx")
    helper, real = onnx.helper, onnx.TensorProto.FLOAT
    matrix = np.random.default_rng(0).normal(size=(3 * 49, width)).astype(np.float32)
    graph = helper.make_graph(
        [
            helper.make_node(
                "AveragePool", ["data"], ["pooled"], kernel_shape=[16, 16], strides=[16, 16]
            ),
            helper.make_node("Flatten", ["pooled"], ["flat"]),
            helper.make_node("MatMul", ["flat", "matrix"], ["out"]),
        ],
        "embedder",
        [helper.make_tensor_value_info("data", real, [1, 3, 112, 112])],
        [helper.make_tensor_value_info("out", real, [1, width])],
        [onnx.numpy_helper.from_array(matrix, "matrix")],
    )
    save(graph, path)


def sface(path: Path) -> None:
    """SFace's real weights without the list of inputs that are none."""
    onnx = pytest.importorskip("onnx")
    model = onnx.load(faces.EMBEDDER.verified())
    pictures = [one for one in model.graph.input if one.name == "data"]
    del model.graph.input[:]
    model.graph.input.extend(pictures)
    onnx.save(model, path)


def save(graph: Any, path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    opsets = [onnx.helper.make_opsetid("", 17)]
    model = onnx.helper.make_model(graph, opset_imports=opsets, ir_version=8)
    onnx.save(model, path)
