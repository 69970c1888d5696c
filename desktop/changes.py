"""What is different in the library: said by the engine or by a decision, heard by every page."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.process.messages import Change

_GATHER_MS = 400


def merged(one: Change | None, other: Change) -> Change:
    """Both changes as one."""
    if one is None:
        return other
    ids = None
    if one.photo_ids is not None and other.photo_ids is not None:
        ids = one.photo_ids | other.photo_ids
    return Change(one.what | other.what, ids)


class Changes(QObject):
    """Where all changes come together; pages that are shown read again what concerns them."""

    changed = Signal(object)
    """A `Change`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gathered: Change | None = None
        self._timer = QTimer(self, singleShot=True, interval=_GATHER_MS)
        self._timer.timeout.connect(self._tell_gathered)

    def tell(self, change: Change) -> None:
        """Say at once that something is different: the owner did it, and looks at it."""
        if change.what:
            self.changed.emit(change)

    def gather(self, change: Change) -> None:
        """Say it together with what else is different soon: the engine may change much."""
        self._gathered = merged(self._gathered, change)
        if not self._timer.isActive():
            self._timer.start()

    def stop(self) -> None:
        """Say nothing of what was gathered any more."""
        self._timer.stop()

    def _tell_gathered(self) -> None:
        change, self._gathered = self._gathered, None
        if change is not None:
            self.tell(change)
