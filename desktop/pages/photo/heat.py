"""Where someone is, as a warm glow over the picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image
from PySide6.QtGui import QColor, QImage, QPixmap

from desktop.theme import DARK

_SMOOTH = 24
"""Pixels of the glow for each cell of the map, so that no cell is seen as one."""
_MOST = 0.78
"""How much of the picture the warmest place hides."""


def glow(heat: Mapping[str, Any]) -> QPixmap:
    """A map as the engine gives it (`rows`, `columns`, `values`) as a picture to lay over the
    photo: transparent where it is cold."""
    rows, columns = int(heat["rows"]), int(heat["columns"])
    values = np.asarray(heat["values"], np.float32).reshape(rows, columns)
    warm = (values - values.min()) / max(float(np.ptp(values)), 1e-12)
    large = Image.fromarray(warm).resize(
        (columns * _SMOOTH, rows * _SMOOTH), Image.Resampling.BICUBIC
    )
    strength = np.clip(np.asarray(large), 0, 1)
    colour = QColor(DARK.accent)
    alpha = strength**1.5 * _MOST
    pixels = np.empty((*strength.shape, 4), np.uint8)
    for channel, part in enumerate((colour.red(), colour.green(), colour.blue())):
        pixels[..., channel] = part
    pixels[..., 3] = alpha * 255
    height, width = strength.shape
    image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
    return QPixmap.fromImage(image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied))
