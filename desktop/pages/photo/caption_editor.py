"""A caption to be written: names are recognised as they are typed, and offered to be completed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHideEvent,
    QIcon,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from desktop.theme import colours
from desktop.widgets import utf16
from desktop.widgets.escape import claims_escape
from desktop.widgets.offers import Offers
from desktop.widgets.tokens import ends_with_name
from engine.library.templates import from_text, names_in
from engine.search.query import Known

_OFFERED = 5
_PADDING = 18
_LEAST = 66
_PILL = 7


class CaptionEditor(QPlainTextEdit):
    """Enter saves, Escape cancels. What is a name stands on a pill, and becomes a slot."""

    saved = Signal(str)
    """The template of what was written."""
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.names: Mapping[int, str] = {}
        self.setAccessibleName(self.tr("Caption"))
        self.setAccessibleDescription(self.tr("Enter saves, Escape cancels"))
        self.setProperty("kind", "caption")
        self.setTabChangesFocus(True)
        # Its height is that of what is written; what is around it must not grow either.
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._ink = _Ink(self)
        self._offers = Offers(self, 0)
        self._offers.chosen.connect(self._complete)
        self.textChanged.connect(self._grow)

    def edit(self, text: str, names: Mapping[int, str], *, changed: bool = False) -> None:
        """Begin with a caption as it is read; `names` are those that are recognised in it;
        changed: it was typed before, and is not kept yet."""
        self.names = names
        self.setPlainText(text)
        self.moveCursor(QTextCursor.MoveOperation.End)
        self.document().clearUndoRedoStacks()
        self.document().setModified(changed)
        self._grow()
        self.setFocus()

    @property
    def offering(self) -> bool:
        """Whether names are offered; the next Enter takes one."""
        return self._offers.isVisible()

    @property
    def changed(self) -> bool:
        """Whether anything was typed."""
        return self.document().isModified()

    @property
    def template(self) -> str:
        """What is written, with slots for the names, in one line."""
        return from_text(" ".join(self.toPlainText().split()), self.names)

    def event(self, event: QEvent) -> bool:
        return claims_escape(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, offering = event.key(), self.offering
        enter = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if offering and (enter or key == Qt.Key.Key_Tab):
            self._offers.take()
        elif offering and key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._offers.step(1 if key == Qt.Key.Key_Down else -1)
        elif offering and key == Qt.Key.Key_Escape:
            self._offers.hide()
        elif enter:
            self.saved.emit(self.template)
        elif key == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            before = self.toPlainText()
            super().keyPressEvent(event)
            if self.toPlainText() != before:
                self._offer()

    def focusNextPrevChild(self, forwards: bool) -> bool:
        # Tab comes here before it comes as a key.
        if forwards and self.offering:
            self._offers.take()
            return True
        return super().focusNextPrevChild(forwards)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._offers.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._grow()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._offers.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours().soft))
        for start, end in _names(self.toPlainText(), self.names):
            for rect in self._lines(start, end):
                painter.drawRoundedRect(rect, _PILL, _PILL)
        painter.end()
        super().paintEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._ink.rehighlight()

    def _lines(self, start: int, end: int) -> list[QRectF]:
        """Where a part of the text stands; in two lines, if it is broken."""
        rects: list[QRectF] = []
        for at in range(start, end):
            cursor = QTextCursor(self.document())
            cursor.setPosition(at)
            left = QRectF(self.cursorRect(cursor))
            cursor.setPosition(at + 1)
            right = QRectF(self.cursorRect(cursor))
            if left.y() != right.y():
                continue
            if rects and rects[-1].y() == left.y():
                rects[-1].setRight(right.left())
            else:
                rects.append(
                    QRectF(left.left(), left.y(), right.left() - left.left(), left.height())
                )
        return [rect.adjusted(-2, 0, 2, 0) for rect in rects]

    def _grow(self) -> None:
        """As high as what is written."""
        height, block = 0.0, self.document().begin()
        while block.isValid():
            # Lines are counted only when they are laid out, which this does.
            height += self.blockBoundingRect(block).height()
            block = block.next()
        self.setFixedHeight(max(_LEAST, math.ceil(height) + _PADDING + 8))

    def _offer(self) -> None:
        typed, fitting = ends_with_name(self._before(), self._known())
        names = [one.name for one in fitting if one.name != typed][:_OFFERED]
        self._offers.offer(names, [QIcon()] * len(names))

    def _complete(self, name: str) -> None:
        typed, _ = ends_with_name(self._before(), self._known())
        cursor = self.textCursor()
        start = cursor.position() - utf16.length(typed)
        cursor.setPosition(start, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(name)
        self._offers.hide()
        self.setFocus()

    def _before(self) -> str:
        """What is written before the cursor."""
        cursor = self.textCursor()
        return utf16.before(cursor.block().text(), cursor.positionInBlock())

    def _known(self) -> list[Known]:
        return [Known(one, name, "") for one, name in self.names.items()]


class _Ink(QSyntaxHighlighter):
    """Writes names in the colour of names."""

    def __init__(self, editor: CaptionEditor) -> None:
        document: QTextDocument = editor.document()
        super().__init__(document)
        self._editor = editor

    def highlightBlock(self, text: str) -> None:
        look = QTextCharFormat()
        look.setForeground(QColor(colours().accent_ink))
        for start, end in _names(text, self._editor.names):
            self.setFormat(start, end - start, look)


def _names(text: str, names: Mapping[int, str]) -> Iterator[tuple[int, int]]:
    """Where names stand in a text, as Qt counts."""
    for start, end, _ in names_in(text, names):
        yield utf16.length(text[:start]), utf16.length(text[:end])
