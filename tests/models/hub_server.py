"""A small hub on this machine: the addresses that `huggingface_hub` asks, over real HTTP.

Large files are given by way of a redirect and in ranges, as the public hub gives them.
"""

from __future__ import annotations

import hashlib
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

# As they are before the fixture that allows no network takes them away.
_CONNECT, _LOOKUP = socket.socket.connect, socket.getaddrinfo

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class HubServer(ThreadingHTTPServer):
    """repositories: files by repository and path. asked: (path, Range header or "") of requests.

    sent: bytes of files sent. spoilt: what is sent in place of a file, by path. cut: bytes after
    which one answer ends too early. dead: connections end before any answer. middle: called when
    half a large file is on its way. gated: asks for a token. page: an answer for everything.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.repositories: dict[str, dict[str, bytes]] = {}
        self.asked: list[tuple[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.sent = 0
        self.spoilt: dict[str, bytes] = {}
        self.cut: int | None = None
        self.dead = False
        self.gated = False
        self.status: int | None = None
        self.page: bytes | None = None
        self.middle: Callable[[], object] = lambda: None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def files(self) -> list[tuple[str, str]]:
        """The requests for files, by the last part of their path, with their Range."""
        return [(path.rsplit("/", 1)[1], r) for path, r in self.asked if path.startswith("/cdn/")]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is part of these tests."""


class _Handler(BaseHTTPRequestHandler):
    server: HubServer

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """The tests look at `asked`."""

    def do_GET(self) -> None:
        hub, path = self.server, self.path.split("?")[0]
        hub.asked.append((path, self.headers.get("Range", "")))
        hub.headers.append({key.lower(): value for key, value in self.headers.items()})
        if hub.dead:
            return
        if hub.status is not None:
            self._answer(hub.status, b"{}")
        elif hub.page is not None:
            self._answer(200, hub.page)
        elif path.startswith("/api/models/"):
            self._info(path.removeprefix("/api/models/").split("/revision/")[0])
        elif path.startswith("/cdn/"):
            repository, name = path.removeprefix("/cdn/").split("/-/")
            self._file(name, hub.spoilt.get(name, hub.repositories[repository][name]))
        elif hub.gated and "Authorization" not in self.headers:
            self._answer(401, b"{}", {"X-Error-Code": "GatedRepo"})
        else:
            repository, name = path[1:].split(f"/resolve/{COMMIT}/")
            self._answer(302, b"", {"Location": f"{hub.endpoint}/cdn/{repository}/-/{name}"})

    def _info(self, repository: str) -> None:
        files = self.server.repositories.get(repository)
        if files is None:
            return self._answer(401, b"{}", {"X-Error-Code": "RepoNotFound"})
        siblings = [_sibling(path, content) for path, content in files.items()]
        info = {"id": repository, "sha": COMMIT, "siblings": siblings}
        return self._answer(200, json.dumps(info).encode())

    def _file(self, name: str, content: bytes) -> None:
        hub, start = self.server, 0
        if wanted := self.headers.get("Range"):
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(len(content) - start))
        if wanted:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        cut, hub.cut = hub.cut, None
        body = content[start : len(content) if cut is None else start + cut]
        half = len(body) // 2
        for number, part in enumerate((body[:half], body[half:])):
            self.wfile.write(part)
            self.wfile.flush()
            hub.sent += len(part)
            if number == 0 and len(content) > 100_000:
                hub.middle()

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for key, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)


def _sibling(path: str, content: bytes) -> dict[str, Any]:
    git = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
    entry: dict[str, Any] = {"rfilename": path, "size": len(content), "blobId": git}
    if path.endswith((".safetensors", ".onnx", ".bin")):
        sha256 = hashlib.sha256(content).hexdigest()
        entry["lfs"] = {"sha256": sha256, "size": len(content), "pointerSize": 130}
    return entry


@contextmanager
def serving(monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    """A hub that answers until the end; until then this machine can be reached, nothing else."""
    reached: list[str] = []

    def connect(self: socket.socket, address: Any) -> None:
        if address[0] != "127.0.0.1":
            reached.append(repr(address))
            raise OSError("tests have no network")
        _CONNECT(self, address)

    def lookup(host: Any, *others: Any, **more: Any) -> Any:
        if host != "127.0.0.1":
            reached.append(repr(host))
            raise OSError("tests have no network")
        return _LOOKUP(host, *others, **more)

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    monkeypatch.setenv("NO_PROXY", "*")
    with HubServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            from huggingface_hub import close_session

            close_session()
            server.shutdown()
            thread.join()
    assert not reached, f"the code reached for the network: {reached}"
