"""The page of people and pets: everyone's card, what is unsure, and adding someone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from desktop import navigation
from desktop.context import Context
from desktop.decisions import people
from desktop.grid.grid import MIME
from desktop.navigation import Destination, Lesson
from desktop.pages.page import Page
from desktop.pages.people.carried import CarriedCard
from desktop.pages.people.person_card import PersonCard
from desktop.pages.people.review import Review
from desktop.pages.people.someone import SomeoneView
from desktop.pages.people.teaching import Teaching, files_of
from desktop.pages.people.unnamed import UnnamedFaces
from desktop.process.messages import Change
from desktop.reading.reader import LONG
from desktop.theme import sizes
from desktop.widgets import Button, EmptyState, FlowLayout, Label
from desktop.widgets.button import LINK, PRIMARY

if TYPE_CHECKING:
    from engine.library import Library
    from engine.library.people import Person


class PeoplePage(Page):
    """All of them, or with a concept's id one of them."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.setAcceptDrops(True)
        self._people: Sequence[Person] | None = None
        self._nobody = False
        self._hidden_shown = False
        self.teaching = Teaching(context, self)
        self.review = Review(context, self)
        self.carried = CarriedCard(context, self)
        self.unnamed = UnnamedFaces(context, self)
        self.unnamed.chosen.connect(self._name)
        self.someone = SomeoneView(context, self)
        self._all = QWidget(self)
        self._stack = QStackedLayout()
        self._stack.addWidget(self._all)
        self._stack.addWidget(self.someone)
        self.column.addLayout(self._stack, 1)
        whole = QVBoxLayout(self._all)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        self.add = Button(self.tr("Add someone"), lambda: self.teaching.begin(), PRIMARY, self._all)
        whole.addWidget(self.header(self.tr("People & pets"), self.add))
        self._scroll = QScrollArea(self._all)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._inside())
        whole.addWidget(self._scroll, 1)
        self.teaching.taught.connect(lambda _: self._read())
        self.teaching.opened.connect(lambda _: self._invite())

    def enter(self, destination: Destination) -> None:
        if destination.concept_id is not None:
            self._stack.setCurrentWidget(self.someone)
            self.someone.show_someone(destination.concept_id)
            self.someone.panel.setFocus()
            return
        self._stack.setCurrentWidget(self._all)
        if destination.lesson is not None:
            self.teaching.begin(destination.lesson)
        self._read()

    def refresh(self, change: Change) -> None:
        if self._stack.currentWidget() is self.someone:
            self.someone.refresh(change)
        elif change.what & {"concepts", "sightings", "photos"}:
            self._read()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if files_of(event) or event.mimeData().hasFormat(MIME):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if self._stack.currentWidget() is self.someone:
            self.context.navigation.go(navigation.PEOPLE)
        self.teaching.take_drop(event)

    def _inside(self) -> QWidget:
        inside = QWidget(self._scroll)
        inside.setProperty("surface", "page")
        column = QVBoxLayout(inside)
        column.setContentsMargins(sizes.EDGE, sizes.APART, sizes.EDGE, sizes.APART)
        column.setSpacing(sizes.NEAR)
        column.addWidget(self.teaching)
        self._yours = Label(self.tr("Yours"), "heading", inside)
        column.addWidget(self._yours)
        self._cards = QWidget(inside)
        self._flow = FlowLayout(self._cards, gap=14, line_gap=14)
        column.addWidget(self._cards)
        self._empty = EmptyState(
            "people",
            self.tr("Who is in your photos?"),
            self.tr(
                "Show Familiar three photos of someone, a pet or a thing, and it finds them in all "
                "the others. Drop the photos here, or choose them."
            ),
            inside,
        )
        self._empty.add_button(
            Button(self.tr("Add someone"), lambda: self.teaching.begin(), PRIMARY, self._empty)
        )
        column.addWidget(self.carried)
        column.addWidget(self._empty)
        column.addWidget(self.review)
        column.addWidget(self.unnamed)
        self._hidden = Button("", self._toggle_hidden, LINK, inside)
        self._hidden.setProperty("tone", "quiet")
        column.addWidget(self._hidden)
        column.addStretch()
        self._show(())
        self._empty.hide()
        return inside

    def _read(self) -> None:
        def work(library: Library) -> list[Person]:
            return library.people.all()

        self.context.reader.read(self, work, self._show, lane=LONG, key="people")
        self.carried.read()
        self.review.read()
        self.unnamed.read()

    def _name(self, lesson: Lesson) -> None:
        self.teaching.begin(lesson, "person")
        self._scroll.verticalScrollBar().setValue(0)

    def _show(self, found: Sequence[Person]) -> None:
        hidden = sum(one.concept.hidden for one in found)
        shown = sorted(
            (one for one in found if self._hidden_shown or not one.concept.hidden),
            key=lambda one: (one.concept.hidden, -one.photos, one.concept.name),
        )
        self._hidden.setVisible(bool(hidden))
        self._hidden.setText(
            self.tr("Show fewer")
            if self._hidden_shown
            else self.tr("Show {} hidden").format(hidden)
        )
        self._nobody = not found
        self._invite()
        self._yours.setVisible(bool(shown))
        self._cards.setVisible(bool(shown))
        if list(shown) == self._people:
            return
        self._people = list(shown)
        focused = self.focusWidget()
        before = focused.person.concept.id if isinstance(focused, PersonCard) else None
        self._flow.clear()
        for person in shown:
            card = PersonCard(self.context, person, self._cards)
            card.opened.connect(partial(self._open, person.concept.id))
            card.given.connect(partial(self._given, person))
            self._flow.addWidget(card)
            card.show()
            if person.concept.id == before:
                card.setFocus()

    def _invite(self) -> None:
        """While there is nobody, and nobody is being added, say how to begin."""
        self._empty.setVisible(self._nobody and self.teaching.isHidden())

    def _open(self, concept_id: int) -> None:
        self.context.navigation.go(navigation.PEOPLE, concept_id=concept_id)

    def _given(self, person: Person, photo_ids: list[int]) -> None:
        concept = person.concept
        self.context.history.decide(people.confirm(concept.id, concept.name, photo_ids))

    def _toggle_hidden(self) -> None:
        self._hidden_shown = not self._hidden_shown
        self._read()
