"""`python -m desktop [--home DIR]`: the window."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from engine import stopping
from engine.home import home_folder


def main() -> int:
    """Open the window; the exit status."""
    parser = argparse.ArgumentParser(prog="familiar gui", description="Open Familiar's window.")
    parser.add_argument("--home", type=Path, metavar="DIR", help="the library's folder")
    options = parser.parse_args()
    stopping.end_at_once()
    try:
        from desktop.app import main as run
    except ImportError as error:
        # Of the system's libraries that Qt needs, one is missing.
        print(f"familiar: The window cannot be shown ({error}).", file=sys.stderr)
        return 1
    return run(home_folder(options.home))


if __name__ == "__main__":
    sys.exit(main())
