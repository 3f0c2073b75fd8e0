"""How a register stands, counted anew when the count is some seconds old or this program has written since.

A count of 190,000 open orders reads 190,000 entries of an index, and officers open 「本日」 many times a day.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from kiosk.eligibility.registry import Registry
from kiosk.eligibility.standing import FileAge, WaitingOrders
from kiosk.store.kept_answer import KeptAnswer

__all__ = ["KeptStanding", "RegisterStanding"]


@dataclass(frozen=True, slots=True)
class RegisterStanding:
    """What waits to be issued, the oldest first, the newest file of each kind, and when it was counted (aware)."""

    waiting: Sequence[WaitingOrders]
    files: Sequence[FileAge]
    at: datetime


class KeptStanding:
    """The standing of one register."""

    def __init__(self, registry: Registry, now: Callable[[], datetime]) -> None:
        """Count nothing yet; ``now`` is the clock (aware)."""
        self._registry, self._now = registry, now
        self._kept = KeptAnswer(registry.engine, self._count)

    def get(self) -> RegisterStanding:
        """Return how it stands. Blocks; raises RegistryError if the database cannot serve."""
        return self._kept.get()

    def _count(self) -> RegisterStanding:
        at = self._now()
        return RegisterStanding(*self._registry.standing(), at)
