"""Who the photo's file says is here, where nobody has said yes or no to it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop import words
from desktop.context import Context
from desktop.decisions.carried import not_here
from desktop.pages.photo.facts import Facts
from desktop.pages.photo.marks import STRANGER, Mark, said_by_file
from desktop.pages.photo.naming import Named
from desktop.pages.photo.who_row import WhoRow
from desktop.widgets import Button, Label
from engine.library.carried import CarriedName

_LONGEST = 14
"""Characters of a name that there is room for."""


class CarriedRows(QWidget):
    """One line for each name; nothing where there is none."""

    agreed = Signal(object)
    """A `Named`: the file is right."""
    pointed_out = Signal(object)
    """The `Mark` that belongs to the line one is at, or None."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._shown: object = None
        self.rows: list[WhoRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)
        self.hide()

    @property
    def stops(self) -> list[QWidget]:
        """What Tab goes through, in order."""
        return [button for row in self.rows for button in row.buttons]

    def show_facts(self, facts: Facts | None) -> None:
        """Show what the file of a photo says."""
        told = None if facts is None else (facts.photo_id, facts.carried)
        if told == self._shown:
            return
        self._shown = told
        had_keyboard = any(row.has_keyboard for row in self.rows)
        for row in self.rows:
            row.hide()
            row.deleteLater()
        self.rows = []
        self.pointed_out.emit(None)
        carried = () if facts is None else facts.carried
        for one in carried:
            row = self._row(one)
            row.watch()
            self.rows.append(row)
            self._column.addWidget(row)
            row.show()
        self.setVisible(bool(self.rows))
        if had_keyboard and self.rows:
            self.rows[0].buttons[-1].setFocus()

    def _row(self, carried: CarriedName) -> WhoRow:
        face = carried.faces[0]
        row = WhoRow(self._context, face.photo_id, face.box, carried.name)
        row.put_name(Label(self.tr("The file says:"), "small", row))
        name = Label(words.shortened(carried.name, _LONGEST), "strong", row)
        name.setToolTip(words.plain(carried.name))
        row.put_below(name)
        for text, act in (
            (self.tr("No"), lambda: self._refuse(carried)),
            (self.tr("Yes"), lambda: self._agree(carried)),
        ):
            button = row.put_button(Button(text, act, parent=row, small=True))
            button.setAccessibleName(
                self.tr("The file says that this is {}. {}").format(carried.name, text)
            )
        mark = Mark(STRANGER, face.box, said_by_file(carried.name))
        row.pointed.connect(lambda at: self.pointed_out.emit(mark if at else None))
        return row

    def _agree(self, carried: CarriedName) -> None:
        face = carried.faces[0]
        self.agreed.emit(Named(carried.name, carried.kind, face.box, carried.concept_id))

    def _refuse(self, carried: CarriedName) -> None:
        face = carried.faces[0]
        self._context.history.decide(not_here(carried.name, face.photo_id, carried.concept_id))
