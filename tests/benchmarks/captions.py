"""How well the starter describes unseen pictures, and how long that takes.

    python -m tests.benchmarks.captions [--data FOLDER] [--count N]

The dev pictures of Flickr8k are indexed as anybody's would be; their stored captions are compared
with the five written by people.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from engine.familiar import Familiar
from engine.training import flickr
from engine.training.metrics import score
from tests.benchmarks.places import DATA, dev_library


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--count", type=int, default=1000)
    options = parser.parse_args()
    dev = flickr.load(options.data / "flickr8k", "dev")
    files, references = dev.files[: options.count], dev.captions[: options.count]
    with tempfile.TemporaryDirectory(prefix="familiar-bench-") as place:
        photos = dev_library(files, Path(place))
        with Familiar.open(Path(place) / "home") as familiar:
            familiar.index(captions=False)
            began = time.perf_counter()
            familiar.index()
            seconds = time.perf_counter() - began
            captions = [familiar.show(path).caption or "" for path in photos]
    found = score(captions, references)
    print(
        f"captions of {len(files)} unseen pictures: BLEU-4 {found.bleu4:.3f}, "
        f"CIDEr {found.cider:.3f}, {found.different} different, "
        f"{found.repeating} with three words repeated, {seconds / len(files):.3f} s a photo"
    )
    for path, caption in list(zip(photos, captions, strict=True))[:: len(photos) // 8]:
        print(f"  {path.name}: {caption}")


if __name__ == "__main__":
    main()
