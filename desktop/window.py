"""The window: sidebar, pages, banner, strip and toasts, and the keys that work everywhere."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from desktop import navigation, pages
from desktop.context import Context
from desktop.navigation import Destination
from desktop.pages.page import Page
from desktop.process.engine import GAVE_UP, RESTARTING
from desktop.shell.banner import Banner
from desktop.shell.sidebar import Sidebar
from desktop.shell.strip import Strip
from desktop.shell.toasts import Toasts

_GEOMETRY = "window/geometry"
_ENGINE_WEIGHT, _DRIVES_WEIGHT = 20, 10


class Window(QMainWindow):
    """Shows where `Context.navigation` says one is; pages are made when first shown."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self._pages: dict[str, Page] = {}
        self.setWindowTitle(self.tr("Familiar"))
        self.setMinimumSize(720, 480)
        self.resize(1280, 800)
        self.sidebar = Sidebar(context, self)
        self.banner = Banner(self)
        self.stack = QStackedWidget(self)
        self.strip = Strip(context, self)
        middle = QWidget(self)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.banner, self.stack, self.strip):
            column.addWidget(widget, 1 if widget is self.stack else 0)
        centre = QWidget(self)
        row = QHBoxLayout(centre)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.sidebar)
        row.addWidget(middle, 1)
        self.setCentralWidget(centre)
        self.toasts = Toasts(self.stack)
        self._shortcuts()
        context.navigation.went.connect(self._show)
        context.notices.said.connect(self.toasts.say)
        context.notices.shunned.connect(self.toasts.keep_off)
        context.engine.state_changed.connect(lambda _: self._say_engine())
        context.drives.changed.connect(self._say_drives)
        self._say_engine()
        geometry = context.preferences.data(_GEOMETRY)
        if not geometry.isEmpty():
            self.restoreGeometry(geometry)

    @property
    def page(self) -> Page | None:
        """The page that is shown."""
        shown = self.stack.currentWidget()
        return shown if isinstance(shown, Page) else None

    def come_to_front(self) -> None:
        """Familiar was started again: here it is."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def closeEvent(self, event: QCloseEvent) -> None:
        page = self.page
        focused = self.focusWidget()
        if focused is not None:
            focused.clearFocus()  # as when one goes elsewhere: what is being written is taken
        if page is not None:
            page.leave()
        self.context.preferences.put(_GEOMETRY, self.saveGeometry())
        self.context.preferences.save()
        super().closeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            # A drive may have been plugged in while one was elsewhere.
            self.context.drives.look()
        super().changeEvent(event)

    def _show(self, destination: Destination) -> None:
        page = self._pages.get(destination.page)
        if page is None:
            page = self._pages[destination.page] = pages.make(destination.page, self.context)
            self.stack.addWidget(page)
        before = self.page
        if before is not None and before is not page:
            before.leave()
        self.stack.setCurrentWidget(page)
        self.sidebar.setVisible(not page.fills_window)
        self.strip.want(not page.fills_window)
        page.enter(destination)

    def _shortcuts(self) -> None:
        history, go = self.context.history, self.context.navigation.go
        for keys, act in (
            ("Ctrl+Z", history.undo),
            ("Ctrl+Shift+Z", history.redo),
            ("Ctrl+Y", history.redo),
            ("Alt+Left", self.context.navigation.back),
            ("Ctrl+1", lambda: go(navigation.LIBRARY)),
            ("Ctrl+2", lambda: go(navigation.PEOPLE)),
            ("Ctrl+3", lambda: go(navigation.ALBUMS)),
            ("Ctrl+4", lambda: go(navigation.ACTIVITY)),
            ("Ctrl+,", lambda: go(navigation.SETTINGS)),
            ("Ctrl+Q", self.close),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(act)

    def _say_engine(self) -> None:
        engine = self.context.engine
        text, action, act = "", "", None
        if engine.state == RESTARTING:
            text = engine.problem or self.tr("What looks at your photos is starting again.")
        elif engine.state == GAVE_UP:
            text, action, act = engine.problem, self.tr("Try again"), engine.start
        self.banner.put("engine", _ENGINE_WEIGHT, text, action, act)

    def _say_drives(self) -> None:
        away = self.context.drives.away
        text = ""
        if len(away) == 1:
            text = self.tr("{} is not there right now. What is known of its photos stays.").format(
                away[0]
            )
        elif away:
            text = self.tr(
                "{} folders are not there right now. What is known of their photos stays."
            ).format(len(away))
        self.banner.put("drives", _DRIVES_WEIGHT, text)
