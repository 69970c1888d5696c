"""A process of its own that is asked one thing after another: what ends it ends nothing else."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import TYPE_CHECKING, Any

from engine import stopping

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

TWICE = 2
"""How often a photo may end a process before it is set aside."""

HANGS = 300.0
"""Seconds after which a photo counts as having ended its process; minutes more than any takes."""


class Ended(Exception):
    """The process ended, or hung, before it answered."""


class Apart:
    """Started when it is first asked, and again after it ended; ends with this object."""

    def __init__(self, work: Callable[..., None], *arguments: object) -> None:
        """work: done in the process, with its connection and these arguments, all of which are
        pickled; it answers what it receives, with an exception if that is to be raised."""
        self._work = work
        self._arguments = arguments
        self._process: SpawnProcess | None = None
        self._connection: Connection | None = None

    def __enter__(self) -> Apart:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()

    def ask(self, question: object) -> Any:
        """The answer. Raises Ended, and the answer if it is an exception."""
        process, connection = self._running()
        answered = False
        with suppress(EOFError, ConnectionError):
            connection.send(question)
            if connection in wait([connection, process.sentinel], timeout=HANGS):
                answer: Any = connection.recv()
                answered = True
        if not answered:
            self.end()
            raise Ended
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def _running(self) -> tuple[SpawnProcess, Connection]:
        if self._process is None or self._connection is None:
            context = multiprocessing.get_context("spawn")
            self._connection, theirs = context.Pipe()
            self._process = context.Process(
                target=_begin, args=(theirs, self._work, self._arguments), daemon=True
            )
            self._process.start()
            theirs.close()
        return self._process, self._connection

    def end(self) -> None:
        """End the process, if there is one."""
        if self._connection is not None:
            self._connection.close()
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
        self._process = self._connection = None


def _begin(
    connection: Connection, work: Callable[..., None], arguments: tuple[object, ...]
) -> None:
    """The process: until nobody asks any more."""
    stopping.leave_to_others()  # sent to all programs of a session, they are no photo's fault
    os.dup2(2, 1)  # its standard output may carry somebody else's answers
    with suppress(EOFError, ConnectionError):
        work(connection, *arguments)
