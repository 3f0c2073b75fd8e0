"""Keep who is logged in, in memory only. An idle session is locked, and what it had open is forgotten."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.staff.accounts import Account, AccountError, Accounts

__all__ = ["Sessions", "StaffSession", "awake"]

LONGEST = 12 * 3600.0
"""Seconds after which a session ends, even in use: the length of a shift."""

_MOST = 64


def awake() -> float:
    """Return seconds on a clock that also runs while the computer sleeps, so that nobody wakes up logged in."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@dataclass(slots=True, eq=False)
class StaffSession:
    """One log-in.

    ``work`` is what the person has open at the desk, and ``office`` in the union's office; both include personal data
    of others. ``missed`` counts the wrong passwords since the account's last log-in, until its owner has seen the
    number.
    """

    account: Account
    begun: float
    touched: float
    token: str = field(repr=False)
    work: object | None = field(default=None, repr=False)
    office: object | None = field(default=None, repr=False)
    locked: bool = False
    missed: int = 0

    def lock(self) -> None:
        """Lock the session and forget what was open."""
        self.work, self.office, self.locked = None, None, True


class Sessions:
    """All sessions of one service. A session locks after ``idle`` seconds without an act; ``now`` is the clock."""

    def __init__(self, accounts: Accounts, *, idle: float, now: Callable[[], float] = awake) -> None:
        self._accounts, self._now, self.idle = accounts, now, idle
        self._sessions: dict[str, StaffSession] = {}

    def begin(self, account: Account) -> StaffSession:
        """Return a new session, under a token that nobody can guess."""
        self.sweep()
        while len(self._sessions) >= _MOST:
            self.end(next(iter(self._sessions.values())))
        now = self._now()
        session = StaffSession(account, now, now, secrets.token_urlsafe(32))
        self._sessions[session.token] = session
        return session

    def find(self, token: str) -> StaffSession | None:
        """Return the session of a token, locked or not; None if it has ended."""
        self.sweep()
        return self._sessions.get(token)

    def touch(self, session: StaffSession) -> None:
        """Note an act of the person, so that the session stays open."""
        if not session.locked:
            session.touched = self._now()

    def end(self, session: StaffSession) -> None:
        """Log out."""
        session.lock()
        self._sessions.pop(session.token, None)

    def sweep(self) -> None:
        """Lock idle sessions; end those that are too old or whose account or password has changed."""
        now = self._now()
        for session in [*self._sessions.values()]:
            if now - session.begun > LONGEST or not self._is_current(session.account):
                self.end(session)
            elif now - session.touched > self.idle:
                session.lock()

    def _is_current(self, account: Account) -> bool:
        try:
            kept = self._accounts.find(account.name)
        except AccountError:
            return False
        return kept is not None and kept.epoch == account.epoch
