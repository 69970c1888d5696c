"""Is this Biscuit? One question at a time, answered by keyboard or mouse, once and for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop import navigation, words
from desktop.context import Context
from desktop.decisions import people
from desktop.theme import sizes
from desktop.widgets import Button, Card, IconButton, Label, RoundPicture
from desktop.widgets.button import PRIMARY
from desktop.widgets.card import SOFT
from desktop.widgets.short_label import ShortLabel

if TYPE_CHECKING:
    from engine.library import Library
    from engine.library.sightings import Sighting

_PICTURE = 96
_AHEAD = 60
_BESIDE = 560
"""From this width on, the answers are beside the question instead of below it."""


class Review(Card):
    """The queue of what Familiar is unsure of, of everybody or of one; hidden when it is empty."""

    answered = Signal()
    """An answer was given; the next question is there already."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent, surface=SOFT, margin=16)
        self._context = context
        self._about: int | None = None
        self._queue: list[Sighting] = []
        self._names: Mapping[int, str] = {}
        self._skipped: set[tuple[int, int]] = set()
        self._given: set[tuple[int, int]] = set()
        """What was answered and is not written yet: a queue read meanwhile asks it again."""
        self._behind: set[tuple[int, int]] = set()
        """What was answered or passed over since the first question."""
        self._total = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._picture = RoundPicture(context.thumbnails, QSize(_PICTURE, _PICTURE), self, radius=10)
        self._question = ShortLabel("", "heading", self)
        self._place = Label("", "quiet", self, wrap=True)
        text = QVBoxLayout()
        text.setSpacing(2)
        text.addStretch()
        text.addWidget(self._question)
        text.addWidget(self._place)
        text.addStretch()
        asked = QHBoxLayout()
        asked.setSpacing(sizes.NEAR)
        asked.addWidget(self._picture)
        asked.addLayout(text, 1)
        answers = QHBoxLayout()
        answers.setSpacing(sizes.NEAR)
        answers.addStretch()
        self.look = IconButton("eye", self.tr("Look closer"), self._open, self)
        self.no = Button(self.tr("No  N"), lambda: self.answer(False), parent=self)
        self.skip = Button(self.tr("Skip  S"), self.pass_over, parent=self)
        self.yes = Button(self.tr("Yes  Y"), lambda: self.answer(True), PRIMARY, self)
        for button, name in (
            (self.no, self.tr("No, key N")),
            (self.skip, self.tr("Skip, key S")),
            (self.yes, self.tr("Yes, key Y")),
        ):
            button.setAccessibleName(name)
        for widget in (self.look, self.no, self.skip, self.yes):
            answers.addWidget(widget)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(sizes.NEAR)
        self._row.addLayout(asked, 1)
        self._row.addLayout(answers)
        self.body.addLayout(self._row)
        self.hide()

    @property
    def question(self) -> Sighting | None:
        """What is asked now."""
        return self._queue[0] if self._queue else None

    def read(self, concept_id: int | None = None) -> None:
        """Read the queue again, of one concept or of all."""
        if concept_id != self._about:
            self._behind.clear()
        self._about = concept_id
        limit = _AHEAD + len(self._skipped)

        def work(library: Library) -> tuple[list[Sighting], dict[int, str]]:
            return library.review.queue(concept_id, limit=limit), library.concepts.names()

        self._context.reader.read(self, work, self._take, key="review")

    def answer(self, yes: bool) -> None:
        """Yes, it is; or no. Kept for good; Ctrl+Z takes it back."""
        asked = self.question
        if asked is None:
            return
        name = self._names[asked.concept_id]
        decide = people.confirm if yes else people.reject
        key = _key(asked)

        def failed(sentence: str) -> None:
            self._given.discard(key)
            self._context.notices.say(sentence)
            self.read(self._about)

        # Before it is decided: the queue may be read again right then.
        self._given.add(key)
        self._next()
        self._context.history.decide(
            decide(asked.concept_id, name, [asked.photo_id], quiet=True),
            lambda: self._given.discard(key),
            failed,
        )
        self.answered.emit()

    def pass_over(self) -> None:
        """Ask about this one another time."""
        asked = self.question
        if asked is not None:
            self._skipped.add(_key(asked))
            self._next()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier:
            super().keyPressEvent(event)
        elif event.isAutoRepeat():
            return  # a key that is held answers what one sees, and not what comes after
        elif event.key() == Qt.Key.Key_Y:
            self.answer(True)
        elif event.key() == Qt.Key.Key_N:
            self.answer(False)
        elif event.key() == Qt.Key.Key_S:
            self.pass_over()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = event.size().width() >= _BESIDE
        direction = QBoxLayout.Direction
        self._row.setDirection(direction.LeftToRight if beside else direction.TopToBottom)

    def _take(self, found: tuple[Sequence[Sighting], Mapping[int, str]]) -> None:
        queue, self._names = found
        over = self._skipped | self._given
        self._queue = [
            one for one in queue if _key(one) not in over and one.concept_id in self._names
        ]
        # An answer that was taken back is before one again.
        self._behind.difference_update(map(_key, self._queue))
        there = len(self._behind) + len(self._queue)
        if len(queue) < _AHEAD + len(self._skipped):
            self._total = there
        else:  # there are more than were read
            self._total = max(there, self._total if self._behind else self._to_check())
        self._show()

    def _to_check(self) -> int:
        """How many questions there were when everybody was last counted."""
        return sum(
            one.to_check
            for one in self._context.household.now.people
            if self._about in (None, one.concept_id)
        )

    def _next(self) -> None:
        self._behind.add(_key(self._queue[0]))
        self._queue = self._queue[1:]
        self._show()

    def _show(self) -> None:
        asked = self.question
        had_focus = self.hasFocus()
        self.setVisible(asked is not None)
        if asked is None:
            self._behind.clear()
            self._total = 0
            return
        name = self._names[asked.concept_id]
        self._question.say(self.tr("Is this {}?").format(name))
        number = len(self._behind) + 1
        place = self.tr("{} of {}").format(
            words.number(number), words.number(max(self._total, number))
        )
        self._place.setText(words.together(place, self.tr("your answer is remembered for good")))
        self._picture.show_photo(asked.photo_id, asked.box, name)
        self.setAccessibleName(self._question.whole)
        if had_focus:
            self.setFocus()

    def _open(self) -> None:
        asked = self.question
        if asked is not None:
            among = tuple(one.photo_id for one in self._queue)
            self._context.navigation.go(navigation.PHOTO, photo_id=asked.photo_id, among=among)


def _key(one: Sighting) -> tuple[int, int]:
    return one.concept_id, one.photo_id
