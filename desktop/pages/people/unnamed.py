"""Faces that nobody has named yet, those that look alike together: name one, and it is someone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from desktop import words
from desktop.context import Context
from desktop.decisions.people import ignore
from desktop.navigation import Lesson
from desktop.theme import colours, sizes
from desktop.widgets import FlowLayout, Label, RoundPicture

if TYPE_CHECKING:
    from engine.library import Library
    from engine.library.groups import FaceGroup, GroupedFace

_SIDE = 84
_SHOWN = 24
_LESSON = 8
"""Faces of a group that are offered to learn from: the clearest."""
_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class UnnamedFaces(QWidget):
    """The largest groups; hidden while there are none."""

    chosen = Signal(object)
    """A `Lesson`: photos and faces of a group that is to get a name."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._groups: Sequence[FaceGroup] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(sizes.NEAR)
        title = QHBoxLayout()
        title.setSpacing(sizes.TIGHT)
        title.addWidget(Label(self.tr("Not named yet"), "heading", self))
        title.addWidget(Label(self.tr("faces that look alike"), "quiet", self))
        title.addStretch()
        column.addLayout(title)
        holder = QWidget(self)
        self._flow = FlowLayout(holder, gap=18, line_gap=14)
        column.addWidget(holder)
        self.hide()

    def read(self) -> None:
        """Read the groups again."""
        self._context.reader.read(
            self, lambda library: library.groups.largest(_SHOWN), self._show, key="groups"
        )

    def _show(self, groups: Sequence[FaceGroup]) -> None:
        self.setVisible(bool(groups))
        if groups == self._groups:
            return
        self._groups = groups
        self._flow.clear()
        for group in groups:
            face = _Face(self._context, group, self)
            face.opened.connect(partial(self._name, group))
            face.unknown.connect(partial(self._ignore, group))
            self._flow.addWidget(face)
            face.show()

    def _name(self, group: FaceGroup) -> None:
        def lesson(library: Library) -> Lesson:
            return tuple((one.photo_id, one.box) for one in library.groups.faces(group.id))[
                :_LESSON
            ]

        self._context.reader.read(self, lesson, self.chosen.emit, key="lesson")

    def _ignore(self, group: FaceGroup) -> None:
        def faces(library: Library) -> list[GroupedFace]:
            return library.groups.faces(group.id)

        self._context.reader.read(
            self, faces, lambda found: self._context.history.decide(ignore(found))
        )


class _Face(QWidget):
    """One group: its clearest face, and in how many photos it is."""

    opened = Signal()
    unknown = Signal()

    def __init__(self, context: Context, group: FaceGroup, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(3, 3, 3, 3)
        column.setSpacing(5)
        picture = RoundPicture(context.thumbnails, QSize(_SIDE, _SIDE), self)
        picture.show_photo(group.cover.photo_id, group.cover.box)
        figures = Label(words.photos(group.faces), "small", self)
        figures.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(picture)
        column.addWidget(figures)
        self.setAccessibleName(self.tr("Someone without a name, {}").format(figures.text()))
        self.setToolTip(self.tr("Who is this?"))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        inside = self.rect().contains(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and inside:
            self.opened.emit()
        elif event.button() == Qt.MouseButton.RightButton:
            self._offer(event.position().toPoint())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _KEYS:
            self.opened.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.unknown.emit()
        elif event.key() == Qt.Key.Key_Menu:
            self._offer(self.rect().center())
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(colours().accent), sizes.RING))
            painter.drawEllipse(1, 1, _SIDE + 4, _SIDE + 4)

    def _offer(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.addAction(self.tr("Who is this?"), self.opened.emit)
        menu.addAction(self.tr("Nobody I know"), self.unknown.emit)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.mapToGlobal(at))
