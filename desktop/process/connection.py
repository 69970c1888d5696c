"""One engine process from its start to its end: lines out, lines in, and whether it still lives.

Nothing here waits, but for `close`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QIODevice, QObject, QProcess, QTimer, Signal

from desktop.process import wire

_LONGEST = 256 << 20
"""Bytes without the end of a line after which it is not the engine that speaks."""

_TOO_MUCH = "This is more than Familiar can take at once. Try it with fewer photos."


@dataclass(frozen=True)
class Patience:
    """How long what may take, in seconds.

    start: until the process first answers; answer: until it answers whether it still lives, asked
    every `ask`; stop: until it has ended in order. delays: before each start after a crash; crashes
    of the same job `within` that time are as many as are tried.
    """

    start: float = 120.0
    ask: float = 5.0
    answer: float = 20.0
    stop: float = 4.0
    delays: Sequence[float] = (0.2, 0.5, 1.0, 2.0, 5.0)
    crashes: int = 5
    within: float = 60.0


class Connection(QObject):
    """A process that speaks the engine's language on its standard streams."""

    greeted = Signal(dict)
    """It is ready: its answer to `hello`."""
    refused = Signal(str)
    """It cannot serve this library: a sentence."""
    answered = Signal(int, object)
    """The number of a request, and its result."""
    failed = Signal(int, str)
    """The number of a request, and a sentence."""
    said = Signal(str, dict)
    """What it told unasked: a method and its parameters."""
    gone = Signal()
    """The process has ended, or could not be started; nothing follows."""

    def __init__(
        self, command: Sequence[str], patience: Patience, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._patience = patience
        self._number = 0
        self._open: set[int] = set()
        self._greeting = 0
        self._asked: tuple[int, float] | None = None
        self._over = False
        self._process = QProcess(self)
        self._process.setProgram(command[0])
        self._process.setArguments(list(command[1:]))
        self._process.setProcessChannelMode(QProcess.ProcessChannelMode.ForwardedErrorChannel)
        if sys.platform != "win32":
            # Ctrl+C in a terminal is for the window, which ends its engine in order.
            self._process.setUnixProcessParameters(QProcess.UnixProcessFlag.CreateNewSession)
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.finished.connect(self._ended)
        self._process.errorOccurred.connect(self._went_wrong)
        self._pulse = QTimer(self)
        self._pulse.setInterval(int(patience.ask * 1000))
        self._pulse.timeout.connect(self._check)

    @property
    def pid(self) -> int:
        """The process's number, 0 while there is none."""
        return self._process.processId()

    def open(self) -> None:
        """Start it; `greeted`, `refused` or `gone` follows."""
        self._process.start(QIODevice.OpenModeFlag.ReadWrite)
        self._greeting = self.ask("hello", {})
        self._asked = (self._greeting, time.monotonic())
        self._pulse.start()

    def ask(self, method: str, params: Mapping[str, Any]) -> int:
        """Send a request; its number, under which `answered` or `failed` follows."""
        self._number += 1
        self._open.add(self._number)
        if self._process.state() != QProcess.ProcessState.NotRunning:
            line = wire.line(method, params, number := self._number)
            if len(line) > wire.LONGEST:
                QTimer.singleShot(0, self, lambda: self._refuse(number))
            else:
                self._process.write(line)
        return self._number

    def drop(self, number: int) -> None:
        """The answer to a request is not wanted any more; none follows."""
        if number in self._open:
            self._open.discard(number)
            self.ask("$/cancel", {"id": number})

    def kill(self) -> None:
        """End it by force; `gone` follows."""
        self._process.kill()

    def abandon(self) -> None:
        """End it by force without waiting for that; nothing follows."""
        self._over = True
        self._pulse.stop()
        self._process.kill()

    def dispose(self) -> None:
        """Nobody needs it any more: it goes as soon as its process is gone."""
        if self._process.state() == QProcess.ProcessState.NotRunning:
            self.deleteLater()
        else:
            self._process.finished.connect(self.deleteLater)

    def close(self) -> None:
        """End it in order, which may take `stop` seconds, or else by force. `gone` does not follow.

        Its work stops at the next photos, and it ends by itself once nobody can speak to it.
        """
        self._over = True
        self._pulse.stop()
        self._process.closeWriteChannel()
        if not self._process.waitForFinished(int(self._patience.stop * 1000)):
            self._process.kill()
            self._process.waitForFinished(1000)

    def _read(self) -> None:
        while not self._over and self._process.canReadLine():
            said = wire.read(bytes(self._process.readLine().data()))
            if said is not None:
                self._take(said)
        if self._process.bytesAvailable() > _LONGEST:
            self.kill()

    def _take(self, said: Mapping[str, Any]) -> None:
        if "method" in said:
            self.said.emit(said["method"], said.get("params", {}))
            return
        number = said.get("id")
        if number not in self._open:
            return
        self._open.discard(number)
        if self._asked is not None and self._asked[0] == number:
            self._asked = None
        if number == self._greeting:
            if "result" in said:
                self.greeted.emit(said["result"])
            else:
                self.refused.emit(said["error"]["message"])
        elif "result" in said:
            self.answered.emit(number, said["result"])
        else:
            self.failed.emit(number, said["error"]["message"])

    def _refuse(self, number: int) -> None:
        """A request was too long to be sent."""
        if not self._over and number in self._open:
            self._open.discard(number)
            self.failed.emit(number, _TOO_MUCH)

    def _check(self) -> None:
        """Ask whether it still lives, or end it when it has not said so for too long.

        The engine answers this on a thread that does nothing else, so models that load or a long
        piece of work do not keep it from it.
        """
        if self._asked is None:
            self._asked = (self.ask("ping", {}), time.monotonic())
            return
        number, since = self._asked
        most = self._patience.start if number == self._greeting else self._patience.answer
        if time.monotonic() - since > most:
            self.kill()

    def _went_wrong(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._ended()

    def _ended(self) -> None:
        if not self._over:
            self._over = True
            self._pulse.stop()
            self.gone.emit()
