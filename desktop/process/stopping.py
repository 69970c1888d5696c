"""Being told to stop from outside, by Ctrl+C in a terminal or as the system shuts down: the window
is closed as by its owner."""

from __future__ import annotations

import signal
import socket
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier, Signal

from engine.stopping import SIGNALS


class Stopping(QObject):
    """Hears the system's signals, for as long as `stop` is not called."""

    told = Signal()
    """The program is to stop."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # Python's own handlers wait for Qt's loop to come back to Python, which it may not do for
        # long; a byte in a socket is something that the loop itself waits for.
        self._near, self._far = socket.socketpair()
        for one in (self._near, self._far):
            one.setblocking(False)
        self._notifier = QSocketNotifier(self._near.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._hear)
        self._waker = signal.set_wakeup_fd(self._far.fileno(), warn_on_full_buffer=False)
        self._before = {
            number: signal.signal(number, _leave_it)
            for number in SIGNALS
            if signal.getsignal(number) is not signal.SIG_IGN
        }

    def stop(self) -> None:
        """Whatever was done about signals before is done again."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._waker)
        self._notifier.setEnabled(False)
        self._near.close()
        self._far.close()

    def _hear(self) -> None:
        told = self._near.recv(64)
        if any(number in self._before for number in told):
            self.told.emit()


def _leave_it(_: int, __: FrameType | None) -> None:
    """It is heard by way of the socket."""
