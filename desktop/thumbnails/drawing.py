"""Makes the image of a `Picture` from a thumbnail's JPEG; runs on any thread."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter, QPainterPath

from desktop.thumbnails.picture import Box, Picture

_MARGIN = 0.6
"""How much of a box's size is shown around it on each side."""


def draw(jpeg: bytes, picture: Picture) -> QImage:
    """The picture, exactly as large as asked for (smaller if `whole`); null if it cannot be read.

    JPEG is decoded at the nearest of its own reduced sizes, which costs a fraction of the whole.
    """
    buffer = QBuffer()
    buffer.setData(QByteArray(jpeg))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(b"jpeg"))
    size = reader.size()
    if not size.isValid():
        return QImage()
    wanted = QSize(picture.width, picture.height)
    if picture.whole:
        reader.setScaledSize(size.scaled(wanted, Qt.AspectRatioMode.KeepAspectRatio))
        return _rounded(reader.read(), picture.radius)
    part = crop(size, wanted, picture.box)
    scale = max(wanted.width() / part.width(), wanted.height() / part.height())
    if scale < 1:
        full = QSize(round(size.width() * scale), round(size.height() * scale))
        reader.setScaledSize(full.expandedTo(QSize(1, 1)))
        part = QRectF(
            part.x() * scale, part.y() * scale, part.width() * scale, part.height() * scale
        )
    image = reader.read()
    if image.isNull():
        return image
    cut = part.toAlignedRect().intersected(QRect(0, 0, image.width(), image.height()))
    image = image.copy(cut)
    if image.size() != wanted:
        image = image.scaled(
            wanted,
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
    return _rounded(image, picture.radius)


def crop(size: QSize, wanted: QSize, box: Box | None) -> QRectF:
    """The part of a picture of `size` that fills `wanted` in shape, around the box or the middle.

    Without a box it is as large as possible, a little above the middle when the picture is tall:
    heads are rarely at the bottom.
    """
    ratio = wanted.width() / wanted.height()
    width, height = size.width(), size.height()
    if box is None:
        across, down = (
            (width, width / ratio) if width / height < ratio else (height * ratio, height)
        )
        return QRectF((width - across) / 2, (height - down) * 0.4, across, down)
    x0, y0, x1, y1 = box
    across = (x1 - x0) * width * (1 + 2 * _MARGIN)
    down = (y1 - y0) * height * (1 + 2 * _MARGIN)
    across = max(across, down * ratio)
    shrink = min(1.0, width / across, height / (across / ratio))
    across, down = across * shrink, across * shrink / ratio
    left = min(max((x0 + x1) / 2 * width - across / 2, 0), width - across)
    top = min(max((y0 + y1) / 2 * height - down / 2, 0), height - down)
    return QRectF(left, top, across, down)


def _rounded(image: QImage, radius: float) -> QImage:
    if image.isNull() or radius <= 0:
        return image.convertToFormat(QImage.Format.Format_RGB32)
    out = QImage(image.size(), QImage.Format.Format_ARGB32_Premultiplied)
    out.fill(Qt.GlobalColor.transparent)
    painter = QPainter(out)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    path = QPainterPath()
    path.addRoundedRect(QRectF(out.rect()), radius, radius)
    painter.setClipPath(path)
    painter.drawImage(0, 0, image)
    painter.end()
    return out
