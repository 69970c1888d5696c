"""One person, pet or thing: their photos, and what can be done about them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from desktop import navigation, words
from desktop.context import Context
from desktop.decisions import people
from desktop.grid import GridPanel, PhotoAction
from desktop.pages.actions import photo_actions
from desktop.pages.people.review import Review
from desktop.process.messages import Change
from desktop.reading.reader import LONG
from desktop.reading.shown import Shown
from desktop.reading.timeline import read_timeline
from desktop.theme import sizes
from desktop.widgets import EmptyState, IconButton, Label
from desktop.widgets.asking import ask_name
from desktop.widgets.editable_title import EditableTitle

if TYPE_CHECKING:
    from engine.library import Library
    from engine.library.concepts import Concept


class SomeoneView(QWidget):
    """Name and actions above, the review of what is unsure below it, then the photos."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._concept: Concept | None = None
        self.title = EditableTitle(self.tr("Name"), self)
        self.title.entered.connect(self.rename)
        rename = QShortcut(QKeySequence(Qt.Key.Key_F2), self, self.title.edit)
        rename.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.figures = Label("", "quiet", self)
        self.review = Review(context, self)
        actions = [
            *photo_actions(),
            PhotoAction(self.tr("Not this one"), "close", self._reject, key="N"),
            PhotoAction(self.tr("Someone else…"), "people", self._split),
            PhotoAction(self.tr("Use as cover"), "check", self._cover),
        ]
        self.panel = GridPanel(context, EmptyState("people", ""), actions, self)
        self.title.left.connect(self.panel.setFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._top())
        holder = QVBoxLayout()
        holder.setContentsMargins(sizes.EDGE, sizes.NEAR, sizes.EDGE, 0)
        holder.addWidget(self.review)
        column.addLayout(holder)
        column.addWidget(self.panel, 1)

    def show_someone(self, concept_id: int) -> None:
        """Show this one."""

        def work(library: Library) -> tuple[Concept | None, Shown]:
            concept = library.concepts.get(concept_id)
            seen = library.sightings.of_concept(concept_id) if concept is not None else []
            return concept, read_timeline(library).only([s.photo_id for s in seen if s.named])

        self._context.reader.read(self, work, self._show, lane=LONG, key="someone")
        self.review.read(concept_id)

    def refresh(self, change: Change) -> None:
        """Something is different."""
        self.panel.grid.change(change)
        if self._concept is not None and change.what & {"concepts", "sightings", "photos"}:
            self.show_someone(self._concept.id)

    def rename(self, name: str) -> None:
        """Call them something else."""
        concept = self._concept
        if concept is not None and name.strip() and name.strip() != concept.name:
            self._context.history.decide(people.rename(concept.id, concept.name, name.strip()))

    def merge_into(self, into: int, into_name: str) -> None:
        """They are the same as somebody else."""
        concept = self._concept
        if concept is not None:
            self._context.history.decide(
                people.merge(into, into_name, concept.id, concept.name),
                lambda: self._context.navigation.go(navigation.PEOPLE, concept_id=into),
            )

    def hide_them(self) -> None:
        """Show them no more among people and pets, or again."""
        concept = self._concept
        if concept is None:
            return
        decide = people.unhide if concept.hidden else people.hide
        self._context.history.decide(decide(concept.id, concept.name), self._leave)

    def remove(self) -> None:
        """Forget them; undo brings everything back."""
        concept = self._concept
        if concept is not None:
            self._context.history.decide(people.remove(concept.id, concept.name), self._leave)

    def _top(self) -> QFrame:
        bar = QFrame(self)
        bar.setProperty("surface", "bar")
        bar.setFixedHeight(60)
        row = QHBoxLayout(bar)
        row.setContentsMargins(sizes.EDGE - 8, 0, sizes.EDGE, 0)
        row.setSpacing(sizes.TIGHT)
        row.addWidget(IconButton("back", self.tr("All people and pets"), self._leave, bar))
        row.addWidget(self.title)
        row.addWidget(self.figures)
        row.addStretch()
        row.addWidget(IconButton("search", self.tr("Search with this name"), self._search, bar))
        row.addWidget(IconButton("edit", self.tr("Rename"), self.title.edit, bar))
        self._more = IconButton("more", self.tr("More"), self._offer, bar)
        row.addWidget(self._more)
        return bar

    def _show(self, found: tuple[Concept | None, Shown]) -> None:
        self._concept, shown = found
        if self._concept is None:
            self._leave()
            return
        self.title.setText(self._concept.name)
        self.figures.setText(words.photos(len(shown)))
        if len(shown):
            self.panel.show_photos(shown)
        else:
            name = words.breakable(self._concept.name)
            self.panel.say(
                "people",
                self.tr("No photo of {} yet").format(name),
                self.tr("Once your photos are looked at, those with {} are here.").format(name),
            )

    def _leave(self) -> None:
        self._context.navigation.go(navigation.PEOPLE)

    def _search(self) -> None:
        if self._concept is not None:
            self._context.navigation.go(navigation.LIBRARY, query=f"{self._concept.name} ")

    def _offer(self) -> None:
        concept = self._concept
        if concept is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        merging = menu.addMenu(self.tr("Is the same as"))
        for one in self._context.household.now.people:
            if one.concept_id != concept.id and one.kind == concept.kind:
                merging.addAction(
                    words.unmarked(one.name), partial(self.merge_into, one.concept_id, one.name)
                )
        merging.setEnabled(not merging.isEmpty())
        menu.addAction(self.tr("Show again") if concept.hidden else self.tr("Hide"), self.hide_them)
        menu.addAction(self.tr("Remove"), self.remove)
        menu.popup(self._more.mapToGlobal(QPoint(0, self._more.height())))

    def _reject(self, _: Context, photo_ids: Sequence[int]) -> None:
        if self._concept is not None:
            self._context.history.decide(
                people.reject(self._concept.id, self._concept.name, photo_ids)
            )

    def _split(self, _: Context, photo_ids: Sequence[int]) -> None:
        if self._concept is None:
            return
        concept, context = self._concept, self._context

        def move(name: str, other: Concept | None) -> None:
            known = (name, None) if other is None else (other.name, other.id)
            context.history.decide(people.split(concept.id, concept.name, photo_ids, *known))

        def find(name: str) -> None:
            context.reader.read(
                self, lambda library: library.concepts.named(name), partial(move, name)
            )

        ask_name(self, self.tr("Who is in these photos?"), self.tr("Move them"), find, below=False)

    def _cover(self, _: Context, photo_ids: Sequence[int]) -> None:
        from engine.library.concepts import Cover

        if self._concept is None:
            return
        concept, photo_id = self._concept, photo_ids[0]

        def box(library: Library) -> Cover:
            seen = library.sightings.of_photo(photo_id)
            boxes = (one.box for one in seen if one.concept_id == concept.id)
            return Cover(photo_id, next(boxes, None))

        self._context.reader.read(
            self,
            box,
            lambda cover: self._context.history.decide(people.cover(concept, cover)),
        )
