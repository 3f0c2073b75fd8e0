"""Log staff in: one password at a time, after the pause that earlier misses cost, and as slowly for an unknown name.

A browser in which somebody has logged in before has a queue of its own, so that strangers, however many, neither count
against it nor make it wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar, TypeVarTuple

from kiosk.staff.accounts import Account, AccountError, Accounts
from kiosk.staff.attempts import Attempts
from kiosk.staff.devices import device_in
from kiosk.staff.passwords import LONGEST, hash_password, is_outdated, is_right
from kiosk.staff.sessions import Sessions, StaffSession, awake
from kiosk.staff.throttle import Throttle

__all__ = ["Door", "LogInRefused"]

_MOST_WAITING = 16
_CROWDED = 1.0
_T = TypeVar("_T")
_Ts = TypeVarTuple("_Ts")


class LogInRefused(Exception):
    """Name and password do not fit (``pause`` is 0), or no password is tried for ``pause`` seconds.

    ``account`` is the one that was tried, or None if nobody has the name. It is for the journal only, never for the
    page.
    """

    def __init__(self, pause: float = 0.0, account: str | None = None) -> None:
        super().__init__("log-in refused")
        self.pause, self.account = pause, account


class _Lane:
    """A queue of log-ins whose passwords are checked one at a time, because one hash takes 64 MB."""

    def __init__(self, name: str, now: Callable[[], float]) -> None:
        self.throttle = Throttle(now)
        self.turn = asyncio.Lock()
        self.waiting = 0
        # A thread of its own, because the shared ones may all be waiting for a register that does not answer.
        self._hasher = ThreadPoolExecutor(1, name)

    async def apart(self, work: Callable[[*_Ts], _T], *given: *_Ts) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._hasher, work, *given)


class Door:
    """Logs staff in. Belongs to one event loop. ``attempts`` counts the wrong passwords."""

    def __init__(self, accounts: Accounts, sessions: Sessions, *, now: Callable[[], float] = awake) -> None:
        self._accounts, self._sessions = accounts, sessions
        self._strangers, self._known = _Lane("password", now), _Lane("password-known", now)
        self.attempts = Attempts(now)

    def names(self) -> set[str]:
        """Return the names of everybody who could log in.

        Raises:
            AccountError: The accounts cannot be read.

        """
        return {account.name for account in self._accounts.all()}

    async def log_in(self, name: str, password: str, device_cookie: str = "") -> StaffSession:
        """Return a new session.

        Args:
            name: The name that was typed.
            password: The password that was typed.
            device_cookie: The cookie that the browser has from earlier log-ins (``devices``).

        Raises:
            LogInRefused: Name and password do not fit, or there is a pause.
            AccountError: The accounts cannot be read.

        """
        account = self._accounts.find(name)
        device = device_in(device_cookie, account) if account else None
        lane, key = (self._strangers, name) if device is None else (self._known, f"{name}:{device}")
        self._require_no_pause(lane, key)
        if lane.waiting >= _MOST_WAITING:
            raise LogInRefused(_CROWDED)
        lane.waiting += 1
        try:
            async with lane.turn:
                return await self._entered(lane, key, name, password)
        finally:
            lane.waiting -= 1

    async def _entered(self, lane: _Lane, key: str, name: str, password: str) -> StaffSession:
        self._require_no_pause(lane, key)
        account = self._accounts.find(name)
        right = await lane.apart(is_right, account.hash if account else None, password[:LONGEST])
        if account is None or not right:
            lane.throttle.missed(key)
            self.attempts.tried()
            raise LogInRefused(account=account.name if account else None)
        lane.throttle.hit(key)
        session = self._sessions.begin(await self._renewed(lane, account, password))
        session.missed = self.attempts.logged_in(account.name)
        return session

    def _require_no_pause(self, lane: _Lane, key: Hashable) -> None:
        if pause := lane.throttle.pause(key):
            self.attempts.tried()
            raise LogInRefused(pause)

    async def _renewed(self, lane: _Lane, account: Account, password: str) -> Account:
        """Hash the password anew if the library's parameters have changed. A full disk only delays this."""
        if not is_outdated(account.hash):
            return account
        with suppress(AccountError):
            hashed = await lane.apart(hash_password, password[:LONGEST])
            await lane.apart(self._accounts.keep_hash, account, hashed)
        return self._accounts.find(account.name) or account
