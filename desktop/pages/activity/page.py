"""The Activity page: what is being done, what was done, and which files could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop import words
from desktop.context import Context
from desktop.navigation import Destination
from desktop.pages.activity.job_row import JobRow, outcome
from desktop.pages.activity.problems import ProblemView
from desktop.pages.page import Page
from desktop.process.engine import GAVE_UP, READY
from desktop.process.messages import Change, Job
from desktop.theme import sizes
from desktop.widgets import Button, Label

if TYPE_CHECKING:
    from engine.library import Library
    from engine.library.problems import Problem

_BEFORE = 4


class ActivityPage(Page):
    """Every job with its buttons; files with the reason why they were left out, and a retry."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._look = Button(self.tr("Look for new photos"), self._index, parent=self)
        self.header(self.tr("Activity"), self._look)
        self._rows: dict[str, JobRow] = {}
        body = QVBoxLayout()
        body.setContentsMargins(sizes.EDGE, sizes.APART, sizes.EDGE, sizes.APART)
        body.setSpacing(sizes.TIGHT)
        body.addWidget(Label(self.tr("Right now"), "heading", self))
        self._quiet = Label("", "quiet", self)
        body.addWidget(self._quiet)
        self._running = QVBoxLayout()
        self._running.setSpacing(sizes.TIGHT)
        body.addLayout(self._running)
        self._before_title = Label(self.tr("Before"), "heading", self)
        self._before = Label("", "quiet", self, wrap=True)
        body.addSpacing(sizes.NEAR)
        body.addWidget(self._before_title)
        body.addWidget(self._before)
        body.addSpacing(sizes.NEAR)
        body.addWidget(self._problem_part(), 1)
        self.column.addLayout(body, 1)
        context.engine.job_changed.connect(self._show_job)
        context.engine.state_changed.connect(lambda _: self._show_jobs())

    def enter(self, destination: Destination) -> None:
        self._show_jobs()
        self._read_problems()

    def refresh(self, change: Change) -> None:
        if "problems" in change.what:
            self._read_problems()

    def _problem_part(self) -> QWidget:
        part = QWidget(self)
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(sizes.TIGHT)
        row = QHBoxLayout()
        row.setSpacing(sizes.TIGHT)
        self._problem_title = Label("", "heading", part)
        self._show_file = Button(self.tr("Show in folder"), self._open, parent=part, small=True)
        self._retry = Button(self.tr("Try again"), self._try_again, parent=part, small=True)
        row.addWidget(self._problem_title)
        row.addStretch()
        row.addWidget(self._show_file)
        row.addWidget(self._retry)
        column.addLayout(row)
        self.list = ProblemView(part)
        self.list.selectionModel().currentChanged.connect(
            lambda now, _: self._show_file.setEnabled(now.isValid())
        )
        self.list.activated.connect(lambda _: self._open())
        column.addWidget(self.list, 1)
        self._show_problems([])
        return part

    def _show_jobs(self) -> None:
        for job in self.context.engine.jobs():
            self._show_job(job)
        self._say_rest()

    def _show_job(self, job: Job) -> None:
        row = self._rows.get(job.id)
        if job.ended and job.kind == "index":
            self._retry.setEnabled(True)  # what is still left out may be so for the same reason
        if job.ended or job.quiet:
            if row is not None:
                del self._rows[job.id]
                self._running.removeWidget(row)
                row.hide()
                row.deleteLater()
        elif row is None:
            row = self._rows[job.id] = JobRow(self.context.engine, job, self)
            self._running.addWidget(row)
            row.show()
        else:
            row.show_job(job)
        self._say_rest()

    def _say_rest(self) -> None:
        """The words around the rows: that nothing is at work, and what was done before."""
        jobs = self.context.engine.jobs()
        self._quiet.setVisible(not self._rows)
        if self.context.engine.state == READY:
            self._quiet.setText(self.tr("Nothing to do: every photo was looked at."))
        elif self.context.engine.state == GAVE_UP:
            self._quiet.setText(
                self.tr("Nothing is being done: what looks at your photos stopped.")
            )
        else:
            self._quiet.setText(self.tr("One moment: what looks at your photos is starting."))
        self._look.setEnabled(not any(_is_at_it(job) for job in jobs))
        ended = [outcome(job) for job in reversed(jobs) if job.ended and not job.quiet]
        self._before.setText("\n".join(list(dict.fromkeys(ended))[:_BEFORE]))
        self._before.setVisible(bool(ended))
        self._before_title.setVisible(bool(ended))

    def _index(self) -> None:
        self.context.engine.request("index", {}, lambda _: None, self.context.notices.say)

    def _try_again(self) -> None:
        self._retry.setEnabled(False)
        self.context.engine.request("retry", {}, lambda _: None, self._refused)

    def _refused(self, sentence: str) -> None:
        self._retry.setEnabled(True)
        self.context.notices.say(sentence)

    def _read_problems(self) -> None:
        self.context.reader.read(self, _problems, self._show_problems, key="problems")

    def _show_problems(self, problems: list[Problem]) -> None:
        self.list.problems.show_problems(problems)
        self.list.setVisible(bool(problems))
        self._show_file.setVisible(bool(problems))
        self._show_file.setEnabled(False)
        self._retry.setVisible(bool(problems))
        self._retry.setEnabled(True)
        if problems:
            count = words.number(len(problems))
            self._problem_title.setText(self.tr("Left out, with the reason ({})").format(count))
        else:
            self._problem_title.setText(self.tr("Every file could be read"))

    def _open(self) -> None:
        path = self.list.path()
        if path is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))


def _is_at_it(job: Job) -> bool:
    return job.kind == "index" and not job.ended and not job.quiet


def _problems(library: Library) -> list[Problem]:
    return library.problems.all()
