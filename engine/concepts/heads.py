"""Concept heads for pets and things: one linear unit over frozen features (MyVLM, section 4.1).

MyVLM trains by stochastic descent on the tagged photos and 150 pictures of the same kind. Here the
same linear unit is found exactly, in well under a second, against the owner's own library, the bank
of vectors that ships, the photos of every other concept and those the owner rejected.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import UsageError

Vectors = NDArray[np.float16]

RECOGNISE = 0.5
"""Score from which a concept is named."""

SUGGEST = 0.27
"""Score from which a photo is offered for review: one logit below `RECOGNISE`."""

_DECAY = 1e-4
_OFFSETS = (1.9, 1.5, 1.1)
"""Added to the logit of a head taught from one, two, and more photos. Held-out photos score lower
than tagged ones, which the unit has seen, and the more so the fewer those were. Chosen on held-out
photos so that RECOGNISE means a false name in some five of ten thousand unrelated photos."""

_WINDOW_PENALTY = 0.5
"""Logits a window must beat the whole picture by: several windows are several chances to err."""

_MOST_SHOWING = 0.3
"""The largest part of a library's photos in which one concept is expected to be."""

_UNLABELLED_SHARE = 0.25
_KNOWN_SHARE = 0.25
_CHUNK = 2048


@dataclass(frozen=True, eq=False)
class LinearHead:
    """Recognises one pet or thing from stored vectors: weight float32 [h] and bias."""

    weight: NDArray[np.float32]
    bias: float

    @classmethod
    def train(
        cls,
        tagged: Vectors,
        negatives: Vectors,
        others: Vectors | None = None,
        photos: int | None = None,
    ) -> LinearHead:
        """The head of one concept. Deterministic.

        tagged [n, h]: the concept's photos, and altered views of them; photos: how many photos
        these come from, if not n. negatives [m, h]: photos nobody labelled; some may show
        the concept (a dog is in many of its owner's photos), so a first round learns without those
        most like the tagged ones, and a second without those that the first one recognises.
        others [k, h]: photos known not to show it (tags of other concepts, rejections); together
        they weigh as much as all unlabelled ones. Raises UsageError when there is nothing to
        learn from.
        """
        if not len(tagged):
            raise UsageError("None of the tagged photos could be looked at yet.")
        known = np.empty((0, tagged.shape[1]), np.float16) if others is None else others
        if not len(negatives) and not len(known):
            raise UsageError("There are no other photos to compare the tagged ones with.")
        offset = _OFFSETS[min(photos or len(tagged), len(_OFFSETS)) - 1]
        if not len(negatives):
            return cls._fit(tagged, negatives, known).raised(offset)
        likeness = (negatives.astype(np.float32) @ tagged.astype(np.float32).T).max(axis=1)
        unlike = likeness <= np.quantile(likeness, 1 - _MOST_SHOWING)
        head = cls._fit(tagged, negatives[unlike], known)
        unlike = ~head.resembling(tagged, negatives)
        return cls._fit(tagged, negatives[unlike], known).raised(offset)

    def raised(self, offset: float) -> LinearHead:
        """The same head, this many logits surer."""
        return LinearHead(self.weight, self.bias + offset)

    @classmethod
    def _fit(cls, tagged: Vectors, negatives: Vectors, known: Vectors) -> LinearHead:
        x = np.concatenate([tagged, known, negatives]).astype(np.float32)
        x = np.concatenate([x, np.ones((len(x), 1), np.float32)], axis=1)
        y = np.zeros(len(x), np.float32)
        y[: len(tagged)] = 1
        shares = (_KNOWN_SHARE, _UNLABELLED_SHARE)
        if not len(known) or not len(negatives):
            shares = (_KNOWN_SHARE + _UNLABELLED_SHARE,) * 2
        groups = ((tagged, 0.5), (known, shares[0]), (negatives, shares[1]))
        weights = np.concatenate(
            [np.full(len(group), share / max(len(group), 1)) for group, share in groups]
        ).astype(np.float32)
        solution = _logistic(x, y, weights)
        return cls(solution[:-1], float(solution[-1]))

    def logits(self, vectors: Vectors) -> NDArray[np.float32]:
        """Before the penalty: [n, h] -> [n]."""
        out: NDArray[np.float32] = vectors.astype(np.float32) @ self.weight + self.bias
        return out

    def resembling(self, tagged: Vectors, others: Vectors) -> NDArray[np.bool_]:
        """Which of the others [m, h] are nearer to the least sure tagged photo than to most."""
        logits = self.logits(others)
        middle = float(np.median(logits))
        near: NDArray[np.bool_] = logits > middle + 0.4 * (self.logits(tagged).min() - middle)
        return near

    def to_bytes(self) -> bytes:
        """As safetensors."""
        from safetensors.numpy import save

        return save({"weight": self.weight, "bias": np.array([self.bias], np.float64)})

    @classmethod
    def from_bytes(cls, data: bytes) -> LinearHead:
        """What `to_bytes` wrote; raises UsageError when it is something else."""
        from safetensors import SafetensorError
        from safetensors.numpy import load

        try:
            tensors = load(data)
            return cls(tensors["weight"], float(tensors["bias"][0]))
        except (SafetensorError, KeyError, IndexError) as error:
            raise UsageError(
                "What was learned of this concept is damaged; teach it again."
            ) from error

    def score(self, views: Vectors) -> NDArray[np.float32]:
        """How surely each photo shows the concept: views [n, v, h] -> probability [n]."""
        best: NDArray[np.float32] = scores([self], views)[:, :, 0].max(axis=1)
        return best


