"""The method of the paper on the starter: who is named in photos nobody tagged.

    python -m tests.benchmarks.myvlm [--data FOLDER] [--folds N] [--recipes familiar paper ...]

All fifteen subjects are taught together, from three photos each and from one. Judged are the other
photos, and pictures put together from two of them side by side.

"named" is what a person sees: the head must fire, and the caption must say the name. "unforced" is
what the embedding does by itself, as the paper measures it: the head is taken as right, and the
captioner may end a sentence without the name.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from PIL import Image

from engine.concepts import negatives
from engine.concepts.captioning import best_fitting
from engine.concepts.embedding import train_embedding
from engine.concepts.enrolment import head_views
from engine.concepts.heads import LinearHead
from engine.concepts.nouns import class_noun
from engine.concepts.recipes import ABLATIONS, FAMILIAR, PAPER, Recipe
from engine.concepts.recognition import RECOGNISED, recognise_things
from engine.concepts.views import Alteration, altered_views
from engine.models import packs, threads
from engine.models.protocols import (
    ConceptEmbedding,
    Encoding,
    ImageTextEncoder,
    Look,
    Picture,
)
from engine.models.starter import StarterCaptions
from engine.models.starter_vlm import StarterVLM
from tests.benchmarks.heads import read
from tests.benchmarks.personalisation import PETS
from tests.benchmarks.places import DATA

PAIRS = 60
COMPARED = (
    FAMILIAR,
    replace(FAMILIAR, name="familiar, early stop", patience=2),
    replace(FAMILIAR, name="familiar, longer, early stop", steps=100, person_steps=100, patience=3),
    PAPER,
)
"""Judged as the product works, and with one tagged photo too; ablations are not."""
RECIPES = {one.name: one for one in (*COMPARED, *ABLATIONS.values())}


@dataclass
class Shot:
    """A photo and who is in it."""

    picture: Picture
    there: frozenset[int]
    seen: Encoding


@dataclass
class Tally:
    """Names that should be said, were said rightly, were said wrongly."""

    wanted: int = 0
    right: int = 0
    wrong: int = 0
    photos: int = 0
    complete: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, there: frozenset[int], said: frozenset[int], caption: str) -> None:
        """One photo."""
        self.photos += 1
        self.wanted += len(there)
        self.right += len(there & said)
        self.wrong += len(said - there)
        self.complete += there <= said
        self.examples.append(caption)

    def __str__(self) -> str:
        names = self.right + self.wrong
        precision = f"{100 * self.right / names:.1f}%" if names else "none said"
        return (
            f"recall {100 * self.right / self.wanted:.1f}% ({self.right}/{self.wanted}), "
            f"precision {precision}, all named in {100 * self.complete / self.photos:.1f}% "
            f"of {self.photos}"
        )


class Bench:
    """The subjects, looked at once."""

    def __init__(self, data: Path) -> None:
        pack = packs.load("starter")
        captions = pack.vlm
        assert isinstance(captions, StarterCaptions)
        self.encoder: ImageTextEncoder = pack.encoder
        self.vlm: StarterVLM = captions.loaded()
        paths = sorted((data / "subjects").glob("*/*.jpg"))
        self.names = sorted({path.parent.name for path in paths})
        self.shots = self.look(
            [read(path) for path in paths],
            [frozenset({self.names.index(path.parent.name)}) for path in paths],
        )
        self.of = [
            [n for n, shot in enumerate(self.shots) if shot.there == {subject}]
            for subject in range(len(self.names))
        ]
        self._views: dict[tuple[int, int, Alteration], list[Look]] = {}
        self.bank = negatives.bank(self.shots[0].seen.heads.shape[1])

    def look(self, pictures: list[Picture], there: list[frozenset[int]]) -> list[Shot]:
        """Encodes pictures."""
        seen = self.encoder.encode_pictures(pictures)
        return [Shot(*one) for one in zip(pictures, there, seen, strict=True)]

    def tagged(self, most: int, fold: int) -> list[list[int]]:
        """The photos each subject is taught from; at least one is left to judge."""
        chosen = []
        for photos in self.of:
            turned = photos[fold % len(photos) :] + photos[: fold % len(photos)]
            chosen.append(turned[: min(most, len(photos) - 1)])
        return chosen

    def heads(self, tagged: list[list[int]]) -> dict[int, LinearHead]:
        """Everybody's head, each against the bank and the others' tagged photos."""
        whole = np.stack([shot.seen.heads[0] for shot in self.shots])
        heads = {}
        for subject, own in enumerate(tagged):
            views = [head_views(self.shots[n].picture, n) for n in own]
            seen = self.encoder.encode_pictures([view for photo in views for view in photo])
            others = [n for other in tagged if other is not own for n in other]
            heads[subject] = LinearHead.train(
                np.stack([one.heads[0] for one in seen]), self.bank, whole[others], len(own)
            )
        return heads

    def embeddings(
        self, tagged: list[list[int]], views: list[list[list[Look]]], recipe: Recipe
    ) -> dict[int, ConceptEmbedding]:
        """Everybody's embedding, each trained apart."""
        learned = {}
        for subject, own in enumerate(tagged):
            kind = "pet" if self.names[subject] in PETS else "thing"
            noun = class_noun(
                self.encoder, kind, np.stack([self.shots[n].seen.embedding for n in own])
            )
            learned[subject] = train_embedding(self.vlm, views[subject], kind, noun, recipe=recipe)
        return learned

    def views(self, tagged: list[list[int]], recipe: Recipe) -> list[list[list[Look]]]:
        """Altered views of everybody's tagged photos, looked at once for all recipes that alter
        them alike."""
        return [[self._altered(n, recipe.views, recipe.alteration) for n in own] for own in tagged]

    def _altered(self, photo: int, count: int, how: Alteration) -> list[Look]:
        key = photo, count, how
        if key not in self._views:
            pictures = altered_views(self.shots[photo].picture, count, photo, how)
            self._views[key] = [one.rows for one in self.encoder.encode_pictures(pictures)]
        return self._views[key]

    def pairs(self, held: Sequence[int], fold: int) -> list[Shot]:
        """Two held-out photos of different subjects side by side, at one height."""
        shuffler = random.Random(fold)
        pictures: list[Picture] = []
        there: list[frozenset[int]] = []
        while len(pictures) < PAIRS:
            one, two = (self.shots[n] for n in shuffler.sample(list(held), 2))
            if one.there == two.there:
                continue
            pictures.append(beside(one.picture, two.picture))
            there.append(one.there | two.there)
        return self.look(pictures, there)

    def named(
        self,
        shots: Sequence[Shot],
        heads: dict[int, LinearHead],
        learned: dict[int, ConceptEmbedding],
    ) -> Tally:
        """As the product does it: heads decide who is there, the captioner says so."""
        views = np.stack([shot.seen.heads for shot in shots])
        rows = recognise_things(heads, np.arange(len(shots)), views)
        present: list[list[int]] = [[] for _ in shots]
        for subject, photo, _, state, _ in sorted(rows, key=lambda row: -row[2]):
            if state == RECOGNISED:
                present[photo].append(subject)
        return self._captioned(shots, present, learned)

    def unforced(self, shots: Sequence[Shot], learned: dict[int, ConceptEmbedding]) -> Tally:
        """What the embeddings do alone."""
        self.vlm.insists = False
        try:
            return self._captioned(shots, [sorted(shot.there) for shot in shots], learned)
        finally:
            self.vlm.insists = True

    def _captioned(
        self,
        shots: Sequence[Shot],
        present: list[list[int]],
        learned: dict[int, ConceptEmbedding],
    ) -> Tally:
        found = self.vlm.candidates(
            [shot.seen.rows for shot in shots],
            [[learned[one] for one in who] for who in present],
        )
        tally = Tally()
        for shot, who, candidates in zip(shots, present, found, strict=True):
            nouns = ["a thing"] * len(who)
            text = best_fitting(self.encoder, shot.seen.embedding, candidates, nouns)
            said = frozenset(one for n, one in enumerate(who) if f"{{{n}}}" in text)
            tally.add(shot.there, said, text.format(*(f"X{self.names[one]}" for one in who)))
        return tally


