"""Short messages that need no answer; the window shows them as toasts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

SECONDS = 6.0


@dataclass(frozen=True)
class Notice:
    """A sentence, and what can be done about it: `action` is a button's text, `act` its effect."""

    text: str
    action: str | None = None
    act: Callable[[], None] | None = None
    seconds: float = SECONDS


class Notices(QObject):
    """Where pages leave messages."""

    said = Signal(object)
    """A `Notice`."""

    def say(
        self, text: str, action: str | None = None, act: Callable[[], None] | None = None
    ) -> None:
        """Show a sentence for a few seconds, with a button or without."""
        self.said.emit(Notice(text, action, act))
