"""One window to a library: a second start brings the first one to the front, and ends.

The lock is the system's and ends with the process, however that ends, so nobody is ever locked out;
the socket only carries the word.
"""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from engine.errors import LibraryError
from engine.indexing.lock import FileLock

_WORD = b"front\n"
_PATIENCE = 3000
"""Milliseconds that the first window gets to hear the word."""
_CLOSING, _LOOK = 30.0, 0.05
"""Seconds that a window gets which is closed already and still at its last work; how often a second
start looks whether it is gone."""


class Instance(QObject):
    """This window's claim on a home."""

    called = Signal()
    """Familiar was started again for this home: come to the front."""

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home = home
        self._lock: FileLock | None = None
        self._server: QLocalServer | None = None

    def claim(self) -> bool:
        """Whether this is the only window of the home from now on; if not, the other was called.

        Waits for the other for a moment, or until it is gone where it is being closed; call it
        before there is a window. Raises LibraryError when the home cannot be used.
        """
        end = time.monotonic() + _CLOSING
        try:
            self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
            while (lock := FileLock.take(self._home / "window.lock")) is None:
                if self._call() or time.monotonic() > end:
                    return False
                time.sleep(_LOOK)
            self._lock = lock
        except OSError as error:
            raise LibraryError(
                f"The library's folder {self._home} cannot be used ({error.strerror})."
            ) from error
        QLocalServer.removeServer(self._name)  # what one that was killed left behind
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._listen)
        # Without it this window is only not brought to the front.
        self._server.listen(self._name)
        return True

    def stop_listening(self) -> None:
        """Come to no front any more: who starts Familiar now waits until the home is free."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def release(self) -> None:
        """Let another window have the home."""
        self.stop_listening()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    @property
    def _name(self) -> str:
        """Short, since a socket's path may have some hundred bytes only."""
        home = str(self._home.resolve()).encode("utf-8", "surrogateescape")
        return f"familiar-{hashlib.sha256(home).hexdigest()[:20]}"

    def _call(self) -> bool:
        """Say the word to the first window; whether there is one that listens."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        listens = socket.waitForConnected(_PATIENCE)
        if listens:
            socket.write(_WORD)
            socket.waitForBytesWritten(_PATIENCE)
            socket.disconnectFromServer()
        return listens

    def _listen(self) -> None:
        while self._server is not None and self._server.hasPendingConnections():
            socket = self._server.nextPendingConnection()
            socket.readyRead.connect(lambda socket=socket: self._hear(socket))
            self._hear(socket)

    def _hear(self, socket: QLocalSocket) -> None:
        if socket.canReadLine() and bytes(socket.readLine().data()) == _WORD:
            self.called.emit()
