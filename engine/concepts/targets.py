"""What an embedding learns to say of each view: captions and answers, and which at which step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.concepts.phrases import KIND_OF, find_phrases, replace_phrases
from engine.concepts.questions import Pair, question_pairs
from engine.concepts.recipes import Recipe
from engine.models.protocols import ConversingVLM, Look, PersonalisableVLM

_TOGETHER = 16
"""Views captioned at a time; between two times the work can be stopped and kept."""


@dataclass(frozen=True)
class Line:
    """One view and what is to be said of it: an answer where there is a question."""

    view: int
    target: str
    question: str | None = None


def training_captions(caption: str, kind: str, noun: str) -> list[str]:
    """Targets with the identifier `{0}`, from one caption of the frozen VLM.

    The phrase with the class noun is exchanged; for people and pets, failing that, the first of
    their kind. Where there is none the VLM did not see the concept, and plain sentences that claim
    nothing else stand in.
    """
    words = caption.lower().split()
    phrases = find_phrases(words)
    alike = [p for p in phrases if kind != "thing" and KIND_OF[p.noun] == kind]
    chosen = next((p for p in phrases if p.noun == noun), alike[0] if alike else None)
    if chosen is None:
        return ["a picture of {0}", "{0} is in the picture", "a close up of {0}"]
    named = " ".join(replace_phrases(words, {chosen: "{0}"}))
    short = " ".join(replace_phrases(words[: chosen.stop + 6], {chosen: "{0}"}))
    return [named, named, short]


class Targets:
    """The views of the tagged photos, and the frozen VLM's own words for them.

    captions: of the views, as far as they are written. pairs: questions and answers of the photos,
    unaltered, as far as they are asked.
    """

    def __init__(
        self,
        vlm: PersonalisableVLM,
        views: Sequence[Sequence[Look]],
        kind: str,
        noun: str,
        recipe: Recipe,
    ) -> None:
        self.captions: list[str] = []
        self.pairs: list[list[Pair]] = []
        self.looks = [look for photo in views for look in photo]
        self._vlm, self._kind, self._noun, self._recipe = vlm, kind, noun, recipe
        self._firsts = [photo[0] for photo in views]
        counts = [len(photo) for photo in views]
        self._photo_of = [n for n, count in enumerate(counts) for _ in range(count)]
        self._photos, self._held = self._split(counts)

    @property
    def holds_back(self) -> bool:
        """Whether views are kept apart to check on."""
        return bool(self._held)

    def gather(self) -> Iterator[None]:
        """Asks the VLM what is not known yet, a little each time; raises what the VLM raises."""
        while len(self.captions) < len(self.looks):
            some = self.looks[len(self.captions) :][:_TOGETHER]
            self.captions += self._vlm.caption(some, [[] for _ in some])
            yield
        vlm = self._vlm
        if not self._recipe.questions or not isinstance(vlm, ConversingVLM):
            return
        # A photo of which nothing could be asked ends it: no answers will be learned.
        while len(self.pairs) < len(self._firsts) and [] not in self.pairs:
            look = self._firsts[len(self.pairs)]
            self.pairs.append(question_pairs(vlm, look, self._kind, self._noun))
            yield

    def drawn(self, random: np.random.Generator) -> list[Line]:
        """The lines of one step."""
        chosen = self._chosen(random)
        asks = len(self.pairs) == len(self._firsts) and [] not in self.pairs
        if not asks or random.random() >= self._recipe.questions:
            return self._captioned(chosen, random)
        own = [self.pairs[self._photo_of[view]] for view in chosen]
        pairs = [some[random.integers(len(some))] for some in own]
        return [
            Line(view, pair.answer, pair.question) for view, pair in zip(chosen, pairs, strict=True)
        ]

    def held(self, random: np.random.Generator) -> list[Line]:
        """The lines that nothing is learned from, to check on."""
        return self._captioned(self._held, random)

    def _split(self, counts: Sequence[int]) -> tuple[list[list[int]], list[int]]:
        """The views of each photo to learn from; and the last of each, kept apart to check on."""
        ends = np.cumsum(counts)
        photos = [list(range(end - count, end)) for end, count in zip(ends, counts, strict=True)]
        if not self._recipe.patience or min(counts) < 2:
            return photos, []
        return [photo[:-1] for photo in photos], [photo[-1] for photo in photos]

    def _chosen(self, random: np.random.Generator) -> list[int]:
        """The views of one step."""
        if not self._recipe.batch:
            return [int(random.choice(photo)) for photo in self._photos]
        flat = [view for photo in self._photos for view in photo]
        count = min(self._recipe.batch, len(flat))
        return [int(view) for view in random.choice(flat, size=count, replace=False)]

    def _captioned(self, chosen: Sequence[int], random: np.random.Generator) -> list[Line]:
        """One wording of each view's caption."""
        lines = []
        for view in chosen:
            wordings = training_captions(self.captions[view], self._kind, self._noun)
            which = random.integers(len(wordings)) if self._recipe.varied else 0
            lines.append(Line(view, wordings[which]))
        return lines
