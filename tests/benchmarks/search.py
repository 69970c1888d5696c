"""How well and how fast search finds photos, through the same code as the product.

    python -m tests.benchmarks.search [--data FOLDER] [--home DIR] [--no-captions]

FOLDER holds flickr8k/. Its 1,000 dev pictures are indexed (into DIR, where they stay, or a folder
that is thrown away), then each of their 5,000 captions is a query whose answer is its picture.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from engine.familiar import Familiar
from engine.progress import Progress
from tests.benchmarks.places import DATA, link

DEPTH = 10


def say(progress: Progress) -> None:
    """One line a stage, so that a long run shows where it is."""
    if progress.done and progress.done == progress.total:
        print(f"  {progress.stage}: {progress.done}", file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--home", type=Path, help="keep the library here and use it again")
    parser.add_argument("--no-captions", action="store_true", help="search by pictures alone")
    options = parser.parse_args()
    pictures = options.data / "flickr8k"
    if not pictures.exists():
        raise SystemExit(f"There is no {pictures}; give the folder with --data.")
    names = (pictures / "dev.txt").read_text().split()
    lines = (pictures / "dev-captions.tsv").read_text("utf-8").splitlines()
    pairs = [(name, caption) for name, _, caption in (line.partition("\t") for line in lines)]
    with tempfile.TemporaryDirectory(prefix="familiar-bench-") as place:
        home = options.home or Path(place) / "home"
        folder = home.with_name(home.name + "-photos")
        if not folder.exists():
            link([pictures / "images" / name for name in names], folder)
        with Familiar.open(home) as familiar:
            familiar.add(folder)
            familiar.index(captions=not options.no_captions, progress=say)
            began = time.perf_counter()
            familiar.search("a first query loads what it takes", 1)
            loading = time.perf_counter() - began
            began = time.perf_counter()
            results = familiar.search_many([caption for _, caption in pairs], DEPTH)
            together = time.perf_counter() - began
            began = time.perf_counter()
            for _, caption in pairs[:100]:
                familiar.search(caption, DEPTH)
            alone = (time.perf_counter() - began) / 100
    ranks = []
    for (name, _), result in zip(pairs, results, strict=True):
        found = [one.path.name for one in result.found]
        ranks.append(found.index(name) if name in found else DEPTH)
    for depth in (1, 5, 10):
        share = 100 * sum(rank < depth for rank in ranks) / len(ranks)
        print(f"R@{depth}: {share:.1f}")
    print(
        f"{len(pairs)} queries together {together:.1f} s, one alone {1000 * alone:.0f} ms, "
        f"loading {loading:.1f} s"
    )


if __name__ == "__main__":
    main()
