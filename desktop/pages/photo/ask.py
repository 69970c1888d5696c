"""Questions about the photo, and their answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from desktop import words
from desktop.context import Context
from desktop.pages.photo.facts import Facts
from desktop.pages.photo.section import Section
from desktop.process.engine import READY, Request
from desktop.widgets import Label
from desktop.widgets.escape import claims_escape

_LONGEST = 500
_OF_PEOPLE = ("sightings", "faces")
"""Where answers come from that change with what is said of who is here."""


class Exchange(QWidget):
    """A question, and its answer once it is there."""

    def __init__(self, question: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.question, self.answer, self.source = question, "", ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        bubble = QFrame(self)
        bubble.setProperty("surface", "bubble")
        inside = QVBoxLayout(bubble)
        inside.setContentsMargins(12, 8, 12, 8)
        inside.addWidget(Label(question, "", bubble, wrap=True))
        column.addWidget(bubble)
        self._answer = Label("", "", self, wrap=True)
        self._from = Label("", "small", self, wrap=True)
        for label in (self._answer, self._from):
            label.setContentsMargins(12, 0, 0, 0)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.hide()
            column.addWidget(label)

    def wait(self, sentence: str) -> None:
        """Say what it is waiting for."""
        self._answer.hide()
        self._from.setText(sentence)
        self._from.setVisible(bool(sentence))

    def show_answer(self, answer: str, source: str) -> None:
        """The answer, and where it comes from in words."""
        self.answer = answer
        self._answer.setText(answer)
        self._answer.show()
        self._from.setText(source)
        self._from.setVisible(bool(source))
        self.setAccessibleName(f"{self.question} {answer}")

    @property
    def said(self) -> str:
        """What stands below the question."""
        parts = (one.text() for one in (self._answer, self._from) if not one.isHidden())
        return " ".join(parts)


class AskLine(QLineEdit):
    """Where questions are written; Escape gives the keyboard back."""

    left = Signal()

    def event(self, event: QEvent) -> bool:
        return claims_escape(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class AskSection(Section):
    """Answers are about this photo alone and go with it; a question waits while the engine does."""

    left = Signal()
    """The keyboard is free again."""
    grew = Signal()
    """There is another question, or an answer."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(words.tr("ASK"), parent)
        self._context = context
        self._photo_id: int | None = None
        self._here: frozenset[int] = frozenset()
        self._request: Request | None = None
        self._again: list[Request] = []
        self.exchanges: list[Exchange] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(12)
        self.body.addLayout(self._list)
        self.line = AskLine(self)
        self.line.setMaxLength(_LONGEST)
        self.line.setAccessibleName(self.tr("Ask about this photo"))
        self.line.returnPressed.connect(self._ask)
        self.line.left.connect(self.left)
        self.body.addWidget(self.line)
        context.engine.state_changed.connect(lambda _: self._say_waiting())

    def show_facts(self, facts: Facts | None) -> None:
        """Ask about this photo; what was asked about another is gone, its answer not waited for.

        When it is said who is here, or who is not, answers that knew otherwise are asked for again.
        """
        photo_id = None if facts is None else facts.photo_id
        here = facts.here if facts is not None else ()
        ids = frozenset(one.concept_id for one in here)
        if photo_id != self._photo_id:
            self.forget()
            self._photo_id = photo_id
        elif ids != self._here:
            self._ask_again()
        self._here = ids
        self.line.setPlaceholderText(
            self.tr("What is {} doing?").format(here[0].name)
            if here
            else self.tr("Ask about this photo…")
        )

    def forget(self) -> None:
        """Leave the photo."""
        for request in (self._request, *self._again):
            if request is not None:
                request.cancel()
        self._request, self._again = None, []
        for exchange in self.exchanges:
            exchange.hide()
            exchange.deleteLater()
        self.exchanges = []
        self._photo_id = None
        self.line.clear()

    def _ask(self) -> None:
        question = " ".join(self.line.text().split())
        if not question or self._photo_id is None or self._waiting():
            return
        exchange = Exchange(question, self)
        self.exchanges.append(exchange)
        self._list.addWidget(exchange)
        exchange.show()
        self.line.clear()
        self._request = self._put(exchange, lambda sentence: self._fail(exchange, sentence))
        self._say_waiting()
        self.grew.emit()

    def _put(self, exchange: Exchange, fail: Callable[[str], None]) -> Request:
        """Put a question to the engine, with those before it."""
        before = self.exchanges[: self.exchanges.index(exchange)]
        return self._context.engine.request(
            "ask",
            {
                "photo_id": self._photo_id,
                "question": exchange.question,
                "history": [[one.question, one.answer] for one in before if one.answer],
            },
            lambda said: self._show(exchange, said),
            fail,
            again=True,
        )

    def _ask_again(self) -> None:
        for request in self._again:
            request.cancel()
        self._again = [
            self._put(one, lambda _: None)  # then the answer stays as it was
            for one in self.exchanges
            if one.source in _OF_PEOPLE
        ]

    def _waiting(self) -> bool:
        return self._request is not None and not self._request.over

    def _say_waiting(self) -> None:
        if not self._waiting():
            return
        ready = self._context.engine.state == READY
        self.exchanges[-1].wait(
            self.tr("Looking at the photo…")
            if ready
            else self.tr("Familiar is still getting ready. Your question waits.")
        )

    def _show(self, exchange: Exchange, said: Mapping[str, Any]) -> None:
        exchange.source = str(said.get("source"))
        exchange.show_answer(str(said["answer"]), self._origin(said))
        self.grew.emit()

    def _fail(self, exchange: Exchange, sentence: str) -> None:
        exchange.wait(sentence)
        if not self.line.text():
            # To be asked once more without writing it again.
            self.line.setText(exchange.question)

    def _origin(self, said: Mapping[str, Any]) -> str:
        """Where an answer comes from, in words."""
        source, note = said.get("source"), said.get("note")
        if source == "caption":
            return self.tr(
                "This is the caption. What Familiar came with cannot answer such a question; "
                "a larger pack can, see Settings."
            )
        origins = {
            "sightings": self.tr("from what Familiar recognised"),
            "faces": self.tr("from the faces in the photo"),
            "file": self.tr("from the photo's file"),
            "model": self.tr("from looking at the photo"),
        }
        origin = origins.get(str(source), "")
        return f"{origin}. {note}" if origin and note else origin or str(note or "")
