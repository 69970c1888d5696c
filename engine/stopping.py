"""Being told to stop: Ctrl+C, a terminal that closes, a system that shuts down."""

from __future__ import annotations

import signal
from types import FrameType

SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""What tells a program to stop; not every system has them all."""


class Stopped(KeyboardInterrupt):
    """The program was told to stop by a signal of this number."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def listen() -> None:
    """From now on a signal raises Stopped in the main thread, so that what is in hand is put down.

    Another one after it ends the program at once. What whoever started the program has it ignore
    (as nohup does) stays ignored.
    """
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)


def end_at_once() -> None:
    """A signal ends the program without a word: while there is nothing to put down."""
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)


def leave_to_others() -> None:
    """Signals are ignored: whoever started this process decides when it ends."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _stop(number: int, _: FrameType | None) -> None:
    end_at_once()
    raise Stopped(number)
