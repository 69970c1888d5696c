"""CIDEr-D of single captions against a fixed corpus, fast enough to be a training reward.

CIDEr: Vedantam et al., CVPR 2015, with the clipping and length penalty of the coco-caption code.
The end of a caption counts as a word, so that one cut short is not rewarded.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

END = "</s>"
_ORDERS = 4
_SIGMA = 6.0
_Vector = tuple[dict[tuple[str, ...], float], list[float], int]


class CiderReward:
    """Scores captions against each photo's references, with the corpus' document frequencies."""

    def __init__(self, references: Sequence[Sequence[Sequence[str]]]) -> None:
        counted = [[_grams([*words, END]) for words in photo] for photo in references]
        self._frequency: Counter[tuple[str, ...]] = Counter()
        for photo in counted:
            self._frequency.update({gram for caption in photo for gram in caption})
        self._documents = math.log(len(references))
        self._references = [[self._vector(caption) for caption in photo] for photo in counted]

    def __len__(self) -> int:
        return len(self._references)

    def score(self, photo: int, words: Sequence[str]) -> float:
        """CIDEr-D (0..10) of a caption, given without its end, for photo number `photo`."""
        return self._likeness(self._vector(_grams([*words, END])), self._references[photo])

    def _likeness(self, vector: _Vector, references: Sequence[_Vector]) -> float:
        said, norms, length = vector
        total = 0.0
        for wanted, wanted_norms, wanted_length in references:
            products = [0.0] * _ORDERS
            for gram, weight in said.items():
                other = wanted.get(gram)
                if other is not None:
                    products[len(gram) - 1] += min(weight, other) * other
            penalty = math.exp(-((length - wanted_length) ** 2) / (2 * _SIGMA**2))
            total += penalty * sum(
                product / (norms[n] * wanted_norms[n])
                for n, product in enumerate(products)
                if product
            )
        return 10 * total / _ORDERS / max(len(references), 1)

    def consensus(self, photo: int) -> list[float]:
        """CIDEr-D of each of a photo's references against its others."""
        references = self._references[photo]
        return [
            self._likeness(one, [other for other in references if other is not one])
            for one in references
        ]

    def _vector(self, grams: Counter[tuple[str, ...]]) -> _Vector:
        weights = {
            gram: count * (self._documents - math.log(max(1, self._frequency[gram])))
            for gram, count in grams.items()
        }
        squares = [0.0] * _ORDERS
        for gram, weight in weights.items():
            squares[len(gram) - 1] += weight**2
        length = sum(count for gram, count in grams.items() if len(gram) == 1)
        return weights, [math.sqrt(s) for s in squares], length


def _grams(words: Sequence[str]) -> Counter[tuple[str, ...]]:
    return Counter(
        tuple(words[at : at + order])
        for order in range(1, _ORDERS + 1)
        for at in range(len(words) - order + 1)
    )
