"""A round (or rounded) picture of a photo, or of a face in it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.theme import colours, sizes
from desktop.thumbnails.loader import Thumbnails
from desktop.thumbnails.picture import Box, Picture


class RoundPicture(QWidget):
    """A thumbnail cut to a shape; until it is there, and where there is none, a first letter.

    `radius` is in pixels of the layout; by default the picture is a circle.
    """

    def __init__(
        self,
        thumbnails: Thumbnails,
        size: int | QSize,
        parent: QWidget | None = None,
        *,
        radius: float | None = None,
    ) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._size = QSize(size, size) if isinstance(size, int) else size
        self._radius = self._size.width() / 2 if radius is None else radius
        self._photo_id: int | None = None
        self._box: Box | None = None
        self._letter = ""
        self.setFixedSize(self._size)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        thumbnails.arrived.connect(self._arrived)

    def show_photo(self, photo_id: int | None, box: Box | None = None, name: str = "") -> None:
        """Show a photo, or the part around a box in it; `name` is who or what that is."""
        self._photo_id, self._box, self._letter = photo_id, box, name[:1].upper()
        self.setAccessibleName(name)
        self._ask()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        picture = self._picture()
        pixmap = None if picture is None else self._thumbnails.pixmap(picture)
        if pixmap is not None:
            painter.drawPixmap(self.rect(), pixmap)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours().soft if self._letter else colours().blank))
        painter.drawRoundedRect(QRectF(self.rect()), self._radius, self._radius)
        painter.setPen(QColor(colours().accent_ink))
        painter.setFont(sizes.font(max(10, self._size.height() * 2 // 5), strong=True))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._letter)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Show, QEvent.Type.DevicePixelRatioChange):
            self._ask()
        return super().event(event)

    def _picture(self) -> Picture | None:
        if self._photo_id is None:
            return None
        scale = self.devicePixelRatioF()
        return Picture(
            self._photo_id,
            round(self._size.width() * scale),
            round(self._size.height() * scale),
            self._radius * scale,
            self._box,
        )

    def _ask(self) -> None:
        picture = self._picture()
        if picture is not None and self.isVisible():
            self._thumbnails.want(self, [picture])

    def _arrived(self, pictures: frozenset[Picture]) -> None:
        if self._picture() in pictures:
            self.update()
