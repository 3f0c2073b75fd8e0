"""Logging in: one password at a time, after the pause that earlier misses cost, and never faster for a name unknown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar, TypeVarTuple

from kiosk.staff.accounts import Account, AccountError, Accounts
from kiosk.staff.passwords import LONGEST, hash_password, is_outdated, is_right
from kiosk.staff.sessions import Session, Sessions, awake
from kiosk.staff.throttle import Throttle

__all__ = ["Door", "LogInRefused"]

_T = TypeVar("_T")
_Ts = TypeVarTuple("_Ts")


class LogInRefused(Exception):
    """Name and password do not fit (``pause`` 0), or no password is tried for ``pause`` seconds."""

    def __init__(self, pause: float = 0.0) -> None:
        super().__init__("log-in refused")
        self.pause = pause


class Door:
    """Where staff come in. Belongs to one event loop."""

    def __init__(self, accounts: Accounts, sessions: Sessions, *, now: Callable[[], float] = awake) -> None:
        self._accounts, self._sessions = accounts, sessions
        self._strangers, self._returning = Throttle(now), Throttle(now)
        # A hash takes 64 MB: a crowd that tries at once would take the machine down.
        self._one_at_a_time = asyncio.Lock()
        # A thread of its own: the shared ones may all be waiting for a register that does not answer.
        self._hasher = ThreadPoolExecutor(1, "password")

    def has_accounts(self) -> bool:
        """Return whether anybody could log in. Raises AccountError."""
        return bool(self._accounts.all())

    async def log_in(self, name: str, password: str, before: Session | None = None) -> Session:
        """Return a new session. Raises LogInRefused, AccountError.

        ``before`` is the session that the browser brings, locked or not. Whoever was in with it under this name waits
        for their own misses alone: a stranger who keeps guessing must not keep staff from a page that locked itself.
        """
        async with self._one_at_a_time:
            throttle = self._returning if before and before.account.name == name else self._strangers
            if pause := throttle.pause(name):
                raise LogInRefused(pause)
            account = self._accounts.find(name)
            kept = account.hash if account else None
            right = await self._apart(is_right, kept, password[:LONGEST])
            if account is None or not right:
                throttle.missed(name)
                raise LogInRefused
            throttle.hit(name)
            await self._renew(account, password)
            return self._sessions.begin(account)

    async def _renew(self, account: Account, password: str) -> None:
        """Hash the password anew where the library's parameters have moved on; a disk that is full can wait."""
        if is_outdated(account.hash):
            with suppress(AccountError):
                hashed = await self._apart(hash_password, password[:LONGEST])
                await self._apart(self._accounts.keep_hash, account, hashed)

    async def _apart(self, work: Callable[[*_Ts], _T], *given: *_Ts) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._hasher, work, *given)
