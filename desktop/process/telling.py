"""Jobs in words: what is being done, and how far it is."""

from __future__ import annotations

from desktop import words
from desktop.process.messages import PAUSED, QUEUED, Job


def job_title(job: Job) -> str:
    """What a job does right now: `Writing captions`, `Learning Biscuit`."""
    stages = {
        "scan": words.tr("Finding photos"),
        "look": words.tr("Looking at photos"),
        "recognise": words.tr("Looking for familiar faces"),
        "group": words.tr("Putting faces that look alike together"),
        "learn": words.tr("Learning {}").format(job.subject or ""),
        "caption": words.tr("Writing captions"),
    }
    kinds = {
        "index": words.tr("Looking after your photos"),
        "teach": words.tr("Learning {}").format(job.subject or ""),
        "learn": words.tr("Learning {}").format(job.subject or ""),
        "pack_get": words.tr("Downloading {}").format(job.subject or ""),
        "pack_use": words.tr("Changing to {}").format(job.subject or ""),
        "pack_remove": words.tr("Removing {}").format(job.subject or ""),
    }
    return (stages.get(job.stage or "") or kinds.get(job.kind, job.kind)).strip()


def job_figures(job: Job) -> str:
    """How far a job is: `5,066 of 8,041 · 4 a second · about 12 min`."""
    if job.state == QUEUED:
        return words.tr("waiting")
    counted = words.of(job.done, job.total) if job.done or job.total else ""
    if job.state == PAUSED:
        return words.together(counted, words.tr("paused"))
    return words.together(
        counted,
        words.rate(job.rate) if job.rate else "",
        words.left(job.seconds_left) if job.seconds_left is not None else "",
    )
