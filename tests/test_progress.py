"""Progress: how far, how fast, how long still; and being asked to stop."""

from __future__ import annotations

import threading

import pytest

from engine.progress import Cancel, Cancelled, Control, Meter, Progress, SetAside


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


def test_resting_and_going_on() -> None:
    control = Control()
    control.check()
    control.pause()
    assert control.paused
    for check in (control.check, control.check_within):
        with pytest.raises(SetAside):
            check()
    control.resume()
    control.check()
    control.pause()
    control.cancel()
    for check in (control.check, control.check_within):
        with pytest.raises(Cancelled) as stopped:
            check()
        assert stopped.type is Cancelled, "being stopped outweighs resting"


def test_giving_way_only_between_batches() -> None:
    urgent = True
    control = Control(urgent=lambda: urgent)
    control.check_within()
    with pytest.raises(SetAside):
        control.check()
    urgent = False
    control.check()


def test_gentle_work_rests_as_long_as_it_worked() -> None:
    """And no longer than two seconds, and only until something happens."""
    rests: list[float] = []
    clock = Clock()
    control = Control(gently=lambda: True, clock=clock)

    class Waiting(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            rests.append(timeout or 0.0)
            return self.is_set()

    control._stirred = Waiting()
    for worked in (0.5, 30.0, 0.0):
        clock.now += worked
        control.check()
    assert rests == [0.5, 2.0, 0.0]
    control._stirred = threading.Event()
    clock.now += 30
    stirring = threading.Timer(0, control.cancel)
    stirring.start()
    with pytest.raises(Cancelled):
        control.check()
    stirring.join()
