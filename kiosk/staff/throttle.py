"""Limit how often a password may be tried: after a few misses each one costs a pause that doubles, up to a minute."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

__all__ = ["LONGEST_PAUSE", "Throttle"]

LONGEST_PAUSE = 60.0
"""Seconds. One guess a minute finds no password of ten characters, and nobody is kept out for longer than this."""

_FREE = 5
_FORGOTTEN_AFTER = 3600.0
_MOST = 4096


@dataclass(slots=True)
class _Misses:
    count: int = 0
    last: float = 0.0

    def pause(self, now: float) -> float:
        """Return the seconds that are left to wait at ``now``."""
        if self.count < _FREE:
            return 0.0
        return max(0.0, self.last + min(LONGEST_PAUSE, 2.0 ** min(self.count - _FREE, 16)) - now)

    def miss(self, now: float) -> None:
        self.count = 1 if now - self.last > _FORGOTTEN_AFTER else self.count + 1
        self.last = now


class Throttle:
    """Counts misses per key (a name, or a browser), in memory. A name that nobody has is counted like any other.

    Only a hash of each key is kept, under a key of this process, because people type a password, or worse, into the
    wrong
    field. The oldest of 4,096 keys is forgotten; to push one out takes more tries than the pause saves.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._misses: OrderedDict[int, _Misses] = OrderedDict()

    def pause(self, key: Hashable) -> float:
        """Return for how many seconds no password is tried for ``key``."""
        return self._misses.get(hash(key), _Misses()).pause(self._now())

    def missed(self, key: Hashable) -> None:
        """Count a wrong password."""
        self._misses.setdefault(hash(key), _Misses()).miss(self._now())
        self._misses.move_to_end(hash(key))
        if len(self._misses) > _MOST:
            self._misses.popitem(last=False)

    def hit(self, key: Hashable) -> None:
        """Forget the misses of ``key``, because its owner has logged in."""
        self._misses.pop(hash(key), None)
