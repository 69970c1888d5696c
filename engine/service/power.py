"""Where the machine's power comes from."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import psutil


class Power:
    """Tells whether the machine runs on its battery. Safe to ask after every batch: the machine is
    looked at once in `every` seconds."""

    def __init__(self, every: float = 10.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._every = every
        self._clock = clock
        self._lock = threading.Lock()
        self._until: float | None = None
        self._battery = False

    def on_battery(self) -> bool:
        """False, too, where there is no battery, or nothing says what it does."""
        with self._lock:
            now = self._clock()
            if self._until is None or now >= self._until:
                self._battery = _on_battery()
                self._until = now + self._every
            return self._battery


def _on_battery() -> bool:
    if not hasattr(psutil, "sensors_battery"):  # not on every system
        return False
    try:
        battery = psutil.sensors_battery()
    except (OSError, TypeError, ValueError):  # what the machine says may be anything
        return False
    return battery is not None and battery.power_plugged is False
