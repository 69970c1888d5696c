"""Tiny packs on the shelf: three that are here, one to download, one that is too large for any
machine, one that this version cannot open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from engine.familiar import Familiar
from engine.library import Library
from engine.library.settings import PACK
from engine.models import packs
from engine.models.pack import HubFiles, Needs, Pack, PackPart
from tests.tiny import TinyEncoder, TinyPack, TinyVLM, paint

SOURCE = HubFiles("me/tiny", ("*.json", "*.safetensors"))
ADA = (250, 30, 30)


class OtherVLM(TinyVLM):
    """Another captioner, on the same features."""

    version = "tiny-vlm-2"

    def caption(self, *arguments: Any) -> list[str]:
        return [f"{one}, seen anew" for one in super().caption(*arguments)]


class OtherEncoder(TinyEncoder):
    """Another encoder, of the same width."""

    version = "tiny-encoder-2"


def tiny(name: str) -> TinyPack:
    """A pack that differs from the tiny one in a part."""
    pack = TinyPack()
    pack.name = name
    if name == "tiny-words":
        pack.vlm = OtherVLM()
    if name == "tiny-eyes":
        pack.encoder = OtherEncoder()
    return pack


@dataclass
class Shelf:
    """The tiny packs that were opened, by name, the last one of each."""

    opened: dict[str, TinyPack] = field(default_factory=dict)


def fill(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Shelf:
    """Put the tiny packs beside the real ones; `folder` is where packs are downloaded to."""
    found = Shelf()

    def opener(name: str) -> Callable[[Path], packs.LoadedPack]:
        def open_tiny(_: Path) -> packs.LoadedPack:
            found.opened[name] = tiny(name)
            return found.opened[name]

        return open_tiny

    own = (PackPart("all", "Tiny", "MIT", 1),)
    afar = (PackPart("all", "Tiny\x1b[2J", "research only", 2, SOURCE, commercial=False),)
    for pack in (
        Pack("tiny", "Tiny", own, Needs(1), opener("tiny")),
        Pack("tiny-words", "Other words", own, Needs(1), opener("tiny-words")),
        Pack("tiny-eyes", "Other eyes", own, Needs(1), opener("tiny-eyes")),
        Pack("tiny-far", "Far away", afar, Needs(1), opener("tiny-far")),
        Pack("tiny-large", "Large", own, Needs(100_000), opener("tiny-large")),
        Pack("tiny-later", "Later", afar, Needs(1)),
    ):
        monkeypatch.setitem(packs.PACKS, pack.name, pack)
    monkeypatch.setenv("FAMILIAR_PACKS", str(folder))
    return found


def library_with_photos(home: Path, folder: Path) -> None:
    """A library that uses the pack `tiny`, and a folder of twelve photos."""
    rest = ["red", "green", "blue", "yellow", "white"]
    for number in range(12):
        colours = ["orange" if number % 4 == 0 else rest[number % 5], rest[number % 3]]
        paint(folder / f"{number:02}.png", colours, number, [ADA] if number % 5 == 1 else [])
    with Library.open(home) as library:
        library.settings.put(PACK, "tiny")


@contextmanager
def momo_taught(home: Path, photos: Path) -> Iterator[Familiar]:
    """That library and these photos, indexed with the pack, and Momo the orange cat taught."""
    library_with_photos(home, photos)
    with Familiar.open(home) as one:
        one.add(photos)
        one.index()
        one.teach("Momo", "pet", [photos / "00.png", photos / "04.png"])
        yield one
