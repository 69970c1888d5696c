"""Which ids are among others, as numpy says it."""

from __future__ import annotations

import numpy as np
import pytest

from engine.library.arrays import among


@pytest.mark.parametrize(
    ("count", "others"), [(0, 0), (0, 5), (5, 0), (1, 1), (400, 90), (90, 400)]
)
def test_what_numpy_finds(count: int, others: int) -> None:
    random = np.random.default_rng(count + others)
    edges = np.array([-(2**63), 2**63 - 1, 0], np.int64)
    ids = np.concatenate([edges, random.integers(-50, 50, count)])[:count]
    known = np.concatenate([random.integers(-50, 50, others), edges])[:others]
    assert np.array_equal(among(ids, known), np.isin(ids, known))


def test_the_greatest_and_the_least() -> None:
    ends = np.array([2**63 - 1, -(2**63)], np.int64)
    assert among(ends, ends[::-1]).tolist() == [True, True]
    assert among(ends, ends[:1]).tolist() == [True, False]
