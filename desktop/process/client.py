"""The real engine: a process of its own, started, listened to, and started again when it dies."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from desktop.process.engine import STARTING, Done, Engine, Failed, Request
from desktop.process.messages import Change, Job, Trouble

__all__ = ["Change", "EngineClient", "Job", "Request", "Trouble"]


class EngineClient(Engine):
    """The engine process of one home."""

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home = home
        self._state, self._problem = STARTING, ""

    @property
    def state(self) -> str:
        return self._state

    @property
    def problem(self) -> str:
        return self._problem

    def request(
        self,
        method: str,
        params: Mapping[str, Any],
        done: Done,
        failed: Failed | None = None,
        *,
        again: bool = False,
    ) -> Request:
        return super().request(method, params, done, failed, again=again)
