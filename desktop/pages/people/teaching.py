"""Adding someone: a name, what they are, a few photos; then what was found."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QRadioButton,
    QWidget,
)

from desktop import words
from desktop.context import Context
from desktop.grid.grid import MIME, dragged_photos
from desktop.navigation import Lesson
from desktop.pages.people.lesson import Example, Examples
from desktop.process.messages import CANCELLED, DONE, FAILED, Job
from desktop.process.telling import job_figures, job_title
from desktop.theme import sizes
from desktop.widgets import Button, Card, Label
from desktop.widgets.button import PRIMARY, QUIET

_STEPS = 1000


class Teaching(Card):
    """The card on the people page; hidden until someone is to be added."""

    opened = Signal(bool)
    """Whether it asks for somebody, or shows how somebody is learned."""
    taught = Signal(int)
    """The concept that was learned; its uncertain photos can be reviewed now."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=18)
        self._context = context
        self._job: str | None = None
        self.setAcceptDrops(True)
        self._title = Label(self.tr("Add someone"), "heading", self)
        self.body.addWidget(self._title)
        self.name = QLineEdit(self)
        self.name.setPlaceholderText(self.tr("Their name"))
        self.name.setAccessibleName(self.tr("Name"))
        self.name.setMaxLength(100)
        self.name.textChanged.connect(lambda _: self._ready())
        self.name.returnPressed.connect(self._teach)
        first = QHBoxLayout()
        first.setSpacing(sizes.NEAR)
        first.addWidget(self.name, 1)
        self._kinds = QButtonGroup(self)
        self.kinds: dict[str, QRadioButton] = {}
        for kind, text in (
            ("person", self.tr("Person")),
            ("pet", self.tr("Pet")),
            ("thing", self.tr("Thing")),
        ):
            choice = QRadioButton(text, self)
            self._kinds.addButton(choice)
            self.kinds[kind] = choice
            first.addWidget(choice)
        self.kinds["person"].setChecked(True)
        self.body.addLayout(first)
        self._teach_button = Button(self.tr("Learn"), self._teach, PRIMARY, self)
        self.examples = Examples(context, self._ready, self)
        self.body.addWidget(self.examples)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setRange(0, _STEPS)
        self._bar.hide()
        self.body.addWidget(self._bar)
        self._said = Label("", "quiet", self, wrap=True)
        self._said.hide()
        self.body.addWidget(self._said)
        last = QHBoxLayout()
        last.setSpacing(sizes.TIGHT)
        self._choose_button = Button(self.tr("Choose photos…"), self._choose, parent=self)
        self._stop_button = Button(self.tr("Stop"), self._stop, parent=self)
        self._close_button = Button(self.tr("Close"), self.close_up, QUIET, self)
        last.addWidget(self._choose_button)
        last.addStretch()
        for button in (self._close_button, self._stop_button, self._teach_button):
            last.addWidget(button)
        self.body.addLayout(last)
        context.engine.job_changed.connect(self._heard)
        self._ready()
        self.hide()

    def begin(self, lesson: Lesson = (), kind: str | None = None) -> None:
        """Ask whom to add; `lesson` are photos chosen elsewhere."""
        if self._job is not None:
            self._open(True)
            return
        self.name.clear()
        self._say("")
        self._title.setText(self.tr("Add someone"))
        self.examples.show_examples([Example(photo, None, box) for photo, box in lesson])
        if kind is not None:
            self.kinds[kind].setChecked(True)
        self._busy(False)
        self._open(True)
        self.name.setFocus()

    def add_files(self, paths: Sequence[Path]) -> None:
        """Take dropped files as examples, and ask whom they show."""
        if self._job is None:
            if self.isHidden():
                self.begin()
            self.examples.add([Example(path=path) for path in paths])

    def add_photos(self, photo_ids: Sequence[int]) -> None:
        """Take photos of the library as examples, and ask whom they show."""
        if self._job is None:
            if self.isHidden():
                self.begin()
            self.examples.add([Example(one) for one in photo_ids])

    def close_up(self) -> None:
        """Away with the card; what is being learned goes on."""
        self._open(False)
        if self._job is None:
            self.examples.show_examples(())

    def _open(self, opened: bool) -> None:
        self.setVisible(opened)
        self.opened.emit(opened)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_up()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if files_of(event) or event.mimeData().hasFormat(MIME):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.take_drop(event)

    def take_drop(self, event: QDropEvent) -> None:
        """What was dropped here or on the page around: files, or photos from a grid."""
        files = files_of(event)
        if files:
            self.add_files(files)
        else:
            self.add_photos(dragged_photos(event.mimeData()))
        event.acceptProposedAction()

    def _choose(self) -> None:
        chosen, _ = QFileDialog.getOpenFileNames(self, self.tr("Photos that show them"))
        self.add_files([Path(one) for one in chosen])

    def _ready(self) -> None:
        enough = bool(self.name.text().strip() and self.examples.examples)
        self._teach_button.setEnabled(enough and self._job is None)

    def _teach(self) -> None:
        name = self.name.text().strip()
        if self._job is not None or not name or not self.examples.examples:
            return
        kind = next(one for one, button in self.kinds.items() if button.isChecked())
        photos = [one.as_params() for one in self.examples.examples]
        request = self._context.engine.request(
            "teach", {"name": name, "kind": kind, "photos": photos}, _nothing, self._fail
        )
        self._job = request.job
        self._busy(True)
        self._say(self.tr("Learning {}").format(name))

    def _stop(self) -> None:
        if self._job is not None:
            self._context.engine.cancel(self._job)

    def _heard(self, job: Job) -> None:
        if self._job is None or job.id != self._job:
            return
        if not job.ended:
            self._bar.setVisible(bool(job.total))
            if job.total:
                self._bar.setValue(min(_STEPS, job.done * _STEPS // job.total))
            self._say(words.together(job_title(job), job_figures(job)))
            return
        self._job = None
        if job.state == FAILED:
            self._fail(job.message or self.tr("That did not work."))
        elif job.state == CANCELLED:
            self._fail(self.tr("Stopped. What was learned so far is kept."))
        elif job.state == DONE:
            self._done(job.subject or self.name.text().strip(), job.result or {})

    def _fail(self, sentence: str) -> None:
        self._job = None
        self._busy(False)
        self._say(sentence)

    def _done(self, name: str, result: Mapping[str, Any]) -> None:
        self._busy(False)
        found = self.tr("{}: found in {}.").format(
            name, words.more_photos(int(result.get("recognised", 0)))
        )
        unsure = int(result.get("suggested", 0))
        if unsure:
            more = self.tr("{} more may show {}: say yes or no below.")
            found = f"{found} {more.format(words.number(unsure), name)}"
        self.examples.show_examples(())
        self.name.clear()
        self._title.setText(self.tr("Add someone else"))
        self._say(found)
        focused = QApplication.focusWidget()
        if focused is not None and self.isAncestorOf(focused):
            # Not on the button beside the one that is gone.
            self.name.setFocus()
        concept_id = result.get("concept_id")
        if concept_id is not None:
            self.taught.emit(int(concept_id))

    def _busy(self, busy: bool) -> None:
        self.name.setEnabled(not busy)
        self.examples.setEnabled(not busy)
        for button in self.kinds.values():
            button.setEnabled(not busy)
        self._choose_button.setVisible(not busy)
        self._teach_button.setVisible(not busy)
        self._stop_button.setVisible(busy)
        if not busy:
            self._bar.hide()
        self._ready()

    def _say(self, text: str) -> None:
        self._said.setText(text)
        self._said.setVisible(bool(text))


def files_of(event: QDropEvent) -> list[Path]:
    """The files that are dragged from elsewhere."""
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return [path for path in paths if os.path.isfile(path)]


def _nothing(_: object) -> None:
    """The answer to `teach` is its job, which is heard of in any case."""
