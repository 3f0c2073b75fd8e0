"""Count wrong passwords, for the journal, the account's owner and the desk; in memory, one count per account."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["SPAN", "Attempts", "Batch"]

SPAN = 600.0
"""Seconds: the journal gets one entry per account in this time, and older attempts no longer count as going on."""

_MANY = 5


@dataclass(frozen=True, slots=True)
class Batch:
    """Wrong passwords that the journal does not have yet; ``account`` is None for names that nobody has."""

    account: str | None
    count: int


@dataclass(slots=True)
class _Count:
    since_log_in: int = 0
    unwritten: int = 0
    written_at: float | None = None


class Attempts:
    """Counts wrong passwords. Names that nobody has are counted together, and none of them is kept."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._counts: dict[str | None, _Count] = {}
        self._recent: deque[float] = deque(maxlen=_MANY)

    def tried(self) -> None:
        """Count a try, even one that came during a pause so that no password was checked."""
        self._recent.append(self._now())

    def missed(self, account: str | None) -> bool:
        """Count a wrong password and return whether the journal should get an entry now rather than after SPAN."""
        count = self._counts.setdefault(account, _Count())
        count.since_log_in += 1
        count.unwritten += 1
        return count.written_at is None or self._now() - count.written_at >= SPAN

    def take(self, account: str | None) -> Batch | None:
        """Return and mark as written what the journal does not have of an account yet; None if there is nothing."""
        count = self._counts.get(account)
        if count is None or not count.unwritten:
            return None
        batch, count.unwritten, count.written_at = Batch(account, count.unwritten), 0, self._now()
        return batch

    def logged_in(self, account: str) -> int:
        """Return how many passwords were wrong since the account's last log-in, and start counting anew."""
        count = self._counts.get(account)
        if count is None:
            return 0
        missed, count.since_log_in = count.since_log_in, 0
        return missed

    def keep_only(self, accounts: set[str]) -> None:
        """Forget the accounts that no longer exist."""
        for gone in [name for name in self._counts if name is not None and name not in accounts]:
            del self._counts[gone]

    @property
    def go_on(self) -> bool:
        """Return whether several wrong passwords were tried in the last SPAN. Safe from any thread."""
        recent = tuple(self._recent)
        return len(recent) == _MANY and self._now() - recent[0] < SPAN
