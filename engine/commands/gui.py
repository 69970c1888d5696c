"""`familiar gui`, and `familiar` alone: the window, which is a program of its own."""

from __future__ import annotations

import argparse
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

from engine.errors import FamiliarError

_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY")


def gui(options: argparse.Namespace) -> int:
    """Become the window; raises FamiliarError where it cannot be shown."""
    why = missing()
    if why is not None:
        raise FamiliarError(f"{why} `familiar --help` lists what works without the window.")
    become_window(options.home)


def become_window(home: Path | None) -> NoReturn:
    """Go on as the window's program instead of this one."""
    command = [sys.executable, "-m", "desktop"]
    if home is not None:
        command += ["--home", str(home)]
    sys.stdout.flush()
    os.execv(sys.executable, command)


def missing() -> str | None:
    """Why no window can be shown here, in a sentence; None if one can."""
    if find_spec("PySide6") is None or find_spec("desktop") is None:
        return "The window needs PySide6, which is not installed: pip install 'familiar[desktop]'."
    if sys.platform == "linux" and not any(os.environ.get(name) for name in _SCREENS):
        return "There is no screen here to show the window on."
    return None
