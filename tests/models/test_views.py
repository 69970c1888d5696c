"""Where concept heads look."""

from __future__ import annotations

import numpy as np
import pytest

from engine.models import views


def test_a_view_is_the_mean_of_its_window() -> None:
    square = np.zeros((1, 9, 9, 9), np.float32)
    places = views.boxes(9)
    for view, (x0, y0, x1, y1) in enumerate(places):
        square[0, round(y0 * 9) : round(y1 * 9), round(x0 * 9) : round(x1 * 9), view] = 1
    found = views.windows(square.reshape(1, 81, 9))[0]
    assert found.shape == (9, 9)
    assert np.allclose(np.diag(found), 1), "each sees all of its own window"
    assert found[1, 2] == pytest.approx(0.2), "the quarters beside each other share a fifth"
    assert found[5, 6] == pytest.approx(0.2), "so do the halves"
    assert found[0, 5] == pytest.approx(5 / 9)


@pytest.mark.parametrize(
    ("height", "width", "own"),
    [(200, 300, ()), (300, 200, ()), (100, 180, (5, 6)), (180, 100, (7, 8)), (1, 40, (5, 6))],
)
def test_only_long_pictures_have_halves_to_look_at(
    height: int, width: int, own: tuple[int, ...]
) -> None:
    picture = np.zeros((height, width, 3), np.uint8)
    found = views.halves(picture, 9)
    assert tuple(found) == own
    for part in found.values():
        assert part.size > 0
        assert part.shape[0] * part.shape[1] < 0.6 * height * width + 1


def test_the_halves_of_a_long_picture_are_its_ends() -> None:
    picture = np.zeros((10, 90, 3), np.uint8)
    picture[:, :40], picture[:, 50:] = 1, 2
    left, right = views.halves(picture, 9).values()
    assert set(np.unique(left)) == {0, 1}
    assert set(np.unique(right)) == {0, 2}
