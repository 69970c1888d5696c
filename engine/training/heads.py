"""Makes what concept heads need: the whitening of their features, and the bank of negatives.

    python -m engine.training.heads --cache FOLDER

The cache is the connector's (maps of the training pictures first). Uses training pictures only.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from engine.models.views import Whitening
from engine.models.weights import write_sums
from engine.resources import resource

TRAINING_PICTURES = 6000
BANK = 1000


def make(cache: Path, target: Path) -> None:
    """Writes heads.safetensors and negatives.safetensors, and the folder's checksums again."""
    maps = np.load(cache / "plain.npy", mmap_mode="r")[:TRAINING_PICTURES]
    pooled = np.concatenate([
        maps[at : at + 250].astype(np.float32).mean(axis=1) for at in range(0, len(maps), 250)
    ])  # fmt: skip
    Whitening.fit(pooled).save(target / "heads.safetensors")
    # As everybody will read it: from the file, in half precision.
    whitening = Whitening.load(target / "heads.safetensors")
    vectors = whitening(pooled[:: len(pooled) // BANK])
    save_file({"vectors": vectors}, target / "negatives.safetensors")
    write_sums(target)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=Path, required=True)
    make(parser.parse_args().cache, Path(resource("starter")))


if __name__ == "__main__":
    main()
