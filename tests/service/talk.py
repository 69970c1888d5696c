"""The other end of the wire, for tests: an engine process that is asked and listened to."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TINY = [sys.executable, "-m", "tests.service.tiny_service"]
PATIENCE = 60.0


class Refused(Exception):
    """The engine answered with an error."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error["message"])
        self.code = error["code"]


class Talk:
    """A running engine. `told` are its notifications so far, as (method, params)."""

    def __init__(
        self, home: Path, command: Sequence[str] = TINY, env: dict[str, str] | None = None
    ) -> None:
        self.process = subprocess.Popen(
            [*command, "--home", str(home)], cwd=ROOT, env={**os.environ, **(env or {})},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.errors = b""
        self._number = 0
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._answers: dict[int, dict[str, Any]] = {}
        self._threads = [
            threading.Thread(target=self._read_out), threading.Thread(target=self._read_errors)
        ]  # fmt: skip
        for thread in self._threads:
            thread.start()

    def send(self, method: str, **params: Any) -> int:
        """Ask, without waiting for the answer; the request's number."""
        self._number += 1
        request = {"jsonrpc": "2.0", "id": self._number, "method": method, "params": params}
        self.write(json.dumps(request).encode() + b"\n")
        return self._number

    def ask(self, method: str, **params: Any) -> Any:
        """Ask and wait; raises Refused."""
        return self.answer(self.send(method, **params))

    def answer(self, number: int) -> Any:
        """Wait for the answer to a request."""
        while number not in self._answers:
            self.next()
        answer = self._answers.pop(number)
        if "error" in answer:
            raise Refused(answer["error"])
        return answer["result"]

    def job(self, job_id: str, *states: str, **fields: Any) -> dict[str, Any]:
        """Wait until a job was in one of these states, with these other fields; as it was then."""
        for method, params in self._all():
            if (
                method == "job"
                and params["id"] == job_id
                and params["state"] in states
                and all(params[name] == value for name, value in fields.items())
            ):
                return params
        raise AssertionError("the engine ended")

    def done(self, job_id: str) -> dict[str, Any]:
        """Wait for a job to end well; its result."""
        job = self.job(job_id, "done", "failed", "cancelled")
        assert job["state"] == "done", job
        result: dict[str, Any] = job["result"]
        return result

    def work(self, method: str, **params: Any) -> dict[str, Any]:
        """Start a job and wait for its result."""
        return self.done(self.ask(method, **params)["job"])

    def write(self, line: bytes) -> None:
        """Send bytes as they are."""
        assert self.process.stdin is not None
        self.process.stdin.write(line)
        self.process.stdin.flush()

    def next(self) -> dict[str, Any]:
        """The next message, whatever it is."""
        line = self._lines.get(timeout=PATIENCE)
        assert line, f"the engine ended: {self.errors.decode(errors='replace')}"
        message: dict[str, Any] = json.loads(line)
        assert message["jsonrpc"] == "2.0"
        if "method" in message:
            self.told.append((message["method"], message["params"]))
        elif isinstance(message["id"], int):
            self._answers[message["id"]] = message
        return message

    def end(self) -> int:
        """Hang up, read what is left, and wait; the exit status."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.wait()

    def wait(self) -> int:
        """Wait for the process to end, having read all that it said."""
        with contextlib.suppress(AssertionError):
            while True:
                self.next()
        status = self.process.wait(PATIENCE)
        self._join()
        return status

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.wait(PATIENCE)
        self._join()

    def _join(self) -> None:
        for thread in self._threads:
            thread.join()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert stream is not None
            with contextlib.suppress(BrokenPipeError):
                stream.close()

    def _all(self) -> Iterator[tuple[str, dict[str, Any]]]:
        at = 0
        while True:
            while at < len(self.told):
                yield self.told[at]
                at += 1
            self.next()

    def _read_out(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(b"")

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        self.errors = self.process.stderr.read()


class Gate:
    """Stops a kind of work in the engine (see `tests.service.tiny_service`)."""

    def __init__(self, folder: Path, name: str) -> None:
        self._path = folder / name
        folder.mkdir(exist_ok=True)
        os.mkfifo(self._path)
        self._handle: int | None = None

    def reached(self) -> None:
        """Wait until work stands at the gate."""
        self._handle = os.open(self._path, os.O_WRONLY)

    def is_reached(self) -> bool:
        """Whether work stands at the gate, for who cannot wait."""
        try:
            self._handle = os.open(self._path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:  # nobody reads
            return False
        return True

    def open(self) -> None:
        """What stands there goes on, and everything passes from now on."""
        self._path.unlink()
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


Start = Callable[..., Talk]
