"""`python -m engine` is `familiar`."""

import sys

from engine.cli import main

if __name__ == "__main__":  # a process that tries photos imports this too
    sys.exit(main())
