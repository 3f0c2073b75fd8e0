"""A machine that was suspended: its timers stood still, and whoever comes now is somebody else."""

from __future__ import annotations

import time

from kiosk.reception.sleep import SleepWatch


class Clocks:
    """Both clocks of a machine, in seconds."""

    def __init__(self) -> None:
        self.boot, self.awake = 1000.0, 400.0
        self.watch = SleepWatch(lambda: self.boot, lambda: self.awake)

    def wake(self, seconds: float) -> None:
        self.boot += seconds
        self.awake += seconds

    def sleep(self, seconds: float) -> None:
        self.boot += seconds


def test_a_night_is_noticed_once() -> None:
    clocks = Clocks()
    clocks.sleep(8 * 3600)
    assert [clocks.watch.has_slept() for _ in range(2)] == [True, False]


def test_time_that_passes_is_no_sleep() -> None:
    clocks = Clocks()
    clocks.wake(8 * 3600)
    assert not clocks.watch.has_slept()


def test_short_sleeps_add_up() -> None:
    clocks = Clocks()
    clocks.sleep(0.6)
    assert not clocks.watch.has_slept()
    clocks.sleep(0.6)
    assert clocks.watch.has_slept()


def test_this_machines_clocks_say_nothing_while_it_is_awake() -> None:
    watch, until = SleepWatch(), time.monotonic() + 0.05
    while time.monotonic() < until:
        assert not watch.has_slept()
