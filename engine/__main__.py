"""`familiar`, and `python -m engine`: the command line as a program."""

import sys

from engine import stopping


def run() -> int:
    """Run the command line; its exit status."""
    stopping.end_at_once()
    from engine.cli import main

    stopping.listen()
    return main()


if __name__ == "__main__":  # a process that tries photos imports this too
    sys.exit(run())
