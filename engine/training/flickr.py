"""The Flickr8k folder: pictures and their five captions (Hodosh et al. 2013)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_NOT_WORDS = re.compile(r"[^a-z0-9' -]+")


@dataclass(frozen=True)
class Split:
    """One part of the data: picture files and, for each, its captions as written."""

    files: list[Path]
    captions: list[list[str]]


def load(folder: Path, part: str) -> Split:
    """`part` is "train" or "dev"; files come in the order of the split's own list."""
    names = (folder / f"{part}.txt").read_text().split()
    captions: dict[str, list[str]] = {name: [] for name in names}
    for line in (folder / f"{part}-captions.tsv").read_text().splitlines():
        name, caption = line.split("\t", 1)
        captions[name].append(caption)
    return Split([folder / "images" / name for name in names], [captions[n] for n in names])


def words(caption: str) -> list[str]:
    """A caption as lower-case words without punctuation, as caption metrics read it."""
    return [word for word in _NOT_WORDS.sub(" ", caption.lower()).split() if word.strip("'-")]
