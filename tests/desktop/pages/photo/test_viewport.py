"""Fitting, zooming and moving, in numbers."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMarginsF, QPointF, QRectF, QSizeF

from desktop.pages.photo.viewport import DEEPEST, Viewport


def view_of(width: float, height: float, **named: object) -> Viewport:
    made = Viewport(view=QSizeF(800, 600), size=QSizeF(width, height), **named)  # type: ignore[arg-type]
    return made.fit()


def test_a_large_picture_fits_inside_the_margins() -> None:
    view = view_of(4000, 3000, margins=QMarginsF(50, 50, 50, 50))
    rect = view.rect
    assert rect.height() == pytest.approx(500)
    assert rect.width() == pytest.approx(666.67, abs=0.01)
    assert rect.center() == QPointF(400, 300)


def test_a_small_picture_is_not_enlarged_once_its_size_is_known() -> None:
    assert view_of(200, 150).rect.size() == QSizeF(200, 150)
    assert view_of(200, 150, enlarge=True).rect.size() == QSizeF(800, 600)


def test_zooming_keeps_the_point_under_the_pointer() -> None:
    view = view_of(4000, 3000)
    about = QPointF(250, 200)
    before = view.at(about)
    after = view.zoomed(view.scale * 3, about).at(about)
    assert after.x() == pytest.approx(before.x())
    assert after.y() == pytest.approx(before.y())


def test_zooming_ends_at_the_fit_and_at_large_pixels() -> None:
    view = view_of(4000, 3000, ratio=2.0)
    assert view.zoomed(0.0001).fitted
    assert view.zoomed(1000).scale == DEEPEST / 2
    assert view.zoomed(1000).percent == DEEPEST * 100


def test_a_picture_is_dragged_no_further_than_its_edges() -> None:
    view = view_of(4000, 3000).zoomed(1.0)
    far = view.moved(QPointF(99999, 99999)).rect
    assert far.topLeft() == QPointF(0, 0)
    other = view.moved(QPointF(-99999, -99999)).rect
    assert other.bottomRight() == QPointF(800, 600)


def test_a_picture_as_narrow_as_the_view_stays_in_its_middle() -> None:
    tall = view_of(400, 4000).zoomed(1.0)
    assert tall.moved(QPointF(300, 0)).rect.center().x() == pytest.approx(400)


def test_steps_do_not_jump_over_one_hundred_percent() -> None:
    view = view_of(1000, 750)
    percents = [view.percent]
    for _ in range(3):
        view = view.stepped(1.4)
        percents.append(view.percent)
    assert percents == [80, 100, 140, 196]
    assert view.stepped(1 / 3).percent == 100


def test_the_true_size_changes_nothing_that_is_seen_where_it_is_zoomed() -> None:
    small = view_of(400, 300, enlarge=True).zoomed(4.0, QPointF(100, 100))
    true = small.of_picture(QSizeF(4000, 3000), enlarge=False)
    assert true.rect.topLeft().x() == pytest.approx(small.rect.topLeft().x())
    assert true.rect.width() == pytest.approx(small.rect.width())
    assert true.percent == 40


def test_a_larger_view_keeps_a_fitted_picture_fitted() -> None:
    view = view_of(4000, 3000).resized(QSizeF(400, 300), 1.0)
    assert view.rect == QRectF(0, 0, 400, 300)


def test_boxes_go_to_the_view_and_back() -> None:
    view = view_of(4000, 3000).zoomed(0.7, QPointF(10, 20))
    box = (0.3, 0.2, 0.5, 0.9)
    assert view.fractions(view.part(box)) == pytest.approx(box)


def test_what_is_drawn_beyond_the_picture_is_cut_at_its_edge() -> None:
    view = view_of(400, 300)
    assert view.fractions(QRectF(0, 0, 800, 600)) == (0.0, 0.0, 1.0, 1.0)
