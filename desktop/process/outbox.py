"""Requests on their way: those that wait for an engine, and those that one was asked."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from typing import Any

from desktop.process.connection import Connection
from desktop.process.engine import Request
from desktop.process.unfinished import Unfinished

_TRIES = 3
"""Engines that one question is put to; it may be what ends them."""


class Outbox:
    """Requests that nobody has answered. Those for jobs are kept for as long as their records."""

    def __init__(self, unfinished: Unfinished) -> None:
        self._unfinished = unfinished
        self._waiting: deque[Request] = deque()
        self._sent: dict[int, Request] = {}
        self._tries: Counter[Request] = Counter()

    def put(self, request: Request) -> None:
        """Keep it until there is an engine."""
        self._waiting.append(request)

    def jobs(self) -> set[str | None]:
        """The ids of jobs that are asked for by requests that wait."""
        return {one.job for one in self._waiting}

    def send(self, request: Request, connection: Connection) -> None:
        """Ask the engine now, unless nobody wants to know any more."""
        params = self._params(request)
        if params is not None:
            self._tries[request] += 1
            self._sent[connection.ask(request.method, params)] = request

    def send_waiting(self, connection: Connection) -> None:
        """Ask everything that waits, oldest first."""
        waiting, self._waiting = self._waiting, deque()
        for request in waiting:
            self.send(request, connection)

    def take(self, number: int) -> Request | None:
        """The request that was sent under a number, which is over now."""
        request = self._sent.pop(number, None)
        if request is not None:
            self._tries.pop(request, None)
        return request

    def drop(self, request: Request) -> int | None:
        """Nobody wants the answer: the number under which it was asked, if it was."""
        if request in self._waiting:
            self._waiting.remove(request)
        for number, one in self._sent.items():
            if one is request:
                self.take(number)
                return number
        return None

    def drop_job(self, job: str) -> None:
        """Nobody wants a job that may still wait to be asked for."""
        for request in [one for one in self._waiting if one.job == job]:
            self._waiting.remove(request)

    def part(self) -> list[Request]:
        """The engine is gone: what was asked waits for the next one, but for those returned."""
        sent, self._sent = list(self._sent.values()), {}
        kept = [one for one in sent if self._is_asked_again(one)]
        self._waiting.extendleft(reversed(kept))
        lost = [one for one in sent if one not in kept]
        for request in lost:
            self._tries.pop(request, None)
        return lost

    def give_up(self) -> list[Request]:
        """There will be no engine soon: jobs wait for one, those returned do not."""
        waiting, self._waiting = self._waiting, deque()
        self._waiting.extend(one for one in waiting if one.job is not None)
        return [one for one in waiting if one.job is None]

    def _params(self, request: Request) -> Mapping[str, Any] | None:
        if request.job is None:
            return None if request.over else request.params
        record = self._unfinished.get(request.job)
        return None if record is None else record.asked()

    def _is_asked_again(self, request: Request) -> bool:
        if request.job is not None:
            return self._unfinished.get(request.job) is not None
        return request.again and not request.over and self._tries[request] < _TRIES