def scores(heads: list[LinearHead], views: Vectors) -> NDArray[np.float32]:
    """Scores of many heads at every view: [n, v, h] -> [n, v, heads]; RECOGNISE and up is a name.

    View 0 is the whole picture.
    """
    weights = np.stack([head.weight for head in heads], axis=1)
    biases = np.array([head.bias for head in heads], np.float32)
    penalty = np.full((views.shape[1], 1), -_WINDOW_PENALTY, np.float32)
    penalty[0] = 0
    out = np.empty((*views.shape[:2], len(heads)), np.float32)
    for at in range(0, len(views), _CHUNK):  # half precision is slow to multiply, so by parts
        part = slice(at, at + _CHUNK)
        out[part] = _sigmoid(views[part].astype(np.float32) @ weights + biases + penalty)
    return out


def _logistic(
    x: NDArray[np.float32], y: NDArray[np.float32], weights: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Minimise the weighted logistic loss plus `_DECAY` |w|^2 by Newton's method.

    The steps come from conjugate gradients (Nocedal and Wright, Numerical Optimization, section
    7.1): products with x alone, no matrix of its square. The last column of x is the bias.
    """
    decay = np.full(x.shape[1], 2 * _DECAY, np.float32)
    decay[-1] = 1e-6
    w = np.zeros(x.shape[1], np.float32)
    best = _loss(x, y, weights, decay, w)
    for _ in range(40):
        p = _sigmoid(x @ w)
        gradient = x.T @ (weights * (p - y)) + decay * w
        size = float(np.linalg.norm(gradient))
        if size < 1e-5:
            break
        curvature = weights * p * (1 - p)
        step = _conjugate_gradients(x, curvature, decay, gradient, min(0.1, size**0.5) * size)
        pace = 1.0
        while (loss := _loss(x, y, weights, decay, w - pace * step)) > best and pace > 1e-4:
            pace /= 2
        if loss >= best:
            break
        w, best = w - pace * step, loss
    return w


def _conjugate_gradients(
    x: NDArray[np.float32],
    curvature: NDArray[np.float32],
    decay: NDArray[np.float32],
    target: NDArray[np.float32],
    tolerance: float,
) -> NDArray[np.float32]:
    """Solve (x^T diag(curvature) x + diag(decay)) step = target up to `tolerance`.

    Scaled by the diagonal, because the bias is of another size than the weights.
    """
    diagonal = np.einsum("nd,nd,n->d", x, x, curvature, optimize=True) + decay
    step = np.zeros_like(target)
    residual = target.copy()
    scaled = residual / diagonal
    direction = scaled.copy()
    size = float(residual @ scaled)
    for _ in range(100):
        if float(np.linalg.norm(residual)) <= tolerance:
            break
        product = x.T @ (curvature * (x @ direction)) + decay * direction
        pace = size / float(direction @ product)
        step += pace * direction
        residual -= pace * product
        scaled = residual / diagonal
        size, before = float(residual @ scaled), size
        direction = scaled + size / before * direction
    return step


def _loss(
    x: NDArray[np.float32],
    y: NDArray[np.float32],
    weights: NDArray[np.float32],
    decay: NDArray[np.float32],
    w: NDArray[np.float32],
) -> float:
    z = (x @ w).astype(np.float64)
    return float((weights * (np.logaddexp(0, z) - y * z)).sum() + 0.5 * (decay * w * w).sum())


def _sigmoid(z: NDArray[np.float32]) -> NDArray[np.float32]:
    out: NDArray[np.float32] = 1 / (1 + np.exp(-z.clip(-30, 30)))
    return out
