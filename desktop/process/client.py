"""The real engine: a process of its own, started, listened to, and started again when it dies."""

from __future__ import annotations

import sys
import time
import uuid
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer

from desktop.process.connection import Connection, Patience
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
    RUNNING,
    Change,
    Job,
    Trouble,
)
from desktop.process.unfinished import Record, Unfinished

__all__ = ["Change", "EngineClient", "Job", "Patience", "Request", "Trouble"]

PROTOCOL = 1

_ALONE = frozenset(("teach", "pack_get", "pack_use", "pack_remove"))
"""Jobs of these are never done together with others, so they are known before they are begun."""
_STANDING = frozenset(("visible", "quiet", "warm"))
"""What holds until the next such request; an engine that is started again is told once more."""
_TRIES = 3
"""Engines that one request is put to; it may be what ends them."""
_REMEMBERED = 50

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
        self._patience = patience or Patience()
        self._state, self._problem = STARTING, ""
        self._connection: Connection | None = None
        self._waiting: deque[Request] = deque()
        self._sent: dict[int, Request] = {}
        self._tries: Counter[Request] = Counter()
        self._standing: dict[str, Mapping[str, Any]] = {}
        self._jobs: dict[str, Job] = {}
        self._unfinished = Unfinished(home / "unfinished.json")
        self._crashes: deque[tuple[float, frozenset[str]]] = deque()
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.timeout.connect(self._launch)

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
            self._crashes.clear()
            self._move(STARTING)
            self._launch()

    def stop(self) -> None:
        self._again.stop()
        if self._connection is not None:
            self._connection.close()
            self._part()
        self._state, self._problem = STARTING, ""

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
            self._unfinished.add(Record(job, method, request.params))
            if method in _ALONE:
                self._note(Job(job, JOBS[method], params.get("name")))
        elif self._state == GAVE_UP:
            QTimer.singleShot(0, self, lambda: request.fail(self._problem or _GAVE_UP))
            return request
        if self._state == READY:
            self._send(request)
        else:
            self._waiting.append(request)
        return request

    def jobs(self) -> list[Job]:
        return list(self._jobs.values())

    def pause(self, job: str) -> None:
        self._rest(job, paused=True)

    def resume(self, job: str) -> None:
        self._rest(job, paused=False)

    def cancel(self, job: str) -> None:
        self._unfinished.drop(job)
        for request in [one for one in self._waiting if one.job == job]:
            self._waiting.remove(request)
            request.fail("")
        if not self._tell("cancel", job):
            self._become(job, CANCELLED)

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
        self._move(READY)
        for record in self._unfinished.all():
            if not any(one.job == record.id for one in self._waiting):
                self._send(self._once_more(record))
        asked = {one.method for one in self._unfinished.all()}
        if "index" in hello.get("interrupted", ()) and not asked & {"index", "retry"}:
            self.request("index", {}, _nothing)
        for method, params in self._standing.items() if again else ():
            self._send(Request(method, params, _nothing))
        waiting, self._waiting = self._waiting, deque()
        for request in waiting:
            self._send(request)
        if again:
            # It may have changed things that it could not tell any more.
            self.changed.emit(Change(EVERYTHING))

    def _once_more(self, record: Record) -> Request:
        """A request for a job that an earlier engine had taken on, or an earlier window asked for."""
        params = {**record.params, "paused": record.paused}
        if record.method == "teach":
            params["again"] = record.sent
        return Request(record.method, params, _nothing, job=record.id)

    def _give_up(self, sentence: str) -> None:
        connection = self._connection
        self._part()
        if connection is not None:
            connection.close()
        self._move(GAVE_UP, sentence)
        self._fail_waiting(sentence)

    def _died(self) -> None:
        running = frozenset(one.id for one in self._jobs.values() if one.state == RUNNING)
        self._part()
        now = time.monotonic()
        self._crashes.append((now, running))
        while now - self._crashes[0][0] > self._patience.within:
            self._crashes.popleft()
        alike = Counter(job for _, jobs in self._crashes for job in jobs or ("",))
        if max(alike.values()) >= self._patience.crashes:
            self._move(GAVE_UP, _GAVE_UP)
            self._fail_waiting(_GAVE_UP)
            return
        self._move(RESTARTING, _STOPPED)
        delays = self._patience.delays
        delay = delays[min(len(self._crashes), len(delays)) - 1]
        self._again.start(int(delay * 1000))

    def _part(self) -> None:
        """The process is gone: what was asked of it fails or waits for the next one."""
        if self._connection is not None:
            self._connection.deleteLater()
            self._connection = None
        sent, self._sent = self._sent, {}
        kept = [one for one in sent.values() if self._tries[one] < _TRIES]
        kept = [one for one in kept if one.again or one.job is not None]
        self._waiting.extendleft(reversed(kept))
        for job in list(self._jobs.values()):
            if job.ended:
                continue
            records = self._unfinished.of(job.id)
            self._become(job.id, QUEUED if records else CANCELLED)
        for record in self._unfinished.all():
            record.job = record.id
        for request in sent.values():
            if request not in kept:
                self._safely(request.fail, _STOPPED)

    def _fail_waiting(self, sentence: str) -> None:
        """Nobody will answer soon; jobs stay until somebody starts the engine again."""
        waiting = [one for one in self._waiting if one.job is None]
        self._waiting = deque(one for one in self._waiting if one.job is not None)
        for request in waiting:
            self._safely(request.fail, sentence)

    # Requests

    def _send(self, request: Request) -> None:
        if self._connection is None or (request.over and request.job is None):
            return
        params = dict(request.params)
        if request.job is not None:
            params["job"] = request.job
        self._tries[request] += 1
        self._sent[self._connection.ask(request.method, params)] = request

    def _drop(self, request: Request) -> None:
        """Nobody wants the answer; a job that was asked for is done all the same."""
        if request.job is not None:
            return
        if request in self._waiting:
            self._waiting.remove(request)
        for number, one in list(self._sent.items()):
            if one is request and self._connection is not None:
                del self._sent[number]
                self._tries.pop(request, None)
                self._connection.drop(number)

    def _answered(self, number: int, result: Any) -> None:
        request = self._taken(number)
        if request is None:
            return
        if request.job is not None:
            for record in self._unfinished.all():
                if record.id == request.job:
                    record.job, record.sent = result["job"], True
            request.job = result["job"]
        self._safely(request.succeed, result)

    def _refused(self, number: int, sentence: str) -> None:
        request = self._taken(number)
        if request is None:
            return
        if request.job is not None:
            self._unfinished.drop(request.job)
            self._become(request.job, FAILED, sentence)
        self._safely(request.fail, sentence)

    def _taken(self, number: int) -> Request | None:
        request = self._sent.pop(number, None)
        if request is not None:
            self._tries.pop(request, None)
        return request

    # Jobs and changes

    def _said(self, method: str, params: dict[str, Any]) -> None:
        if method == "job":
            self._note(Job.read(params))
        elif method == "changed":
            photos = None if params.get("all") else frozenset(params["photo_ids"])
            self.changed.emit(Change(frozenset(params["what"]), photos))
        elif method == "trouble":
            self.troubled.emit(Trouble(Path(params["path"]), params["reason"]))

    def _note(self, job: Job) -> None:
        if job.ended:
            self._unfinished.drop(job.id)
            self._jobs.pop(job.id, None)  # to stand among those that ended in the order they did
        self._jobs[job.id] = job
        for old in [one for one in self._jobs.values() if one.ended][:-_REMEMBERED]:
            del self._jobs[old.id]
        self.job_changed.emit(job)

    def _become(self, job_id: str, state: str, message: str | None = None) -> None:
        """Say of a job what the engine cannot say now."""
        job = self._jobs.get(job_id)
        if job is not None and not job.ended:
            paused = state == QUEUED and any(one.paused for one in self._unfinished.of(job_id))
            self._note(
                replace(
                    job, state=PAUSED if paused else state, message=message,
                    rate=None, seconds_left=None,
                )
            )  # fmt: skip

    def _rest(self, job: str, *, paused: bool) -> None:
        for record in self._unfinished.of(job):
            record.paused = paused
        if not self._tell("pause" if paused else "resume", job):
            self._become(job, QUEUED)

    def _tell(self, method: str, job: str) -> bool:
        """Pass a word about a job on; False when there is no engine to pass it to."""
        if self._connection is None or self._state != READY:
            return False
        self._send(Request(method, {"job": job}, _nothing))
        return True

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
