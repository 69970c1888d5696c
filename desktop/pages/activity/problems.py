"""Files that could not be read, each with its reason: a list that may be thousands long."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.theme import colours, sizes
from engine.library.problems import Problem

_HEIGHT = 52
_Index = QModelIndex | QPersistentModelIndex
PATH = Qt.ItemDataRole.UserRole
REASON = Qt.ItemDataRole.UserRole + 1


class Problems(QAbstractListModel):
    """Problems by path."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._problems: Sequence[Problem] = ()

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show these instead of those before."""
        self.beginResetModel()
        self._problems = problems
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  # as Qt has it
        return 0 if parent.isValid() else len(self._problems)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        problem = self._problems[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return problem.path.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return str(problem.path)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{problem.path.name}: {problem.reason}"
        return {PATH: problem.path, REASON: problem.reason}.get(role)


class ProblemView(QListView):
    """The list: a file's name and folder in one line, the reason below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.problems = Problems(self)
        self.setModel(self.problems)
        self.setItemDelegate(_Delegate(self))
        self.setUniformItemSizes(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet("QListView { background: transparent; }")
        self.setAccessibleName(self.tr("Files that could not be read"))

    def path(self) -> Path | None:
        """The file that is chosen."""
        found = self.currentIndex().data(PATH)
        return found if isinstance(found, Path) else None


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(200, _HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        rect: QRect = option.rect.adjusted(2, 1, -2, -1)
        state: QStyle.StateFlag = option.state
        palette = colours()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(palette.soft))
            painter.drawRoundedRect(rect, sizes.CONTROL_RADIUS, sizes.CONTROL_RADIUS)
        inside = rect.adjusted(10, 6, -10, -6)
        path: Path = index.data(PATH)
        name = sizes.font(sizes.BASE, strong=True)
        self._line(painter, inside, name, palette.ink, path.name, Qt.AlignmentFlag.AlignTop)
        wide = QFontMetrics(name).horizontalAdvance(path.name) + 12
        small = sizes.font(sizes.SMALL)
        beside = inside.adjusted(wide, 2, 0, 0)
        if beside.width() > 80:
            self._line(
                painter, beside, small, palette.quiet, str(path.parent), Qt.AlignmentFlag.AlignTop
            )
        reason = str(index.data(REASON))
        below = Qt.AlignmentFlag.AlignBottom
        self._line(painter, inside, sizes.font(13), palette.quiet, reason, below)
        painter.restore()

    @staticmethod
    def _line(
        painter: QPainter,
        rect: QRect,
        font: Any,
        colour: str,
        text: str,
        where: Qt.AlignmentFlag,
    ) -> None:
        painter.setFont(font)
        painter.setPen(QColor(colour))
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideMiddle, rect.width())
        painter.drawText(rect, int(where | Qt.AlignmentFlag.AlignLeft), shown)
