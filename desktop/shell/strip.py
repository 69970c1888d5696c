"""The strip at the bottom: what is being done, how far it is, and a way to let it rest."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QWidget

from desktop import navigation
from desktop.context import Context
from desktop.process.messages import PAUSED, QUEUED, RUNNING, Job
from desktop.process.telling import job_figures, job_title
from desktop.theme import sizes
from desktop.widgets.button import LINK, Button
from desktop.widgets.label import Label

_STEPS = 1000
_GAP = 14


class Strip(QFrame):
    """Shows the job at work; hidden while there is none."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._job: Job | None = None
        self._wanted = True
        self.setProperty("surface", "strip")
        self.setFixedHeight(34)
        row = QHBoxLayout(self)
        row.setContentsMargins(sizes.EDGE, 0, sizes.EDGE, 0)
        row.setSpacing(_GAP)
        self._title = Button("", lambda: context.navigation.go(navigation.ACTIVITY), LINK, self)
        self._title.setProperty("tone", "quiet")
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(160)
        self._figures = Label("", "small", self)
        self._figures.setFont(sizes.figures())
        self._pause = Button(self.tr("Pause"), self._toggle, LINK, self)
        self._pause.setProperty("tone", "quiet")
        row.addWidget(self._title)
        row.addWidget(self._bar, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._figures)
        row.addStretch()
        row.addWidget(self._pause)
        context.engine.job_changed.connect(lambda _: self._choose())
        self._choose()

    def want(self, wanted: bool) -> None:
        """Whether the page that is shown leaves room for it."""
        self._wanted = wanted
        self._choose()

    def _choose(self) -> None:
        """The job to show: one that runs before one that rests, the newest of them."""
        alive = [job for job in self._context.engine.jobs() if not job.ended and not job.quiet]
        for state in (RUNNING, PAUSED, QUEUED):
            of_state = [job for job in alive if job.state == state]
            if of_state:
                self._show(of_state[-1])
                return
        self._job = None
        self.hide()

    def _show(self, job: Job) -> None:
        self._job = job
        self._title.setText(job_title(job))
        if job.total:
            self._bar.setRange(0, _STEPS)
            self._bar.setValue(min(_STEPS, job.done * _STEPS // job.total))
        self._bar.setAccessibleName(self._title.text())
        paused = job.state == PAUSED
        self._pause.setText(self.tr("Resume") if paused else self.tr("Pause"))
        self._pause.setVisible(job.state in (RUNNING, PAUSED))
        self._fit(job)
        self.setVisible(self._wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._job is not None:
            self._fit(self._job)

    def _fit(self, job: Job) -> None:
        """Show what there is room for: the rate goes first, then the bar, then the time left."""
        slower = replace(job, rate=None)
        steps = (
            (True, job_figures(job)),
            (True, job_figures(slower)),
            (False, job_figures(slower)),
            (False, job_figures(replace(slower, seconds_left=None))),
            (False, ""),
        )
        words = (self._title, self._pause)
        room = self.width() - 2 * sizes.EDGE - sum(one.sizeHint().width() for one in words)
        for bar, figures in steps:
            width = self._figures.fontMetrics().horizontalAdvance(figures) + 3 * _GAP
            if width + (self._bar.width() + _GAP if bar else 0) <= room:
                break
        self._figures.setText(figures)
        self._bar.setVisible(bar and bool(job.total))

    def _toggle(self) -> None:
        if self._job is None:
            return
        if self._job.state == PAUSED:
            self._context.engine.resume(self._job.id)
        else:
            self._context.engine.pause(self._job.id)
