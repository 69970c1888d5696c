"""Who is in the photo: one line each, with what can be said about it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop import words
from desktop.context import Context
from desktop.decisions import people
from desktop.pages.photo.facts import CONFIRMED, Facts, Seen
from desktop.pages.photo.marks import NAMED, PERHAPS, STRANGER, Mark
from desktop.pages.photo.section import ROOM, Section, in_a_row
from desktop.pages.photo.who_row import WhoRow
from desktop.thumbnails.picture import Box
from desktop.widgets import Button, Label
from desktop.widgets.button import LINK

_STRANGERS = 4
"""In a crowd, no more faces without a name are listed than this; all of them are on the photo."""


class WhoSection(Section):
    """Those who are here, those who may be, and faces without a name."""

    chosen = Signal(int)
    """The concept whose name was clicked."""
    sought = Signal(int)
    """Show where this concept is, or no longer."""
    naming = Signal(object)
    """Give a name to the face in this box; None: to someone who has no box yet."""
    pointed_out = Signal(object)
    """The `Mark` that belongs to the line one is at, or None."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(words.tr("WHO IS HERE"), parent)
        self._context = context
        self._facts: Facts | None = None
        self._sought: int | None = None
        self.where: dict[int, Button] = {}
        self._shown: object = None
        self.rows: list[WhoRow] = []
        self._rows = QVBoxLayout()
        self._rows.setSpacing(10)
        self.body.addLayout(self._rows)
        self._note = Label("", "quiet", self, wrap=True)
        self._note.hide()
        self.body.addWidget(self._note)
        self.add = Button(self.tr("Add someone who is here"), self._add, LINK, self)
        self.add.setProperty("tone", "quiet")
        self.add.setToolTip(self.tr("Draw a box around them, key T"))
        self.body.addLayout(in_a_row(self.add))

    @property
    def stops(self) -> list[QWidget]:
        """What Tab goes through, in order."""
        return [*(button for row in self.rows for button in row.buttons), self.add]

    def show_facts(self, facts: Facts | None) -> None:
        """Show who is in a photo."""
        self._facts = facts
        told = (
            None if facts is None else (facts.photo_id, facts.seen, facts.strangers, facts.carried)
        )
        if told == self._shown:
            return
        self._shown = told
        at = next((n for n, row in enumerate(self.rows) if row.has_keyboard), None)
        for row in self.rows:
            row.hide()
            row.deleteLater()
        self.rows, self.where = [], {}
        self.pointed_out.emit(None)
        if facts is None:
            return
        for seen in facts.seen:
            self._put(self._someone(facts.photo_id, seen))
        for number, box in enumerate(facts.strangers[:_STRANGERS]):
            self._put(self._stranger(facts.photo_id, box, number))
        self._say_rest(facts)
        if at is not None:
            # The one that had the keyboard is gone: the next has it now.
            (
                self.rows[min(at, len(self.rows) - 1)].buttons[-1] if self.rows else self.add
            ).setFocus()
        self.show_sought(self._sought)

    def show_sought(self, concept_id: int | None) -> None:
        """Whose place is shown on the photo now."""
        self._sought = concept_id
        for one, button in self.where.items():
            button.setText(self.tr("hide where") if one == concept_id else self.tr("show where"))

    def _someone(self, photo_id: int, seen: Seen) -> WhoRow:
        row = WhoRow(self._context, *self._picture_of(photo_id, seen), seen.name)
        short = words.shortened(seen.name, 20)
        name = Button(short, lambda: self.chosen.emit(seen.concept_id), LINK, row)
        name.setProperty("tone", "name")
        name.setAccessibleDescription(self.tr("Go to {}").format(seen.name))
        row.put_name(name)
        if seen.sure or seen.box is None:
            where = Button(
                self.tr("show where"), lambda: self.sought.emit(seen.concept_id), LINK, row
            )
            where.setProperty("tone", "quiet")
            where.setAccessibleName(self.tr("Where is {}?").format(seen.name))
            self.where[seen.concept_id] = where
            sureness = Label(f"{_sureness(seen)} ·", "small", row)
            row.put_below(sureness, where)
        else:
            sureness = Label(_sureness(seen), "small", row)
            row.put_below(sureness)
        if seen.sure:
            act = partial(self._answer, seen, yes=False)
            button = Button(self.tr("Not {}").format(seen.name), act, parent=row, small=True)
            button.setAccessibleName(self.tr("This is not {}").format(seen.name))
            row.put_button(button)
            if row.needed > ROOM:
                button.setText(self.tr("Not them"))
        else:
            for text, yes in ((self.tr("No"), False), (self.tr("Yes"), True)):
                act = partial(self._answer, seen, yes=yes)
                button = row.put_button(Button(text, act, parent=row, small=True))
                button.setAccessibleName(self.tr("Is this {}? {}").format(seen.name, text))
            if row.needed > ROOM:
                sureness.hide()  # that it is asked says as much
        row.fit(name, short, ROOM)
        if seen.box is not None:
            kind = NAMED if seen.sure else PERHAPS
            text = seen.name if seen.sure else self.tr("{}?").format(seen.name)
            self._points_to(row, Mark(kind, seen.box, text, seen.concept_id))
        return row

    def _picture_of(self, photo_id: int, seen: Seen) -> tuple[int | None, Box | None]:
        """Where they are in this photo, or what stands for them everywhere."""
        if seen.box is not None:
            return photo_id, seen.box
        someone = self._context.household.now.someone(seen.concept_id)
        return (None, None) if someone is None else (someone.cover, someone.box)

    def _stranger(self, photo_id: int, box: Box, number: int) -> WhoRow:
        row = WhoRow(self._context, photo_id, box, "")
        row.put_name(Label(self.tr("Someone without a name"), "quiet", row))
        button = row.put_button(
            Button(self.tr("Name"), lambda: self.naming.emit(box), parent=row, small=True)
        )
        button.setAccessibleName(self.tr("Name face {}").format(words.number(number + 1)))
        self._points_to(row, Mark(STRANGER, box, self.tr("Who is this?")))
        return row

    def _put(self, row: WhoRow) -> None:
        row.watch()
        self.rows.append(row)
        self._rows.addWidget(row)
        row.show()

    def _points_to(self, row: WhoRow, mark: Mark) -> None:
        row.pointed.connect(lambda at: self.pointed_out.emit(mark if at else None))

    def _say_rest(self, facts: Facts) -> None:
        more = len(facts.strangers) - _STRANGERS
        text = ""
        if more > 0:
            faces = self.tr("and 1 more face") if more == 1 else self.tr("and {} more faces")
            text = faces.format(words.number(more))
        elif not (facts.seen or facts.strangers or facts.carried):
            text = self.tr("Nobody Familiar knows.")
        self._note.setText(text)
        self._note.setVisible(bool(text))

    def _answer(self, seen: Seen, *, yes: bool) -> None:
        if self._facts is not None:
            answer(self._context, self._facts.photo_id, seen.concept_id, seen.name, yes=yes)

    def _add(self) -> None:
        self.naming.emit(None)


def answer(context: Context, photo_id: int, concept_id: int, name: str, *, yes: bool) -> None:
    """It is them, or it is not: kept at once, and learned from."""
    decide = people.confirm if yes else people.reject
    context.history.decide(decide(concept_id, name, [photo_id]))


def _sureness(seen: Seen) -> str:
    if seen.state == CONFIRMED:
        return words.tr("you said so")
    return words.tr("sure") if seen.sure else words.tr("not sure yet")
