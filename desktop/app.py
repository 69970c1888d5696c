"""Starts the window: application, translation, the pieces of a context, and the engine process."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, Qt, QTimer, QTranslator
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from desktop import navigation
from desktop.collecting import Collector
from desktop.context import Context
from desktop.process.client import EngineClient
from desktop.process.engine import Engine
from desktop.process.instance import Instance
from desktop.window import Window
from engine.errors import FamiliarError, LibraryError
from engine.resources import resource

_SWITCH_SECONDS = 0.002
"""How long a background thread may keep Python to itself while the window wants to paint."""


def application() -> QApplication:
    """The one QApplication, with name, icon and language."""
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    QApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    app = QApplication(sys.argv[:1])
    app.setStyle("Fusion")
    app.setApplicationName("Familiar")
    app.setApplicationDisplayName("Familiar")
    app.setDesktopFileName("familiar")
    app.setWindowIcon(QIcon(str(resource("icons/familiar.svg"))))
    _translate(app)
    return app


def use_time_well(app: QApplication) -> Collector:
    """Keep Python from making the window wait: see `Collector`, which the caller stops."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    return Collector(app)


def main(home: Path, make_engine: Callable[[Path], Engine] = EngineClient) -> int:
    """Open the window on the library in `home` and stay until it is closed; the exit status."""
    app = application()
    instance = Instance(home)
    try:
        if not instance.claim():
            return 0
    except LibraryError as error:
        print(f"familiar: {error}", file=sys.stderr)
        return 1
    collector = use_time_well(app)
    engine = make_engine(home)
    context = Context.make(app, home, engine)
    window = Window(context)
    window.show()
    instance.called.connect(window.come_to_front)
    # The window is painted before anything is loaded that it does not need for that.
    for step in (
        partial(context.navigation.go, navigation.LIBRARY),
        context.start,
        engine.start,
        partial(_watch, engine),
    ):
        QTimer.singleShot(0, step)
    try:
        return app.exec()
    finally:
        instance.stop_listening()
        engine.stop()
        context.close()
        collector.stop()
        instance.release()


def _watch(engine: Engine) -> None:
    """Photos may have come while Familiar was closed, and more come while it is open."""

    def nothing(_: object) -> None:
        """How it goes is shown as every job is."""

    engine.request("watch", {}, nothing, nothing)


def _translate(app: QApplication) -> None:
    """Texts in the system's language where there is a translation, dates and numbers alike."""
    language = QLocale.Language.English
    try:
        folder = resource("translations")
    except FamiliarError:
        folder = None
    own = QTranslator(app)
    if folder is not None and own.load(QLocale.system(), "familiar", "_", str(folder)):
        app.installTranslator(own)
        language = QLocale.system().language()
        ours = QTranslator(app)
        where = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if ours.load(QLocale.system(), "qtbase", "_", where):
            app.installTranslator(ours)
    QLocale.setDefault(QLocale(language, QLocale.system().territory()))
