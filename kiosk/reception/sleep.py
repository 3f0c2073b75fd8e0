"""Notice that the machine was suspended: the timers of the service stop then, and people do not."""

from __future__ import annotations

import time
from collections.abc import Callable

__all__ = ["SleepWatch"]

_LEAST_SECONDS = 1.0


class SleepWatch:
    """Compares two clocks, in seconds: ``boot`` counts what the machine sleeps, ``awake`` does not.

    Setting the time of day moves neither of them.
    """

    def __init__(
        self,
        boot: Callable[[], float] = lambda: time.clock_gettime(time.CLOCK_BOOTTIME),
        awake: Callable[[], float] = lambda: time.clock_gettime(time.CLOCK_MONOTONIC),
    ) -> None:
        self._boot, self._awake = boot, awake
        self._ahead = self._difference()

    def has_slept(self) -> bool:
        """Return whether the machine slept for a second or more since the last call that returned True."""
        ahead = self._difference()
        if ahead - self._ahead < _LEAST_SECONDS:
            return False
        self._ahead = ahead
        return True

    def _difference(self) -> float:
        return self._boot() - self._awake()
