"""The engine as the window's pages know it: ask, be answered, hear of jobs and changes.

`desktop.process.client.EngineClient` is the real one. Pages take an `Engine`, so that their tests
need no process.

Methods to ask for, with their parameters, and what `done` is called with:

    search    query, limit, offset=0      {"chips": [{"kind", "text"}], "total",
                                           "hits": [{"photo_id", "score", "why": [...]}]}
    ask       photo_id, question,         {"answer", "source", "note"}
              history=[[question, answer]]
    locate    photo_id, concept_id,       {"box": [x0, y0, x1, y1] or None, "source",
              heat=False, heat_of?         "heat": {"rows", "columns", "values"} or None,
                                           "heat_of": "recogniser" or "attention"}
    packs                                 [what `familiar packs --json` says of each]
    visible   photo_ids                   None; on-screen photos are looked at first
    quiet     on                          None; indexing leaves the machine more room
    warm                                  None, once the models a search needs are loaded
    watch                                 None; from then on what comes is looked at by itself, and
                                          first of all whatever has come meanwhile

and those that start a job, answered with {"job": its id}, which `Request.job` knows before:

    index        captions=True            result: files, added, looked, captioned, away, troubles
    retry                                 the same, after forgetting what could not be done
    teach        name, kind, photos: [{photo_id or path, box?: [x0, y0, x1, y1]}]
                                          result: concept_id, tagged, recognised, suggested,
                                          captioned, uncertain (photo ids, least sure first)
    learn        concept_id, photo_ids    after the window wrote decisions itself
    pack_get     name                     pack_use, pack_remove: the same

Photo ids are ints here; boxes are fractions of the upright picture. Every failure is a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.process.messages import Job

STARTING = "starting"
READY = "ready"
RESTARTING = "restarting"
GAVE_UP = "failed"

JOBS = {
    "index": "index",
    "retry": "index",
    "teach": "teach",
    "learn": "learn",
    "pack_get": "pack_get",
    "pack_use": "pack_use",
    "pack_remove": "pack_remove",
}
"""The methods that start a job, and the kind of job each starts."""

Done = Callable[[Any], None]
Failed = Callable[[str], None]


class Request:
    """One question to the engine. job: the id of the job it starts, None if it starts none."""

    def __init__(
        self,
        method: str,
        params: Mapping[str, Any],
        done: Done,
        failed: Failed | None = None,
        *,
        again: bool = False,
        job: str | None = None,
    ) -> None:
        self.method = method
        self.params = dict(params)
        self.again = again
        self.job = job
        self.over = False
        self._done = done
        self._failed = failed
        self._dropped: Callable[[Request], None] | None = None

    def cancel(self) -> None:
        """Nobody wants the answer any more: neither callback is called from now on.

        A job that was started goes on; `Engine.cancel` stops it.
        """
        if not self.over:
            self.over = True
            if self._dropped is not None:
                self._dropped(self)

    def when_dropped(self, dropped: Callable[[Request], None]) -> None:
        """For an engine: `dropped` is called when the request is cancelled before its end."""
        self._dropped = dropped

    def succeed(self, result: Any) -> None:
        """For an engine: hand the answer over, once."""
        if not self.over:
            self.over = True
            self._done(result)

    def fail(self, sentence: str) -> None:
        """For an engine: say why there is no answer, once."""
        if not self.over:
            self.over = True
            if self._failed is not None:
                self._failed(sentence)


class Engine(QObject):
    """What every engine offers; all of it on the window's thread, none of it waits."""

    state_changed = Signal(str)
    """The new state."""
    job_changed = Signal(object)
    """A `Job`, at most some ten times a second each."""
    changed = Signal(object)
    """A `Change`: what the window shows of it is to be read again."""
    troubled = Signal(object)
    """A `Trouble`."""

    @property
    def state(self) -> str:
        """starting, ready, restarting or failed."""
        raise NotImplementedError

    @property
    def problem(self) -> str:
        """A sentence, while the state is restarting or failed; else empty."""
        raise NotImplementedError

    def start(self) -> None:
        """Start the engine, or try again after it failed."""
        raise NotImplementedError

    def stop(self) -> None:
        """End it in order, and by force if that takes long; jobs go on at the next start."""
        raise NotImplementedError

    def request(
        self,
        method: str,
        params: Mapping[str, Any],
        done: Done,
        failed: Failed | None = None,
        *,
        again: bool = False,
    ) -> Request:
        """Ask; one of the two is called later, unless the request is cancelled.

        What is asked before the engine is ready waits for it. If the engine dies first, `failed`
        hears so, or with `again` the question is put once more to the next one; what starts a job
        always is.
        """
        raise NotImplementedError

    def jobs(self) -> list[Job]:
        """The jobs that have not ended and the last ones that did, oldest first."""
        raise NotImplementedError

    def pause(self, job: str) -> None:
        """Let a job rest after the photos in hand, until `resume`."""
        raise NotImplementedError

    def resume(self, job: str) -> None:
        """Let a paused job go on."""
        raise NotImplementedError

    def cancel(self, job: str) -> None:
        """Stop a job after the photos in hand; what it finished is kept."""
        raise NotImplementedError
