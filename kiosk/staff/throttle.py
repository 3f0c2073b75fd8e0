"""How often a password may be tried: after some misses each further one costs a pause that doubles."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Throttle"]

_FREE, _FREE_OVERALL = 5, 20
_LONGEST, _LONGEST_OVERALL = 900.0, 30.0
_FORGOTTEN_AFTER = 3600.0
_MOST_NAMES = 512


@dataclass(slots=True)
class _Misses:
    count: int = 0
    last: float = 0.0

    def pause(self, now: float, free: int, longest: float) -> float:
        """Seconds still to wait at ``now``."""
        if self.count < free:
            return 0.0
        return max(0.0, self.last + min(longest, 2.0 ** min(self.count - free, 16)) - now)

    def miss(self, now: float) -> None:
        self.count = 1 if now - self.last > _FORGOTTEN_AFTER else self.count + 1
        self.last = now


class Throttle:
    """Counts misses per name and overall, in memory. A name that nobody has is counted like any other.

    Of a name its hash is kept, under the key of this process: people type a password, or worse, into the wrong field.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._names: OrderedDict[int, _Misses] = OrderedDict()
        self._overall = _Misses()

    def pause(self, name: str) -> float:
        """Return for how many seconds no password is tried for ``name``."""
        now, misses = self._now(), self._names.get(hash(name), _Misses())
        overall = self._overall.pause(now, _FREE_OVERALL, _LONGEST_OVERALL)
        return max(misses.pause(now, _FREE, _LONGEST), overall)

    def missed(self, name: str) -> None:
        """Count a wrong password."""
        now = self._now()
        self._overall.miss(now)
        self._names.setdefault(hash(name), _Misses()).miss(now)
        self._names.move_to_end(hash(name))
        if len(self._names) > _MOST_NAMES:
            self._names.popitem(last=False)

    def hit(self, name: str) -> None:
        """Forget the misses of ``name``: its owner is here. Those overall stay, they may be another's."""
        self._names.pop(hash(name), None)
