"""How long it takes until someone new is found in a whole library, and named in captions.

    python -m tests.benchmarks.teaching [--data FOLDER] [--count N]

FOLDER holds flickr8k/ and subjects/. A library of N photos is filled with the encodings of 200 dev
pictures, each many times with a little noise: as much work for the heads as N different ones. The
subjects' photos are indexed for real, then three photos of one of them are taught: first in a
process of its own, as `familiar teach` does it.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
import time
from pathlib import Path

import numpy as np

from engine.familiar import Familiar
from engine.indexing import stages
from engine.library.photos import Found
from engine.models.protocols import Encoding
from engine.progress import Progress
from tests.benchmarks.places import DATA, link

SEEDS = 200
AT_ONCE = 1000


def fill(familiar: Familiar, folder: Path, count: int) -> None:
    """Bring a library to `count` photos by made-up neighbours of its own."""
    library, versions = familiar.library, stages.versions(familiar.pack)
    seeds = library.photos.ids()
    owner = library.folders.all()[0]
    ids, embeddings = library.encodings.embeddings(versions.encode, seeds)
    _, heads = library.encodings.heads(versions.encode, seeds)
    rows = library.encodings.rows(versions.encode, seeds)
    random = np.random.default_rng(0)
    half = np.float16
    made = 0
    while made < count - len(seeds):
        found, codes = [], []
        for _ in range(min(AT_ONCE, count - len(seeds) - made)):
            one = made % len(ids)
            made += 1
            digest = hashlib.blake2b(f"{made}".encode(), digest_size=32).hexdigest()
            found.append(Found(folder / f"made-{made}.jpg", digest, 1, 1, owner.id))
            noisy = heads[one].astype(np.float32) + random.normal(0, 0.01, heads[one].shape)
            codes.append(Encoding(embeddings[one], noisy.astype(half), rows[int(ids[one])]))
        new = library.photos.record_many(found)
        with library.transaction():
            library.encodings.put_many(versions.encode, dict(zip(new, codes, strict=True)))
            for stage in (*stages.LOOK, stages.RECOGNISE, stages.CAPTION):
                library.stages.finish_many(stage, versions.of(stage), new)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--count", type=int, default=8000)
    options = parser.parse_args()
    pictures, subjects = options.data / "flickr8k", options.data / "subjects"
    for needed in (pictures, subjects):
        if not needed.exists():
            raise SystemExit(f"There is no {needed}; give the folder with --data.")
    names = (pictures / "dev.txt").read_text().split()[:SEEDS]
    with tempfile.TemporaryDirectory(prefix="familiar-bench-") as place:
        folder, home = Path(place) / "photos", Path(place) / "home"
        link([pictures / "images" / name for name in names], folder)
        with Familiar.open(home) as familiar:
            familiar.add(folder, subjects)
            familiar.index()
            fill(familiar, folder, options.count)
        for number, subject in enumerate(
            sorted(one for one in subjects.iterdir() if one.is_dir())[:3]
        ):
            tagged = sorted(subject.glob("*.jpg"))[:3]
            marks: dict[str, float] = {}
            began = time.perf_counter()

            def mark(progress: Progress, marks: dict[str, float] = marks) -> None:
                marks[progress.stage] = time.perf_counter()

            with Familiar.open(home) as familiar:
                taught = familiar.teach(subject.name, "thing", tagged, progress=mark)
            ended = time.perf_counter()
            print(
                f"{'first, models not loaded' if number == 0 else 'models loaded'}: recognised "
                f"across {options.count} photos after {marks['recognise'] - began:.1f} s, "
                f"embedding {marks['learn'] - marks['recognise']:.1f} s, "
                f"{taught.captioned} captions {ended - marks['learn']:.1f} s; found in "
                f"{taught.recognised} more photos"
            )


if __name__ == "__main__":
    main()
