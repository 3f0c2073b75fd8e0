"""Write wrong passwords to the journal after the answer, so that none takes longer, and in few entries."""

from __future__ import annotations

import asyncio

from kiosk.failures import Code, Failure
from kiosk.reception import Findings, StaffDesk
from kiosk.staff import SPAN, Attempts

__all__ = ["Misses"]

_NOBODY = "?"
_ACT = "log_in_failed"


class Misses:
    """Journals wrong passwords: the first at once, those of the next ten minutes together. For one event loop."""

    def __init__(self, desk: StaffDesk, attempts: Attempts) -> None:
        self._desk, self._attempts = desk, attempts
        self._timers: dict[str | None, asyncio.TimerHandle] = {}
        self._writing: set[asyncio.Task[None]] = set()

    def note(self, account: str | None, accounts: set[str]) -> None:
        """Note a wrong password for ``account`` (None if nobody has the name); ``accounts`` are all that exist."""
        self._attempts.keep_only(accounts)
        if self._attempts.missed(account):
            self._write(account)
        elif account not in self._timers:
            self._timers[account] = asyncio.get_running_loop().call_later(SPAN, self._write, account)

    async def settle(self, account: str) -> None:
        """Journal what is left of an account, because its owner has logged in."""
        if batch := self._attempts.take(account):
            await self._desk.note(_ACT, account, str(batch.count))

    def look(self) -> Findings:
        """Return S-12 while wrong passwords go on. Runs in a thread."""
        if not self._attempts.go_on:
            return Findings()
        return Findings(troubles=(Failure.here(Code.WRONG_PASSWORDS, "five tries or more in the last ten minutes"),))

    def _write(self, account: str | None) -> None:
        self._timers.pop(account, None)
        if batch := self._attempts.take(account):
            task = asyncio.ensure_future(self._desk.note(_ACT, batch.account or _NOBODY, str(batch.count)))
            self._writing.add(task)
            task.add_done_callback(self._writing.discard)
