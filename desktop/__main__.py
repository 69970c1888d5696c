"""`python -m desktop [--home DIR]`: the window."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from engine.home import home_folder


def main() -> int:
    """Open the window; the exit status."""
    parser = argparse.ArgumentParser(prog="familiar gui", description="Open Familiar's window.")
    parser.add_argument("--home", type=Path, metavar="DIR", help="the library's folder")
    options = parser.parse_args()
    from desktop.app import main as run

    return run(home_folder(options.home))


if __name__ == "__main__":
    sys.exit(main())
