"""Names that the photos' files carry already, given in another program: an offer, never more."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop import words
from desktop.context import Context
from desktop.decisions.carried import give, refuse
from desktop.pages.lessons import Lessons
from desktop.reading.reader import ASIDE, Reading
from desktop.theme import sizes
from desktop.widgets import Button, Card, FlowLayout, Label, RoundPicture
from desktop.widgets.button import LINK, QUIET

if TYPE_CHECKING:
    from engine.library import Library
    from engine.library.carried import CarriedFace, CarriedName

_SIDE = 40
_OVERLAP = 12
_FACES = 3
_WIDTH = 280
_LONGEST = 18
"""Characters of a name that are shown."""
_FIRST = 6
"""Names that are shown before all are asked for."""
_MOST = 300
_SLOW = 0.5
_SHARE = 10
"""In a library where reading takes longer (seconds), it takes at most a tenth of the time."""
LESSON = 24
"""Faces that someone new is learned from; who else is there, Familiar is to see for itself."""


class CarriedCard(Card):
    """Who could be added; hidden while there is nobody, or when it was put off."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._lessons = Lessons(context, self)
        self._lessons.changed.connect(self._build)
        self._offers: Sequence[CarriedName] = ()
        self._built: object = None
        self._whole = False
        self._put_off = False
        self._reading: Reading | None = None
        self._again = False
        self._rest = QTimer(self, singleShot=True)
        self._rest.timeout.connect(self._read_again)
        self.entries: list[Entry] = []
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        title = QHBoxLayout()
        title.setSpacing(sizes.TIGHT)
        title.addWidget(Label(self.tr("Your photos already carry names"), "heading", self))
        title.addStretch()
        self.later = Button(self.tr("Not now"), self._not_now, QUIET, self, small=True)
        title.addWidget(self.later)
        self.body.addLayout(title)
        self.body.addWidget(
            Label(
                self.tr(
                    "Another program wrote them beside faces. Familiar can take them over, and "
                    "look for the same people everywhere. Your files stay unchanged."
                ),
                "quiet",
                self,
                wrap=True,
            )
        )
        holder = QWidget(self)
        self._flow = FlowLayout(holder, gap=sizes.APART, line_gap=14)
        self.body.addWidget(holder)
        self.more = Button("", self._show_all, LINK, self)
        self.more.setProperty("tone", "quiet")
        self.body.addWidget(self.more)
        self.hide()

    def read(self) -> None:
        """Read again which names there are, once what is being read has come."""
        under_way = self._reading is not None and not self._reading.over
        if under_way or self._rest.isActive():
            self._again = True
            return
        self._again = False
        if self._put_off:
            return
        began = time.monotonic()

        def show(offers: Sequence[CarriedName]) -> None:
            self._offers = offers
            self._build()
            spent = time.monotonic() - began
            if spent > _SLOW:
                self._rest.start(round(1000 * _SHARE * spent))
            else:
                self._read_again()

        self._reading = self._context.reader.read(
            self, lambda library: library.carried.all(), show, lane=ASIDE
        )

    def _read_again(self) -> None:
        if self._again:
            self.read()

    def _build(self) -> None:
        self.setVisible(bool(self._offers) and not self._put_off)
        shown = self._offers[: _MOST if self._whole else _FIRST]
        left = len(self._offers) - len(shown)
        self.more.setVisible(left > 0)
        self.more.setText(self.tr("and {} more").format(words.number(left)))
        learning = self._lessons.learning
        if self._built == (shown, learning):
            return
        self._built = shown, learning
        self._flow.clear()
        self.entries = [
            Entry(self._context, one, self, learning=one.name in learning) for one in shown
        ]
        for entry in self.entries:
            entry.yes.clicked.connect(partial(self._add, entry.offer))
            entry.no.clicked.connect(partial(self._refuse, entry.offer))
            self._flow.addWidget(entry)
            entry.show()

    def _add(self, offer: CarriedName, _: bool = False) -> None:
        if offer.concept_id is None or offer.bearer is None:

            def clearest(library: Library) -> list[CarriedFace]:
                return library.carried.clearest(offer, LESSON)

            self._context.reader.read(self, clearest, partial(self._introduce, offer))
            return
        boxes = {one.photo_id: one.box for one in offer.faces}
        self._context.history.decide(give(offer.name, offer.concept_id, offer.bearer, boxes))

    def _introduce(self, offer: CarriedName, faces: Sequence[CarriedFace]) -> None:
        boxes = {one.photo_id: one.box for one in faces}
        self._lessons.introduce(offer.name, offer.kind, boxes, in_files=True)

    def _refuse(self, offer: CarriedName, _: bool = False) -> None:
        self._context.history.decide(refuse(offer.name))

    def _not_now(self) -> None:
        """Until the window is opened the next time."""
        self._put_off = True
        self.hide()

    def _show_all(self) -> None:
        self._whole = True
        self._build()


class Entry(QWidget):
    """One name: a few of its faces, in how many photos it is, and what can be done."""

    def __init__(
        self, context: Context, offer: CarriedName, parent: QWidget, *, learning: bool
    ) -> None:
        super().__init__(parent)
        self.offer = offer
        self.setFixedWidth(_WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(sizes.TIGHT)
        row = QHBoxLayout()
        row.setSpacing(sizes.TIGHT)
        column.addLayout(row)
        row.addWidget(_faces(context, offer, self))
        lines = QVBoxLayout()
        lines.setSpacing(0)
        name = Label(words.shortened(offer.name, _LONGEST), "strong", self)
        name.setToolTip(words.plain(offer.name))
        lines.addWidget(name)
        self.figures = Label(_in_photos(offer), "small", self)
        lines.addWidget(self.figures)
        row.addLayout(lines, 1)
        self.no = Button(self.tr("Leave out"), parent=self, kind=QUIET, small=True)
        self.no.setAccessibleName(self.tr("Leave {} out").format(offer.name))
        self.no.setToolTip(words.plain(self.tr("{} is not offered again").format(offer.name)))
        add = self.tr("Add {}") if offer.bearer is None else self.tr("Add to {}")
        called = add.format(words.shortened(offer.bearer or offer.name, 12))
        self.yes = Button(called, parent=self, small=True)
        self.yes.setAccessibleName(f"{called}, {self.figures.text()}")
        answers = QHBoxLayout()
        answers.addWidget(self.yes)
        answers.addWidget(self.no)
        answers.addStretch()
        column.addLayout(answers)
        if learning:
            self.figures.setText(self.tr("Familiar is learning them…"))
            self.no.hide()
            self.yes.hide()


def _in_photos(offer: CarriedName) -> str:
    """`in 31 photos`, `in 2 more photos`."""
    count = len(offer.faces)
    if offer.bearer is None:
        return words.tr("in {}").format(words.photos(count))
    more = words.tr("in 1 more photo") if count == 1 else words.tr("in {} more photos")
    return more.format(words.number(count))


def _faces(context: Context, offer: CarriedName, parent: QWidget) -> QWidget:
    """The largest faces, each a little over the one before."""
    holder = QWidget(parent)
    step = _SIDE - _OVERLAP
    some = offer.faces[:_FACES]
    holder.setFixedSize(_SIDE + step * (len(some) - 1), _SIDE)
    for place, face in enumerate(some):
        picture = RoundPicture(context.thumbnails, _SIDE, holder)
        picture.show_photo(face.photo_id, face.box, offer.name)
        picture.move(place * step, 0)
    return holder
