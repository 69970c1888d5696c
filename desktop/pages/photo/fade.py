"""A strength that goes from 0 to 1 and back in a moment, instead of at once."""

from __future__ import annotations

from PySide6.QtCore import QObject, QVariantAnimation, Signal


class Fade(QObject):
    """Emits `changed` for every step on the way."""

    changed = Signal()

    def __init__(self, milliseconds: int, parent: QObject) -> None:
        super().__init__(parent)
        self.strength = 0.0
        self._animation = QVariantAnimation(self)
        self._animation.setDuration(milliseconds)
        self._animation.valueChanged.connect(self._step)

    @property
    def target(self) -> float:
        """Where it is going, or is."""
        running = self._animation.state() == QVariantAnimation.State.Running
        return float(self._animation.endValue()) if running else self.strength

    def to(self, strength: float) -> None:
        """Go there."""
        if strength != self.target:
            self._animation.stop()
            self._animation.setStartValue(self.strength)
            self._animation.setEndValue(strength)
            self._animation.start()

    def jump(self, strength: float) -> None:
        """Be there at once."""
        self._animation.stop()
        self._step(strength)

    def _step(self, strength: float) -> None:
        self.strength = strength
        self.changed.emit()
