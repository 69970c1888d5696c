"""Progress: how far, how fast, how long still; and being asked to stop."""

from __future__ import annotations

import pytest

from engine.progress import Cancel, Cancelled, Meter, Progress


class Clock:
    """A clock that is set by hand."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_rate_and_time_left() -> None:
    clock, seen = Clock(), list[Progress]()
    meter = Meter("look", 100, seen.append, clock)
    clock.now += 2
    meter.advance(10)
    assert seen == [Progress("look", 0, 100), Progress("look", 10, 100, 5.0, 18.0)]


def test_the_rate_is_that_of_the_last_half_minute() -> None:
    clock, seen = Clock(), list[Progress]()
    meter = Meter("look", 1000, seen.append, clock)
    for _ in range(10):  # slow at first
        clock.now += 10
        meter.advance(1)
    for _ in range(60):
        clock.now += 1
        meter.advance(10)
    assert seen[-1].rate == pytest.approx(10.0)
    assert seen[-1].seconds_left == pytest.approx(39.0)


def test_cancelling() -> None:
    cancel = Cancel()
    cancel.check()
    cancel.cancel()
    with pytest.raises(Cancelled):
        cancel.check()
