"""The place in a list of photos."""

from __future__ import annotations

import numpy as np

from desktop.pages.photo.neighbours import Neighbours


def test_steps_end_where_the_list_does() -> None:
    place = Neighbours(20, (10, 20, 30))
    assert place.step(1)
    assert place.photo_id == 30
    assert not place.step(1)
    assert place.step(-1 << 40)
    assert place.photo_id == 10
    assert not place.step(-1)


def test_those_around_come_nearest_first_in_the_way_one_goes() -> None:
    place = Neighbours(3, np.arange(10))
    assert place.around(2, 1) == [4, 5, 2]
    assert place.around(-2, 1) == [2, 1, 4]
    assert Neighbours(0, np.arange(10)).around(-3, 2) == [1, 2]


def test_a_photo_that_is_not_in_its_list_stands_alone() -> None:
    place = Neighbours(99, (1, 2))
    assert (place.photo_id, len(place), place.around(2, 2)) == (99, 1, [])


def test_ids_as_large_as_they_get() -> None:
    large = (1 << 63) - 1
    place = Neighbours(large, (5, large))
    assert place.photo_id == large
