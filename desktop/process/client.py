"""The real engine: a process of its own, started, listened to, and started again when it dies."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer

from desktop.process.board import Board
from desktop.process.connection import Connection, Patience
from desktop.process.crashes import Crashes
from desktop.process.engine import (
    GAVE_UP,
    JOBS,
    READY,
    RESTARTING,
    STARTING,
    Done,
    Engine,
    Failed,
    Request,
)
from desktop.process.messages import (
    CANCELLED,
    EVERYTHING,
    FAILED,
    PAUSED,
    QUEUED,
    Change,
    Job,
    Trouble,
)
from desktop.process.outbox import Outbox
from desktop.process.unfinished import Record, Unfinished

__all__ = ["Change", "EngineClient", "Job", "Patience", "Request", "Trouble"]

PROTOCOL = 1

_ALONE = frozenset(("teach", "pack_get", "pack_use", "pack_remove"))
"""Jobs of these are never done together with others, so they are known before they are begun."""
_STANDING = frozenset(("visible", "quiet", "warm", "watch"))
"""What holds until the next such request; an engine that is started again is told once more."""

_STOPPED = "The part of Familiar that looks at photos stopped. It is being started again."
_GAVE_UP = "The part of Familiar that looks at photos keeps stopping. You can start it again."
_OTHER = "Familiar was updated while it was open. Close it and open it again."


class EngineClient(Engine):
    """The engine process of one home.

    command: what starts the process, by default this Python's engine; patience: how long what may
    take.
    """

    def __init__(
        self,
        home: Path,
        parent: QObject | None = None,
        *,
        command: Sequence[str] | None = None,
        patience: Patience | None = None,
    ) -> None:
        super().__init__(parent)
        engine = [sys.executable, "-m", "engine.service", "--home", str(home)]
        self._command = list(command or engine)
        self._patience = patience = patience or Patience()
        self._state, self._problem = STARTING, ""
        self._connection: Connection | None = None
        self._standing: dict[str, Mapping[str, Any]] = {}
        self._board = Board(self.job_changed.emit)
        self._unfinished = Unfinished(home / "unfinished.json")
        self._outbox = Outbox(self._unfinished)
        self._crashes = Crashes(patience.delays, patience.crashes, patience.within)
        self._next_start = QTimer(self)
        self._next_start.setSingleShot(True)
        self._next_start.timeout.connect(self._launch)

    @property
    def state(self) -> str:
        return self._state

    @property
    def problem(self) -> str:
        return self._problem

    @property
    def pid(self) -> int:
        """The process's number, 0 while there is none."""
        return 0 if self._connection is None else self._connection.pid

    def start(self) -> None:
        if self._connection is None:
            self._next_start.stop()
            self._crashes.forget()
            self._move(STARTING)
            self._launch()

    def stop(self) -> None:
        self._next_start.stop()
        if self._connection is not None:
            self._connection.close()
        self._part()  # and nobody is left to hear of it
        self._move(STARTING)

    def request(
        self,
        method: str,
        params: Mapping[str, Any],
        done: Done,
        failed: Failed | None = None,
        *,
        again: bool = False,
    ) -> Request:
        job = uuid.uuid4().hex[:12] if method in JOBS else None
        request = Request(method, params, done, failed, again=again, job=job)
        request.when_dropped(self._drop)
        if method in _STANDING:
            self._standing[method] = request.params
        if job is not None:
            self._unfinished.keep(Record(job, method, request.params))
            if method in _ALONE:
                self._board.put(Job(job, JOBS[method], params.get("name")))
        elif self._state == GAVE_UP:
            QTimer.singleShot(0, self, lambda: self._safely(request.fail, self._problem))
            return request
        if self._state == READY:
            self._send(request)
        else:
            self._outbox.put(request)
        return request

    def jobs(self) -> list[Job]:
        return self._board.all()

    def pause(self, job: str) -> None:
        self._rest(job, paused=True)

    def resume(self, job: str) -> None:
        self._rest(job, paused=False)

    def cancel(self, job: str) -> None:
        self._unfinished.drop(job)
        self._outbox.drop_job(job)
        if not self._tell("cancel", job):
            self._board.become(job, CANCELLED)

    # The process

    def _launch(self) -> None:
        connection = self._connection = Connection(self._command, self._patience, self)
        connection.greeted.connect(self._greeted)
        connection.refused.connect(self._give_up)
        connection.answered.connect(self._answered)
        connection.failed.connect(self._refused)
        connection.said.connect(self._said)
        connection.gone.connect(self._died)
        connection.open()

    def _greeted(self, hello: dict[str, Any]) -> None:
        if hello.get("protocol") != PROTOCOL:
            self._give_up(_OTHER)
            return
        again = self._state == RESTARTING
        asked = self._outbox.jobs()
        for record in self._unfinished.all():
            if record.id not in asked:
                self._send(Request(record.method, record.params, _nothing, job=record.id))
        methods = {one.method for one in self._unfinished.all()}
        if "index" in hello.get("interrupted", ()) and not methods & {"index", "retry"}:
            self.request("index", {}, _nothing)
        for method, params in self._standing.items() if again else ():
            self._send(Request(method, params, _nothing))
        if self._connection is not None:
            self._outbox.send_waiting(self._connection)
        self._move(READY)
        if again:
            # The last one may have changed things that it could not tell any more.
            self.changed.emit(Change(EVERYTHING))

    def _died(self) -> None:
        delay = self._crashes.note(one.id for one in self._unfinished.all() if not one.paused)
        if delay is None:
            self._give_up(_GAVE_UP)
            return
        lost = self._part()
        self._next_start.start(int(delay * 1000))
        self._move(RESTARTING, _STOPPED)
        for request in lost:
            self._safely(request.fail, _STOPPED)

    def _give_up(self, sentence: str) -> None:
        """No engine until somebody starts one: jobs wait for that, questions do not."""
        if self._connection is not None:
            self._connection.abandon()
        lost = self._part()
        self._move(GAVE_UP, sentence)
        for request in [*lost, *self._outbox.give_up()]:
            self._safely(request.fail, sentence)

    def _part(self) -> list[Request]:
        """There is no process any more: the requests that nobody will answer."""
        if self._connection is not None:
            self._connection.dispose()
            self._connection = None
        lost = self._outbox.part()
        self._unfinished.part()
        for job in self._board.all():
            records = self._unfinished.of(job.id)
            resting = any(one.paused for one in records)
            self._board.become(job.id, (PAUSED if resting else QUEUED) if records else CANCELLED)
        return lost

    # Requests

    def _send(self, request: Request) -> None:
        if self._connection is None:
            self._outbox.put(request)
        else:
            self._outbox.send(request, self._connection)

    def _drop(self, request: Request) -> None:
        """Nobody wants the answer; a job that was asked for is done all the same."""
        if request.job is None:
            number = self._outbox.drop(request)
            if number is not None and self._connection is not None:
                self._connection.drop(number)

    def _answered(self, number: int, result: Any) -> None:
        request = self._outbox.take(number)
        if request is None:
            return
        if request.job is not None:
            record, request.job = self._unfinished.get(request.job), result["job"]
            if record is not None:
                record.job, record.taken = result["job"], True
                self._unfinished.keep(record)
                job = self._board.get(record.job)
                if job is not None and job.ended:
                    self._end(job)
        self._safely(request.succeed, result)

    def _refused(self, number: int, sentence: str) -> None:
        request = self._outbox.take(number)
        if request is None:
            return
        if request.job is not None:
            self._unfinished.drop(request.job)
            self._board.become(request.job, FAILED, sentence)
        self._safely(request.fail, sentence)

    def _said(self, method: str, params: dict[str, Any]) -> None:
        if method == "job":
            job = Job.read(params)
            known = self._board.get(job.id)
            if known is None or not known.ended:  # its end may be told more than once
                self._board.put(job)
                if job.ended:
                    self._end(job)
        elif method == "changed":
            photos = None if params.get("all") else frozenset(params["photo_ids"])
            self.changed.emit(Change(frozenset(params["what"]), photos))
        elif method == "trouble":
            self.troubled.emit(Trouble(Path(params["path"]), params["reason"]))

    def _end(self, job: Job) -> None:
        """Nothing is left of a job; what an engine before did by itself may be a part of it."""
        for record in self._unfinished.of(job.id):
            self._board.end_with(record.id, job)
        self._unfinished.drop(job.id)

    def _rest(self, job: str, *, paused: bool) -> None:
        for record in self._unfinished.of(job):
            record.paused = paused
            self._unfinished.keep(record)
        if not self._tell("pause" if paused else "resume", job):
            self._board.become(job, PAUSED if paused else QUEUED)

    def _tell(self, method: str, job: str) -> bool:
        """Pass a word about a job on; False when there is no engine to pass it to."""
        if self._state == READY:
            self._send(Request(method, {"job": job}, _nothing))
        return self._state == READY

    def _move(self, state: str, problem: str = "") -> None:
        self._problem = problem
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)

    def _safely(self, callback: Callable[[Any], None], value: Any) -> None:
        """A page's mistake must not keep the others from being answered."""
        try:
            callback(value)
        except Exception:
            sys.excepthook(*sys.exc_info())


def _nothing(_: Any) -> None:
    """For what needs no answer."""
