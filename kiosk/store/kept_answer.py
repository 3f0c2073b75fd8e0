"""Keep the answer of a question that reads very many rows, for a few seconds, so that not every page asks it."""

from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar

from sqlalchemy import Engine

from kiosk.store.transaction import writes

__all__ = ["KEPT_SECONDS", "KeptAnswer"]

KEPT_SECONDS = 10.0
"""How old an answer may be: what other programs have written since is not in it."""

_T = TypeVar("_T")


class KeptAnswer(Generic[_T]):
    """One answer. What this program writes itself is in it at once: after a write the question is asked again."""

    def __init__(self, engine: Engine, ask: Callable[[], _T], clock: Callable[[], float] = monotonic) -> None:
        """Keep nothing yet.

        Args:
            engine: the database that is asked, for its writes.
            ask: asks it; it blocks, and may raise RegistryError.
            clock: returns seconds.

        """
        self._engine, self._ask, self._clock = engine, ask, clock
        self._asking = Lock()
        self._kept: tuple[float, int, _T] | None = None

    def get(self) -> _T:
        """Return the answer; who comes while it is asked for waits for the same one."""
        with self._asking:
            if self._kept is None or not self._holds(*self._kept[:2]):
                at, before = self._clock(), writes(self._engine)  # before the question: a write during it counts
                self._kept = at, before, self._ask()
            return self._kept[2]

    def _holds(self, at: float, before: int) -> bool:
        return before == writes(self._engine) and self._clock() - at < KEPT_SECONDS
