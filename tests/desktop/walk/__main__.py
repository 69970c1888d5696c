"""Walks the path by mouse and by keyboard, and takes a picture of each step.

    python -m tests.desktop.walk [--by mouse|keyboard] [--out FOLDER]

On a screen, where there is one; else without.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QApplication, QWidget

from tests.desktop.walk import photos, sight
from tests.desktop.walk.path import PATH
from tests.desktop.walk.walk import KEYBOARD, MOUSE, Walk
from tests.leftovers import alive, children

OUT = Path(__file__).parents[3] / "build/walk"


def main() -> int:
    """Walk; 0 if every step came out as it must."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--by", choices=(MOUSE, KEYBOARD), help="only this way; else both")
    parser.add_argument("--out", type=Path, default=OUT, help="where the pictures go")
    options = parser.parse_args()
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    failed = 0
    for by in [options.by] if options.by else [MOUSE, KEYBOARD]:
        with tempfile.TemporaryDirectory(prefix="familiar-walk-") as folder:
            failed |= _walk(Path(folder), by, options.out / by)
    return failed


def _walk(folder: Path, by: str, out: Path) -> int:
    # Who walks here has no photos of their own, nor an open library.
    os.environ["HOME"] = os.environ["XDG_CONFIG_HOME"] = str(folder)
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    taken: list[Path] = []

    def take(name: str, window: QWidget) -> None:
        words = re.sub("[^a-z0-9]+", "-", name.lower())
        taken.append(out / f"{len(taken) + 1:02}-{words}.png")
        sight.picture(window).save(str(taken[-1]))

    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("*.png"):
        old.unlink()
    before = alive(), children()
    walk = Walk(folder / "home", photos.make(folder / "Photos", folder / "work"), by, take)
    began = time.monotonic()
    try:
        walk.go(PATH)
        left = alive() - before[0], children() - before[1]
        assert not any(left), f"something is left of it: {left}"
    except Exception as error:
        print(f"By {by}: {error!r}", *getattr(error, "__notes__", ()), sep="\n", file=sys.stderr)
        return 1
    finally:
        print(f"\nBy {by}, {QApplication.platformName()}:")
        for step, seconds in walk.took.items():
            print(f"  {step:34} {seconds:5.1f} s")
        print(f"  {'':34} {time.monotonic() - began:5.1f} s")
        for path in taken:
            print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
