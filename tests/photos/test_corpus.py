"""Every awkward file comes to the end that it has to come to, and soon."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from engine.errors import PhotoError
from engine.photos import read
from tests.photos.corpus import Case, every_case
from tests.photos.pictures import close_to

CASES = every_case()
LONGEST = 5.0
"""Seconds of work that any file may take."""

pytestmark = [
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("error::PIL.Image.DecompressionBombWarning"),
]


def test_there_are_many() -> None:
    assert len(CASES) >= 60


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("side", [512, 32])
def test_it_is_read_or_refused_as_it_has_to_be(case: Case, side: int, tmp_path: Path) -> None:
    path = tmp_path / case.name
    path.write_bytes(case.make())
    started = time.process_time()
    if case.refused:
        with pytest.raises(PhotoError, match=case.refused) as refusal:
            read(path, side)
        assert str(refusal.value).endswith(".")
        assert "\n" not in str(refusal.value)
    else:
        decoded = read(path, side)
        assert (decoded.width, decoded.height) == case.size
        assert decoded.info.format == case.format
        assert decoded.picture.dtype == np.uint8
        height, width = decoded.picture.shape[:2]
        assert max(height, width) <= side
        # In proportion, give or take one pixel.
        assert abs(width * case.size[1] - height * case.size[0]) <= max(case.size)
        if case.shows is not None:
            seen = [
                decoded.picture[min(height - 1, height * y // 4), min(width - 1, width * x // 4)]
                for y in (1, 3)
                for x in (1, 3)
            ]
            for pixel, colour in zip(seen, case.shows, strict=True):
                assert close_to(pixel, colour, case.by), (case.name, seen)
    assert time.process_time() - started < LONGEST
