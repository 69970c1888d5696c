"""Everybody taught together in one library: who is found, who is named, and what else changes.

    python -m tests.benchmarks.personalisation [--data FOLDER] [--unrelated N] [--fold N]

Fifteen pets and things (three tagged photos each) and the people (all but one photo tagged, at
most three) are taught in one library that also holds unrelated pictures. Judged are the photos
that were not tagged, and the unrelated ones.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from engine.cards import Card
from engine.familiar import Familiar
from engine.training import flickr
from engine.training.metrics import score
from tests.benchmarks.places import DATA, dev_library

PETS = {"cat", "dog", "dog2", "dog3", "dog5"}
NAMED = ("recognised", "confirmed")


@dataclass
class Tally:
    """Counts over photos of one group."""

    counts: Counter[str] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)

    def judge(self, card: Card, right: set[str]) -> None:
        """Count what a card says against who is really there."""
        seen = {one.name for one in card.sightings if one.state in NAMED}
        caption = card.caption or ""
        named = {name for name in self.everybody if f"{name} " in f"{caption} "}
        self.counts["photos"] += 1
        self.counts["there"] += len(right)
        self.counts["found"] += len(right & seen)
        self.counts["wrongly found"] += len(seen - right)
        self.counts["named"] += len(right & seen & named)
        self.counts["wrongly named"] += len(named - right)
        self.counts["slots left"] += "{" in caption or "<c" in caption
        if right:
            self.lines.append(f"  {card.path.parent.name}/{card.path.name}: {caption}")

    everybody: set[str] = field(default_factory=set)

    def report(self, title: str) -> None:
        c = self.counts
        found = f"{c['found']}/{c['there']} found" if c["there"] else "nobody there"
        print(
            f"{title}: {c['photos']} photos, {found}, {c['wrongly found']} wrongly found, "
            f"named in {c['named']}/{c['found']} captions, {c['wrongly named']} wrong names, "
            f"{c['slots left']} slots left"
        )


def name_of(folder: str) -> str:
    """A name no caption would contain by chance: "dog2" becomes "Xdogtwo"."""
    return "X" + folder.replace("_", "").replace("2", "two").replace("3", "three").replace(
        "5", "five"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--unrelated", type=int, default=1000)
    parser.add_argument("--fold", type=int, default=0, help="which photos are tagged: 0, 1, 2...")
    parser.add_argument("--captions", action="store_true", help="print every held-out caption")
    options = parser.parse_args()
    dev = flickr.load(options.data / "flickr8k", "dev")
    count = options.unrelated
    with tempfile.TemporaryDirectory(prefix="familiar-bench-") as name:
        place = Path(name)
        unrelated = dev_library(dev.files[:count], place)
        taught = copy_taught(options.data, place / "photos")
        with Familiar.open(place / "home") as familiar:
            familiar.index()
            before = [familiar.show(path).caption or "" for path in unrelated]
            held_out: dict[Path, str] = {}
            for (kind, folder), photos in taught.items():
                most = 3 if len(photos) > 3 else len(photos) - 1
                turned = photos[options.fold % len(photos) :] + photos[: options.fold % len(photos)]
                familiar.teach(name_of(folder), kind, turned[:most])
                held_out.update(dict.fromkeys(turned[most:], name_of(folder)))
            familiar.index()
            report(familiar, held_out, unrelated, before, dev.captions[:count], options)


def copy_taught(data: Path, photos: Path) -> dict[tuple[str, str], list[Path]]:
    """Copies the subjects and people into the library's folder: (kind, folder) -> photos."""
    taught: dict[tuple[str, str], list[Path]] = {}
    for source in sorted([*(data / "subjects").iterdir(), *(data / "people").iterdir()]):
        if not source.is_dir() or source.name.startswith("_"):
            continue
        shutil.copytree(source, photos / source.name)
        thing = "pet" if source.name in PETS else "thing"
        kind = "person" if source.parent.name == "people" else thing
        taught[kind, source.name] = sorted((photos / source.name).glob("*.jpg"))
    return taught


def report(
    familiar: Familiar,
    held_out: dict[Path, str],
    unrelated: list[Path],
    before: list[str],
    references: list[list[str]],
    options: argparse.Namespace,
) -> None:
    """Print what the library says now."""
    everybody = set(held_out.values())
    kinds = {one.concept.name: one.concept.kind for one in familiar.people()}
    groups = {kind: Tally(everybody=everybody) for kind in ("pet", "thing", "person", "nobody")}
    for path, name in held_out.items():
        groups[kinds[name]].judge(familiar.show(path), {name})
    cards = [familiar.show(path) for path in unrelated]
    for card in cards:
        groups["nobody"].judge(card, set())
    for kind, title in (("pet", "pets"), ("thing", "things"), ("person", "people")):
        groups[kind].report(f"{title}, held out")
        if options.captions:
            print("\n".join(groups[kind].lines))
    groups["nobody"].report("unrelated")
    after = [card.caption or "" for card in cards]
    was, now = score(before, references), score(after, references)
    changed = sum(old != new for old, new in zip(before, after, strict=True))
    print(f"unrelated captions: CIDEr {was.cider!r} before, {now.cider!r} after, {changed} changed")


if __name__ == "__main__":
    main()
