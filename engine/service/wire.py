"""JSON-RPC 2.0 over two streams, one message a line in UTF-8.

Nothing that arrives ends the conversation but the end of the stream: what cannot be understood is
answered with an error, and the next line is read.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

PROTOCOL = 1
"""Changes when the window of another version would be misunderstood."""

LONGEST = 64 << 20
"""Bytes of one line; a longer one is refused, and never held in memory."""

NO_JSON = -32700
NO_REQUEST = -32600
NO_METHOD = -32601
BAD_PARAMS = -32602
FAULT = -32603
REFUSED = -32000
"""Its message is a sentence for the owner; so is that of FAULT."""
CANCELLED = -32800

Id = str | int | None


@dataclass(frozen=True)
class Message:
    """A request, or where `expects_answer` is False a notification."""

    id: Id
    method: str
    params: Mapping[str, Any] = field(default_factory=dict)
    expects_answer: bool = True


class Malformed(Exception):
    """A line that is no message: a JSON-RPC error code, and what is wrong."""

    def __init__(self, code: int, text: str, to: Id = None) -> None:
        super().__init__(text)
        self.code = code
        self.to = to


class Wire:
    """Both directions. Any thread may write; one reads."""

    def __init__(self, reader: BinaryIO, writer: BinaryIO, longest: int = LONGEST) -> None:
        self._reader = reader
        self._writer = writer
        self._longest = longest
        self._writing = threading.Lock()

    def messages(self) -> Iterator[Message]:
        """What arrives, until the stream ends; what is malformed is answered here."""
        while line := self._reader.readline(self._longest + 1):
            try:
                if not line.endswith(b"\n"):
                    if not self._skip():
                        return  # the stream ended in the middle of a line
                    raise Malformed(NO_REQUEST, f"A line has at most {self._longest} bytes.")
                if line.strip():
                    yield parse(line)
            except Malformed as error:
                self.refuse(error.to, error.code, str(error))

    def answer(self, to: Id, result: Any) -> None:
        """Answer a request."""
        self._write({"id": to, "result": result})

    def refuse(self, to: Id, code: int, text: str) -> None:
        """Answer a request with an error."""
        self._write({"id": to, "error": {"code": code, "message": text}})

    def tell(self, method: str, params: Mapping[str, Any]) -> None:
        """Say something that was not asked for."""
        self._write({"method": method, "params": params})

    def _skip(self) -> bool:
        """Pass over the rest of a line; False when the stream ends before it."""
        while rest := self._reader.readline(1 << 16):
            if rest.endswith(b"\n"):
                return True
        return False

    def _write(self, message: Mapping[str, Any]) -> None:
        line = json.dumps({"jsonrpc": "2.0", **message}, separators=(",", ":")).encode() + b"\n"
        # Whoever listened may be gone; then the reading end sees that too.
        with self._writing, contextlib.suppress(OSError, ValueError):
            self._writer.write(line)
            self._writer.flush()


def parse(line: bytes) -> Message:
    """One line as a message; raises Malformed."""
    try:
        said = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise Malformed(NO_JSON, "This line is not JSON in UTF-8.") from error
    if not isinstance(said, dict):
        raise Malformed(NO_REQUEST, "A request is an object, one a line.")
    to = said.get("id")
    if isinstance(to, bool) or not isinstance(to, str | int | None):
        raise Malformed(NO_REQUEST, "An id is a text or a whole number.")
    method, params = said.get("method"), said.get("params", {})
    if said.get("jsonrpc") != "2.0" or not isinstance(method, str):
        raise Malformed(NO_REQUEST, "This is no request of JSON-RPC 2.0.", to)
    if not isinstance(params, dict):
        raise Malformed(BAD_PARAMS, "Parameters are given by name.", to)
    return Message(to, method, params, "id" in said)
