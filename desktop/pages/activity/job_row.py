"""One job: what it does, how far it is, and buttons to let it rest or stop."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from desktop import words
from desktop.process.engine import Engine
from desktop.process.messages import CANCELLED, DONE, FAILED, PAUSED, QUEUED, RUNNING, Job
from desktop.process.telling import job_figures, job_title
from desktop.theme import sizes
from desktop.widgets import Button, Card, Label

_STEPS = 1000


class JobRow(Card):
    """A job that has not ended. `show_job` takes in how it stands now."""

    def __init__(self, engine: Engine, job: Job, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=14)
        self._engine = engine
        self._job = job
        self._title = Label("", "strong", self)
        self._figures = Label("", "small", self)
        self._figures.setFont(sizes.figures())
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setRange(0, _STEPS)
        self._rest = Button(self.tr("Pause"), self._toggle, parent=self, small=True)
        self._stop = Button(
            self.tr("Stop"), lambda: engine.cancel(self._job.id), parent=self, small=True
        )
        text = QVBoxLayout()
        text.setSpacing(6)
        text.addWidget(self._title)
        text.addWidget(self._bar)
        text.addWidget(self._figures)
        row = QHBoxLayout()
        row.setSpacing(sizes.TIGHT)
        row.addLayout(text, 1)
        row.addSpacing(sizes.NEAR)
        row.addWidget(self._rest)
        row.addWidget(self._stop)
        self.body.addLayout(row)
        self.show_job(job)

    def show_job(self, job: Job) -> None:
        """Show the job as it stands."""
        self._job = job
        title = job_title(job)
        self._title.setText(title)
        self._bar.setVisible(bool(job.total))
        self._bar.setAccessibleName(title)
        if job.total:
            self._bar.setValue(min(_STEPS, job.done * _STEPS // job.total))
        self._figures.setText(job_figures(job) or self.tr("beginning"))
        paused = job.state == PAUSED
        self._rest.setText(self.tr("Resume") if paused else self.tr("Pause"))
        self._rest.setVisible(job.state in (RUNNING, PAUSED, QUEUED))
        self._rest.setAccessibleName(f"{self._rest.text()}: {title}")
        self._stop.setAccessibleName(f"{self._stop.text()}: {title}")

    def _toggle(self) -> None:
        if self._job.state == PAUSED:
            self._engine.resume(self._job.id)
        else:
            self._engine.pause(self._job.id)


def outcome(job: Job) -> str:
    """How a job that has ended went, in a sentence."""
    title = _past(job)
    if job.state == FAILED:
        return f"{title}: {job.message or words.tr('it did not work.')}"
    if job.state == CANCELLED:
        return words.tr("{}: stopped. What was finished is kept.").format(title)
    assert job.state == DONE
    result = job.result or {}
    if job.kind == "index":
        looked, captioned = int(result.get("looked", 0)), int(result.get("captioned", 0))
        if not looked and not captioned:
            return words.tr("{}: nothing was new.").format(title)
        said = (
            words.tr("{}: {} looked at, 1 caption written.")
            if captioned == 1
            else words.tr("{}: {} looked at, {} captions written.")
        )
        return said.format(title, words.photos(looked), words.number(captioned))
    if job.kind == "teach":
        found = words.more_photos(int(result.get("recognised", 0)))
        return words.tr("{}: found in {}.").format(title, found)
    return words.tr("{}: done.").format(title)


def _past(job: Job) -> str:
    subject = job.subject or ""
    return {
        "index": words.tr("Looked through your photos"),
        "teach": words.tr("Learned {}").format(subject),
        "learn": words.tr("Learned from your answers about {}").format(subject)
        if subject
        else words.tr("Learned from your answers"),
        "pack_get": words.tr("Download of {}").format(subject),
        "pack_use": words.tr("Change to {}").format(subject),
        "pack_remove": words.tr("Removal of {}").format(subject),
    }.get(job.kind, job.kind)
