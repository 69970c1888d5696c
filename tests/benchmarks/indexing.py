"""How fast a library is indexed from nothing, what that needs, and what the next run costs.

    python -m tests.benchmarks.indexing [--data FOLDER] [--count N] [--captions]

FOLDER holds flickr8k/; its dev pictures are linked into a new library, which `familiar index` then
indexes in a process of its own. Everything counts: starting, loading models, writing.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.places import DATA, link

ROOT = Path(__file__).parents[2]


def run(home: Path, *arguments: str) -> float:
    """Seconds that one `familiar` command takes."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "engine", "--home", str(home), *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"familiar {arguments[0]} failed: {done.stderr}")
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--captions", action="store_true", help="measure captions as well")
    options = parser.parse_args()
    pictures = options.data / "flickr8k"
    if not pictures.exists():
        raise SystemExit(f"There is no {pictures}; give the folder with --data.")
    names = (pictures / "dev.txt").read_text().split()[: options.count]
    with tempfile.TemporaryDirectory(prefix="familiar-bench-") as place:
        folder, home = Path(place) / "photos", Path(place) / "home"
        link([pictures / "images" / name for name in names], folder)
        run(home, "add", str(folder))
        seconds = run(home, "index", "--no-captions")
        print(
            f"indexing {len(names)} pictures from nothing, without captions: {seconds:.1f} s, "
            f"{len(names) / seconds:.1f} photos/s"
        )
        print(f"again, nothing changed: {run(home, 'index', '--no-captions'):.2f} s")
        if options.captions:
            seconds = run(home, "index")
            print(f"their captions: {seconds:.1f} s, {seconds / len(names):.3f} s a photo")
            print(f"again, nothing changed: {run(home, 'index'):.2f} s")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        kept = sum(one.stat().st_size for one in home.rglob("*") if one.is_file()) / 1024
        print(f"peak memory {peak:.0f} MB; the library takes {kept / len(names):.0f} kB a photo")


if __name__ == "__main__":
    main()
