"""What was learnt of a road to cards: how much one READ may bring, and where short file ids work."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace

from drivers.connection import Transport

__all__ = ["CardMemory", "Road"]

SHORT = 256
"""The most bytes a READ can ask for without extended length."""


@dataclass(frozen=True, slots=True)
class Road:
    """What works on one transport. It begins with everything; every refusal takes something away.

    ``largest`` is the largest Le in bytes that is not known to fail; 256 means no extended length.
    ``refused`` are the files whose short identifier is. ``faults`` counts the link faults under an
    extended command that no success followed.
    """

    largest: int = 4096
    refused: frozenset[int] = frozenset()
    faults: int = 0

    @property
    def extended(self) -> bool:
        """Whether an extended READ is worth trying."""
        return self.largest > SHORT

    def narrowed(self, largest: int) -> Road:
        """Return the road without READs of more than ``largest`` bytes (256 always work)."""
        return replace(self, largest=max(SHORT, min(largest, self.largest)))

    def without_short_ids(self, files: frozenset[int]) -> Road:
        """Return the road without the short identifiers of ``files``."""
        return replace(self, refused=self.refused | files)


class CardMemory:
    """Remembers roads by transport (reader and ATR), the latest ``capacity`` of them. Safe between threads."""

    def __init__(self, capacity: int = 64) -> None:
        self._capacity = capacity
        self._roads: OrderedDict[Transport, Road] = OrderedDict()
        self._lock = threading.Lock()

    def recall(self, transport: Transport) -> Road:
        """Return what is known of ``transport``; the most hopeful road if that is nothing."""
        with self._lock:
            return self._roads.get(transport, Road())

    def learn(self, transport: Transport, road: Road) -> None:
        """Remember ``road`` as one that works, and forget the one learnt longest ago if they are too many."""
        self._keep(transport, replace(road, faults=0))

    def doubt(self, transport: Transport, narrower: Road) -> None:
        """Note a link fault that may mean ``narrower``: the second in a row is believed.

        One alone may be a card that was moved; but where such a command always breaks the link,
        nothing that follows could succeed and be learnt from.
        """
        known = self.recall(transport)
        self._keep(transport, narrower if known.faults else replace(known, faults=1))

    def _keep(self, transport: Transport, road: Road) -> None:
        with self._lock:
            self._roads[transport] = road
            self._roads.move_to_end(transport)
            while len(self._roads) > self._capacity:
                self._roads.popitem(last=False)
