"""Light or dark: as the system is, or as the owner prefers."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication, QPixmapCache
from PySide6.QtWidgets import QApplication

from desktop.theme import sizes
from desktop.theme.palette import DARK, LIGHT, Palette
from desktop.theme.stylesheet import stylesheet
from engine.resources import resource

SYSTEM, IN_LIGHT, IN_DARK = "system", "light", "dark"

_PROPERTY = "familiar_palette"


def colours() -> Palette:
    """The palette in use; widgets that paint ask for it each time and repaint when it changes."""
    app = QApplication.instance()
    used = app.property(_PROPERTY) if app is not None else None
    return used if isinstance(used, Palette) else LIGHT


class Appearance(QObject):
    """Puts palette, font and stylesheet on the application, and keeps them as they should be.

    Widgets hear of a change as Qt's own `QEvent.Type.PaletteChange`.
    """

    changed = Signal(str)
    """The name of the palette now in use."""

    def __init__(self, app: QApplication, choice: str = SYSTEM) -> None:
        super().__init__(app)
        self._app = app
        self._choice = choice
        self._load_fonts()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow)
        self._apply()

    @property
    def choice(self) -> str:
        """system, light or dark."""
        return self._choice

    def choose(self, choice: str) -> None:
        """Follow the system, or stay light or dark."""
        if choice not in (SYSTEM, IN_LIGHT, IN_DARK):
            raise ValueError(f"no such appearance: {choice!r}")
        self._choice = choice
        self._apply()

    def _follow(self) -> None:
        if self._choice == SYSTEM:
            self._apply()

    def _apply(self) -> None:
        dark = self._choice == IN_DARK or (
            self._choice == SYSTEM
            and QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        )
        palette = DARK if dark else LIGHT
        if self._app.property(_PROPERTY) is palette:
            return
        self._app.setProperty(_PROPERTY, palette)
        QPixmapCache.clear()
        self._app.setPalette(palette.qpalette())
        self._app.setStyleSheet(stylesheet(palette))
        self.changed.emit(palette.name)

    def _load_fonts(self) -> None:
        for path in sorted(resource("fonts").glob("*.ttf")):
            QFontDatabase.addApplicationFont(str(path))
        font = sizes.font()
        # The system's own follow for scripts that Inter lacks.
        font.setFamilies(["Inter", *self._app.font().families()])
        self._app.setFont(font)
