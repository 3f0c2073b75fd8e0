"""Notices that the machine was suspended: every timer of the service stands still meanwhile, people do not."""

from __future__ import annotations

import time
from collections.abc import Callable

__all__ = ["SleepWatch"]

_LEAST_SECONDS = 1.0


class SleepWatch:
    """Compares two clocks, in seconds: ``boot`` counts what the machine sleeps, ``awake`` does not.

    Neither is moved by whoever sets the time of day.
    """

    def __init__(
        self,
        boot: Callable[[], float] = lambda: time.clock_gettime(time.CLOCK_BOOTTIME),
        awake: Callable[[], float] = lambda: time.clock_gettime(time.CLOCK_MONOTONIC),
    ) -> None:
        self._boot, self._awake = boot, awake
        self._ahead = self._difference()

    def has_slept(self) -> bool:
        """Return whether the machine slept for a second or more since it was last said so."""
        ahead = self._difference()
        if ahead - self._ahead < _LEAST_SECONDS:
            return False
        self._ahead = ahead
        return True

    def _difference(self) -> float:
        return self._boot() - self._awake()
