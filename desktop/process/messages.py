"""What the engine says without being asked: how jobs go, what changed, what could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.news import EVERYTHING, Change, Trouble

__all__ = ["EVERYTHING", "Change", "Job", "Trouble"]

QUEUED = "queued"
RUNNING = "running"
PAUSED = "paused"
DONE = "done"
FAILED = "failed"
CANCELLED = "cancelled"

_COUNTED = ("look", "recognise", "group", "learn", "caption")
"""Stages whose figures are of photos that something is done for."""


@dataclass(frozen=True)
class Job:
    """One piece of long work, as it stands.

    id: the same for as long as the job lasts, also when the engine is started again meanwhile.
    kind: index, teach, learn, pack_get, pack_use or pack_remove. subject: whom or what it is about,
    a name, None where that is the whole library. state: queued, running, paused, done, failed or
    cancelled. asked: by somebody, and not begun by itself. stage, done, total, rate, seconds_left:
    see `engine.progress.Progress`; total is 0 while it is not known. message: a sentence, when it
    failed. result: what came of it, when done.
    """

    id: str
    kind: str
    subject: str | None = None
    state: str = QUEUED
    stage: str | None = None
    done: int = 0
    total: int = 0
    rate: float | None = None
    seconds_left: float | None = None
    message: str | None = None
    result: Mapping[str, Any] | None = None
    asked: bool = True

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in (DONE, FAILED, CANCELLED)

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to tell of it: it began by itself and has found nothing, yet."""
        if self.asked or self.state in (PAUSED, FAILED):
            return False
        if self.ended:
            result = self.result or {}
            return not result.get("looked") and not result.get("captioned")
        return self.state == QUEUED or not self.total or self.stage not in _COUNTED

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Job:
        """A job as the engine describes it; what it leaves out stays at its default."""
        known = {name: said[name] for name in cls.__dataclass_fields__ if name in said}
        return cls(**known)
