"""Caption metrics as the field computes them: pycocoevalcap's BLEU and CIDEr."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.training.flickr import words


@dataclass(frozen=True)
class CaptionScores:
    """Corpus scores, and how many different captions there were."""

    bleu4: float
    cider: float
    different: int
    repeating: int


def score(captions: Sequence[str], references: Sequence[Sequence[str]]) -> CaptionScores:
    """BLEU-4 and CIDEr of one caption per picture against its references.

    Both sides are lower-cased and stripped of punctuation, as the reference tokenizer does.
    `repeating` counts captions in which some three words come twice.
    """
    from pycocoevalcap.bleu.bleu import Bleu
    from pycocoevalcap.cider.cider import Cider

    said = {n: [" ".join(words(caption))] for n, caption in enumerate(captions)}
    wanted = {n: [" ".join(words(c)) for c in photo] for n, photo in enumerate(references)}
    bleu, _ = Bleu(4).compute_score(wanted, said, verbose=0)
    cider, _ = Cider().compute_score(wanted, said)
    return CaptionScores(
        float(bleu[3]),
        float(cider),
        len({caption for [caption] in said.values()}),
        sum(_repeats(caption.split()) for [caption] in said.values()),
    )


def _repeats(line: list[str]) -> bool:
    triples = [tuple(line[at : at + 3]) for at in range(len(line) - 2)]
    return len(set(triples)) < len(triples)
