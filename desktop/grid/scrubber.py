"""The strip right of a grid: the years, where one is among them, and any month at one drag."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from desktop.grid.painting import section_title
from desktop.grid.view import GridView
from desktop.theme import colours, sizes

WIDTH = 54
_APART = 22
"""Years closer than this, in pixels, are left out."""
_INSET = 14


class Bubble(QWidget):
    """The month under the pointer, beside the strip."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._text = ""
        self.hide()

    def show_at(self, text: str, right: int, middle: int) -> None:
        """Show a text left of a point."""
        self._text = text
        self.setFont(sizes.font(13, strong=True))
        width = self.fontMetrics().horizontalAdvance(text) + 24
        self.setGeometry(right - width, middle - 15, width, 30)
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours().ink))
        painter.drawRoundedRect(self.rect(), 9, 9)
        painter.setPen(QColor(colours().background))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)


class Scrubber(QWidget):
    """A scroll bar that knows months; it follows the grid, and the grid follows it.

    The keyboard needs none of it: the grid itself has Home, End and the page keys.
    """

    def __init__(self, grid: GridView, parent: QWidget) -> None:
        super().__init__(parent)
        self._grid = grid
        self._hovered: int | None = None
        self._dragging = False
        self._bubble = Bubble(parent)
        self.setFixedWidth(WIDTH)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Months"))
        grid.moved.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        bar = self._grid.verticalScrollBar()
        if not bar.maximum():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(sizes.figures(11))
        palette, right = colours(), self.width() - 12
        here = self._y_of(bar.value())
        painter.setPen(QColor(palette.quiet))
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for year, y in self._years():
            if abs(y - here) > _APART / 2:
                painter.drawText(QRect(0, y - 8, right, 16), flags, year)
        active = self._dragging or self._hovered is not None
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.accent if active else palette.quiet))
        width = 30 if active else 22
        painter.drawRoundedRect(QRectF(right - width, here - 2, width, 4), 2, 2)
        if self._hovered is not None and not self._dragging:
            painter.setBrush(QColor(palette.line))
            painter.drawRoundedRect(QRectF(right - 14, self._hovered - 1, 14, 2), 1, 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragging = True
            self._go(event.position().toPoint())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        self._hovered = point.y()
        if self._dragging:
            self._go(point)
        else:
            self._say(self._section_at(point.y()), point.y())
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragging = False
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = None
        self._bubble.hide()
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        QApplication.sendEvent(self._grid.verticalScrollBar(), event)

    def _room(self) -> int:
        return max(1, self.height() - 2 * _INSET)

    def _y_of(self, value: int) -> int:
        most = max(1, self._grid.verticalScrollBar().maximum())
        return _INSET + min(value, most) * self._room() // most

    def _value_at(self, y: int) -> int:
        most = self._grid.verticalScrollBar().maximum()
        return min(max(y - _INSET, 0), self._room()) * most // self._room()

    def _section_at(self, y: int) -> int:
        return self._grid.grid.section_at(self._value_at(y) + self._grid.grid.heading)

    def _years(self) -> list[tuple[str, int]]:
        """The years to write, with their heights; those too close to the one above left out."""
        years: list[tuple[str, int]] = []
        last = -1
        for number, section in enumerate(self._grid.shown.sections):
            if not section.year or section.year == last:
                continue
            last = section.year
            y = self._y_of(self._grid.grid.section_top(number))
            if not years or y - years[-1][1] >= _APART:
                years.append((str(section.year), y))
        return years

    def _go(self, point: QPoint) -> None:
        self._grid.verticalScrollBar().setValue(self._value_at(point.y()))
        self._say(self._grid.section_in_sight(), point.y())

    def _say(self, number: int, y: int) -> None:
        sections = self._grid.shown.sections
        if not 0 <= number < len(sections) or not sections[number].year:
            self._bubble.hide()
            return
        at = self.mapToParent(QPoint(0, y))
        self._bubble.show_at(section_title(sections[number]), at.x(), at.y())
