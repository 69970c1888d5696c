"""Short messages that need no answer; the window shows them as toasts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

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
    shunned = Signal(object)
    """A widget to keep off."""

    def keep_off(self, widget: QWidget) -> None:
        """Messages never lie on this widget, which comes up over a page, while it is there."""
        self.shunned.emit(widget)

    def say(
        self, text: str, action: str | None = None, act: Callable[[], None] | None = None
    ) -> None:
        """Show a sentence for a few seconds, with a button or without."""
        self.said.emit(Notice(text, action, act))
