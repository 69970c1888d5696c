"""What a window remembers between two starts: appearance, size, place in the library.

Kept in the library's folder, so that each library has its own; losing the file loses nothing else.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

FILE = "window.ini"


class Preferences:
    """Named texts, numbers and bytes, with the value they have before anything was chosen."""

    def __init__(self, home: Path) -> None:
        self._settings = QSettings(str(home / FILE), QSettings.Format.IniFormat)

    def text(self, name: str, default: str = "") -> str:
        """A text."""
        value = self._settings.value(name)
        return value if isinstance(value, str) else default

    def number(self, name: str, default: int = 0) -> int:
        """A whole number."""
        try:
            return int(str(self._settings.value(name, default)))
        except ValueError:
            return default

    def data(self, name: str) -> QByteArray:
        """Bytes, such as a window's geometry; empty before."""
        value = self._settings.value(name)
        return value if isinstance(value, QByteArray) else QByteArray()

    def put(self, name: str, value: str | int | QByteArray) -> None:
        """Remember a value; written to the file soon after, and at the latest on `save`."""
        self._settings.setValue(name, value)

    def save(self) -> None:
        """Write to the file what is not written yet."""
        self._settings.sync()
