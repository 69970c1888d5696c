"""What every run that trains the captioner has in common: its start, its data, its average."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from engine.training import flickr
from engine.training.captions import Written, written
from engine.training.features import Maps


@dataclass(frozen=True)
class Album:
    """The photos learned from, and those that are not.

    photos: captions of those learned from. dev: captions of the others. maps: of all of them;
    unseen: the others' alone [photos, positions, channels].
    """

    photos: list[list[Written]]
    dev: list[list[str]]
    maps: Maps
    unseen: Tensor

    @classmethod
    def open(cls, data: Path, cache: Path) -> Album:
        """Flickr8k's in `data`, with the maps that `engine.training.features` made of them."""
        photos = written(flickr.load(data, "train").captions)
        maps = Maps(cache, len(photos))
        unseen = torch.from_numpy(maps.plain[len(photos) :])
        return cls(photos, flickr.load(data, "dev").captions, maps, unseen)


def parser(description: str, rate: float) -> argparse.ArgumentParser:
    """The options that every run has: --data, --cache, --out, --rate and --threads."""
    options = argparse.ArgumentParser(description=description)
    options.add_argument("--data", type=Path, required=True, help="the Flickr8k folder")
    options.add_argument("--cache", type=Path, required=True, help="where the maps are")
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--rate", type=float, default=rate)
    options.add_argument("--threads", type=int, default=2)
    return options


def begin(options: argparse.ArgumentParser) -> argparse.Namespace:
    """What was given, with torch on as many threads and the folder for the outcome made."""
    arguments = options.parse_args()
    torch.set_num_threads(arguments.threads)
    arguments.out.mkdir(parents=True, exist_ok=True)
    return arguments


def follow(average: nn.Module, model: nn.Module, keep: float) -> None:
    """Let a moving average of a model's weights keep this share of itself, and take the rest."""
    with torch.no_grad():
        for kept, new in zip(average.parameters(), model.parameters(), strict=True):
            kept.lerp_(new, 1 - keep)


def warmed(most: float, done: int) -> float:
    """The share to keep after so many steps: little at first, when the model is still changing
    much, `most` in the end."""
    return min(most, done / (done + 10))
