"""Python's garbage collector, run on the window's thread alone and when there is time for it.

Left to itself it runs wherever memory is asked for, background threads included, and an object of
Qt's that is freed on a thread other than its own takes the program down with it.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 3000
_YOUNG = 2000
"""New objects from which on a look at the young ones is worth it."""
_ROUNDS = 20
"""Every so many rounds the old ones are looked at too."""


class Collector(QObject):
    """Collects from time to time, for as long as it lives."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._round = 0
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """Free what is no longer reachable; a few milliseconds at most."""
        self._round += 1
        if self._round == 1:
            # Modules and classes stay for ever: from now on nobody looks at them again.
            gc.collect()
            gc.freeze()
        elif self._round % _ROUNDS == 0:
            gc.collect()
        elif gc.get_count()[0] > _YOUNG:
            gc.collect(1)

    def stop(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
