"""How far a consumer of the finished visits has come: a webhook, ORCA. All of them share this one cursor on disk."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.results.finished import Backlog, FinishedVisit
from kiosk.results.result_file import ResultFile

__all__ = ["Cursor"]


class Cursor:
    """One consumer's place in the order of the finished visits; it is kept in their own file (`FinishedVisits.cursor`).

    The consumer takes `waiting`, hands each of these visits over in turn, and calls `done` for it. It gets every visit
    at least once and in order: after a kill between the two it gets the same visit again. A consumer that is new begins
    with the next visit that ends; one that was left out of the settings for a time goes on where it was.

    Every method may block, so call it from a thread, and raises ResultsUnavailable while the file cannot be used.
    """

    def __init__(self, consumer: str, opened: Callable[[], ResultFile], lost: Callable[[], int]) -> None:
        self._consumer, self._opened, self._lost = consumer, opened, lost

    @property
    def lost(self) -> int:
        """How many visits were erased before `done` since the service began, for they had waited too long."""
        return self._lost()

    def waiting(self, limit: int = 100) -> tuple[FinishedVisit, ...]:
        """Return at most ``limit`` visits that are not done, the oldest first."""
        return tuple(self._opened().waiting(self._consumer, limit))

    def backlog(self) -> Backlog:
        """Return how many visits wait, and since when."""
        return self._opened().backlog(self._consumer)

    def done(self, visit: FinishedVisit) -> None:
        """Keep that this visit, and each before it, is done; when this returns it outlasts a kill and a power cut."""
        self._opened().advance(self._consumer, visit.sequence)
