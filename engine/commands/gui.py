"""`familiar gui`, and `familiar` alone: the window, which is a program of its own."""

from __future__ import annotations

import argparse
import os
import sys
from importlib.util import find_spec

from engine.errors import FamiliarError

_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def gui(options: argparse.Namespace) -> int:
    """Become the window; raises FamiliarError where it cannot be shown."""
    command = [sys.executable, "-m", "desktop"]
    if find_spec("PySide6") is None or find_spec("desktop") is None:
        raise FamiliarError(
            "The window needs PySide6, which is not installed: pip install 'familiar[desktop]'. "
            "`familiar --help` lists what works without it."
        )
    if not has_screen():
        raise FamiliarError(
            "There is no screen here to show the window on. "
            "`familiar --help` lists what works without one."
        )
    if options.home is not None:
        command += ["--home", str(options.home)]
    sys.stdout.flush()
    os.execv(sys.executable, command)


def has_screen() -> bool:
    """Whether a window could be shown: there is X or Wayland, or someone chose Qt's platform."""
    return sys.platform != "linux" or any(os.environ.get(name) for name in _SCREENS)
