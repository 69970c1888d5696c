"""What training reads: backbone maps and sentence states, made once and kept as files.

    python -m engine.training.features --data FLICKR --cache FOLDER

Train pictures come first, then dev. `plain.npy` holds every picture as it is; `view0.npy` to
`view2.npy` altered views of the train pictures.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageEnhance
from torch import Tensor

from engine.models import efficientnet
from engine.models.efficientnet import EfficientNetLite2
from engine.models.protocols import Picture
from engine.models.sentences import SentenceReader, batches
from engine.training import flickr

VIEWS = 3
_WORDS = 24
_BATCH = 16


class Maps:
    """Cached maps float16 [photos, positions, channels], several augmented views of each photo."""

    def __init__(self, folder: Path, photos: int) -> None:
        self.plain: NDArray[np.float16] = np.load(folder / "plain.npy", mmap_mode="r")
        others = sorted(folder.glob("view*.npy"))
        self._views = [self.plain, *(np.load(path, mmap_mode="r") for path in others)]
        self._photos = photos

    def training(self, photos: list[int], random: np.random.Generator) -> Tensor:
        """A random view of each of these training photos, float32."""
        chosen = random.integers(len(self._views), size=len(photos))
        maps = [self._views[v][p] for v, p in zip(chosen, photos, strict=True)]
        return torch.from_numpy(np.stack(maps)).float()


class Sentences:
    """Cached MiniLM states of every caption, train photos first, then dev.

    `sentences.npz` holds `mask` bool [captions, length], `sentence` float32 [captions, 384],
    `owner` int [captions] and `train_photos`; `states.npy` float16 [captions, length, 384].
    """

    def __init__(self, folder: Path) -> None:
        stored = np.load(folder / "sentences.npz")
        self._states = torch.from_numpy(np.load(folder / "states.npy"))
        self._mask = torch.from_numpy(stored["mask"])
        self._sentence = torch.from_numpy(stored["sentence"])
        self._owner = torch.from_numpy(stored["owner"])
        self.train_photos = int(stored["train_photos"])
        count = int(self._owner.max()) + 1
        self._of: list[list[int]] = [[] for _ in range(count)]
        for caption, photo in enumerate(self._owner.tolist()):
            self._of[photo].append(caption)

    def drawn(
        self, photos: list[int], random: np.random.Generator
    ) -> tuple[Tensor, Tensor, Tensor]:
        """One random caption of each photo: states, mask, sentence vectors."""
        chosen = [self._of[p][random.integers(len(self._of[p]))] for p in photos]
        return self._states[chosen].float(), self._mask[chosen], self._sentence[chosen]

    def of_photos(self, first: int, last: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """All captions of photos [first, last): states, mask, sentence vectors, owners."""
        chosen = [caption for photo in range(first, last) for caption in self._of[photo]]
        return (
            self._states[chosen],
            self._mask[chosen],
            self._sentence[chosen],
            self._owner[chosen],
        )


def make(data: Path, cache: Path) -> None:
    """Writes every file into `cache`; some 6 GB, half an hour on two cores."""
    cache.mkdir(parents=True, exist_ok=True)
    train, dev = flickr.load(data, "train"), flickr.load(data, "dev")
    backbone = EfficientNetLite2.load()
    _write_maps(backbone, [*train.files, *dev.files], cache / "plain.npy", lambda image, _: image)
    for view in range(VIEWS):
        random = np.random.default_rng(view)
        _write_maps(backbone, train.files, cache / f"view{view}.npy", _cropped, random)
    _write_sentences([*train.captions, *dev.captions], len(train.files), cache)


def _write_maps(
    backbone: EfficientNetLite2,
    files: list[Path],
    path: Path,
    alter: Callable[[Image.Image, np.random.Generator], Image.Image],
    random: np.random.Generator | None = None,
) -> None:
    random = random or np.random.default_rng(0)
    shape = (len(files), efficientnet.POSITIONS, efficientnet.CHANNELS)
    out = np.lib.format.open_memmap(path, "w+", np.float16, shape)
    for at in range(0, len(files), _BATCH):
        some = files[at : at + _BATCH]
        pictures: list[Picture] = [
            np.asarray(alter(Image.open(file).convert("RGB"), random)) for file in some
        ]
        with torch.inference_mode():
            maps = backbone(efficientnet.prepare(pictures))
        out[at : at + len(some)] = maps.half().numpy()
        if at % 1600 == 0:
            print(f"{path.name}: {at} of {len(files)}", flush=True)


def _cropped(image: Image.Image, random: np.random.Generator) -> Image.Image:
    """A part of 55-100% of the picture, sometimes mirrored, under another light."""
    share, shape = random.uniform(0.55, 1.0), random.uniform(0.8, 1.25)
    width = min(image.width, int(image.width * (share * shape) ** 0.5))
    height = min(image.height, int(image.height * (share / shape) ** 0.5))
    left = int(random.integers(image.width - width + 1))
    top = int(random.integers(image.height - height + 1))
    image = image.crop((left, top, left + width, top + height))
    if random.random() < 0.5:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    for enhancer in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        image = enhancer(image).enhance(random.uniform(0.8, 1.2))
    return image


def _write_sentences(captions: list[list[str]], train_photos: int, cache: Path) -> None:
    texts = [text for photo in captions for text in photo]
    owner = np.repeat(np.arange(len(captions)), [len(photo) for photo in captions])
    reader = SentenceReader.load()
    states = np.lib.format.open_memmap(
        cache / "states.npy", "w+", np.float16, (len(texts), _WORDS, 384)
    )
    mask = np.zeros((len(texts), _WORDS), np.bool_)
    sentence = np.zeros((len(texts), 384), np.float32)
    for batch in batches(texts):
        read = reader.read([texts[n] for n in batch])
        length = min(_WORDS, read.states.shape[1])
        states[batch, :length] = read.states[:, :length].half().numpy()
        mask[batch, :length] = read.seen[:, :length].numpy()
        sentence[batch] = read.sentences.numpy()
    np.savez(
        cache / "sentences.npz",
        mask=mask,
        sentence=sentence,
        owner=owner,
        train_photos=train_photos,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="the Flickr8k folder")
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    make(arguments.data, arguments.cache)


if __name__ == "__main__":
    main()
