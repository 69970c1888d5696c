"""`python -m tests.faults [--kills N] [--only NAME] [--seed S]`: the fault suite, and its table."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path


def main() -> int:
    """Run it; 0 when nothing was lost, nothing done twice and nothing else went wrong."""
    from tests.faults.suite import KINDS, run

    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=112, help="programs to kill (default: 112)")
    parser.add_argument("--only", choices=KINDS, help="only this kind of fault")
    parser.add_argument("--seed", type=int, help="of the random moments (default: another each)")
    parser.add_argument("--short", action="store_true", help="a little of everything, in seconds")
    parser.add_argument("--kept", type=Path, help="keep the libraries in this folder")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else int(time.time())
    with tempfile.TemporaryDirectory(prefix="familiar-faults-") as folder:
        place = Path(options.kept or folder).absolute()
        return run(place, options.kills, options.only, seed, short=options.short)


if __name__ == "__main__":
    # Processes are forked off this one, which is only safe while it has a single thread.
    for library in ("OMP", "OPENBLAS", "MKL"):
        os.environ[f"{library}_NUM_THREADS"] = "1"
    sys.exit(main())