def beside(one: Picture, two: Picture, height: int = 400) -> Picture:
    """Two pictures side by side."""
    parts = []
    for picture in (one, two):
        image = Image.fromarray(picture)
        parts.append(image.resize((round(image.width * height / image.height), height)))
    whole = Image.new("RGB", (sum(part.width for part in parts), height))
    whole.paste(parts[0], (0, 0))
    whole.paste(parts[1], (parts[0].width, 0))
    return np.asarray(whole)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--folds", type=int, default=1, help="choices of tagged photos")
    parser.add_argument("--recipes", nargs="+", choices=RECIPES, default=list(RECIPES))
    parser.add_argument("--captions", action="store_true", help="print the captions")
    options = parser.parse_args()
    threads.prepare()
    bench = Bench(options.data)
    for fold in range(options.folds):
        for most in (3, 1):
            tagged = bench.tagged(most, fold)
            taught = {n for own in tagged for n in own}
            held = [n for n in range(len(bench.shots)) if n not in taught]
            shots, pairs = [bench.shots[n] for n in held], bench.pairs(held, fold)
            heads = bench.heads(tagged)
            for recipe in (RECIPES[name] for name in options.recipes):
                if most == 1 and recipe not in COMPARED:
                    continue
                title = f"fold {fold}, {most} tagged, {recipe.name}"
                views = bench.views(tagged, recipe)
                before = time.perf_counter()
                learned = bench.embeddings(tagged, views, recipe)
                seconds = (time.perf_counter() - before) / len(learned)
                print(f"{title}: {seconds:.1f} s of training a concept")
                tallies = {}
                if recipe in COMPARED:
                    tallies["named"] = bench.named(shots, heads, learned)
                    tallies["two side by side, named"] = bench.named(pairs, heads, learned)
                tallies["unforced"] = bench.unforced(shots, learned)
                tallies["two side by side, unforced"] = bench.unforced(pairs, learned)
                for what, tally in tallies.items():
                    print(f"{title}: {what}: {tally}", flush=True)
                    if options.captions:
                        print("\n".join(f"    {line}" for line in tally.examples))


if __name__ == "__main__":
    main()
