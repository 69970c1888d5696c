"""How well faces without a name are grouped, and how long it takes.

    python -m tests.benchmarks.groups [--data FOLDER] [--strangers N] [--faces N]

FOLDER holds people/, a folder of portraits for each person, and flickr8k/, of whose pictures the
first N (1,000) are strangers to mix them among. Of each person's faces it prints the share in
their largest group, and the share of that group's faces that are theirs. Then N (100,000) made-up
faces of people of very different frequency are grouped, and timed.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np

from engine.concepts.groups import STRICTER, agglomerate, likest
from engine.errors import PhotoError
from engine.models import packs
from engine.photos import decode
from engine.progress import Cancel, silent
from tests.benchmarks.places import DATA

WIDTH = 128


def group(
    embeddings: np.ndarray, photos: np.ndarray, threshold: float
) -> tuple[np.ndarray, float, float]:
    """The group of each face, and the seconds of a processor for comparing and for joining."""
    least = threshold + STRICTER * (1 - threshold)
    start = time.process_time()
    edges = likest(embeddings, np.arange(len(embeddings)), least, silent, Cancel())
    compared = time.process_time()
    alone = np.zeros(len(embeddings), np.int64)
    found = agglomerate(embeddings, photos, alone, edges, least)
    return found, compared - start, time.process_time() - compared


def portraits(data: Path, strangers: int) -> None:
    """Real faces."""
    files = [
        (folder.name, file)
        for folder in sorted((data / "people").iterdir())
        if folder.is_dir() and not folder.name.startswith("_")
        for file in sorted(folder.iterdir())
    ]
    files += [("", file) for file in sorted((data / "flickr8k" / "images").iterdir())[:strangers]]
    faces = packs.load("starter").faces
    who, photos, embeddings = [], [], []
    for number, (name, file) in enumerate(files):
        try:
            picture = decode(file.read_bytes(), faces.picture_size).picture
        except PhotoError:
            continue
        for face in faces.analyse(picture):
            who.append(name)
            photos.append(number)
            embeddings.append(face.embedding)
    names = np.array(who)
    found, _, _ = group(np.stack(embeddings), np.array(photos), faces.threshold)
    sizes = np.unique(found, return_counts=True)[1]
    print(f"{len(found)} faces in {len(files)} pictures: {(sizes > 1).sum()} groups")
    print(f"the largest: {np.sort(sizes)[::-1][:10].tolist()}")
    for name in sorted(set(who) - {""}):
        own = found[names == name]
        values, counts = np.unique(own, return_counts=True)
        largest = values[counts.argmax()]
        pure = float((names[found == largest] == name).mean())
        print(f"  {name:20} together {counts.max() / len(own):4.0%}  theirs {pure:4.0%}")


def made_up(count: int) -> None:
    """Faces of people some of whom are in thousands of photos and most in a few."""
    random = np.random.default_rng(0)
    sizes = np.minimum(random.zipf(1.7, count), 2000)
    who = random.permutation(np.repeat(np.arange(len(sizes)), sizes)[:count])
    middles = random.normal(size=(int(who.max()) + 1, WIDTH))
    middles /= np.linalg.norm(middles, axis=1, keepdims=True)
    noise = random.normal(size=(count, WIDTH)) * 0.7 / WIDTH**0.5
    faces = (middles[who] + noise).astype(np.float32)
    faces /= np.linalg.norm(faces, axis=1, keepdims=True)
    photos = random.integers(0, max(1, count // 2), count)
    found, comparing, joining = group(faces, photos, 0.46)
    values, place = np.unique(found, return_inverse=True)
    pairs = np.unique(np.stack([place, who]), axis=1, return_counts=True)
    most = np.zeros(len(values), np.int64)
    np.maximum.at(most, pairs[0][0], pairs[1])
    print(
        f"{count} made-up faces: {comparing:.0f} s comparing, {joining:.1f} s joining; "
        f"{(np.bincount(place) > 1).sum()} groups, {most.sum() / count:.2%} of faces with their own"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--strangers", type=int, default=1000)
    parser.add_argument("--faces", type=int, default=100_000)
    options = parser.parse_args()
    if not (options.data / "people").exists():
        raise SystemExit(f"There is no {options.data / 'people'}; give the folder with --data.")
    portraits(options.data, options.strangers)
    made_up(options.faces)


if __name__ == "__main__":
    main()
