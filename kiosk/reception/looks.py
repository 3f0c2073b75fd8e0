"""Who looked at members: copied from this kiosk's journal into the register, where a member reads it at any kiosk.

The journal is written before anything is shown, and this follows it; so neither staff nor visitors wait for the copy,
and what a register that does not answer takes late is not lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Final

import structlog

from kiosk.audit import JournalError, JournalPlace, looks_after
from kiosk.eligibility import LOOKS_KEPT, RegistryError, keep_looks
from kiosk.failures import Code, Failure, place_of
from kiosk.files import FileError
from kiosk.reception.eligibility_service import EligibilityService
from kiosk.reception.floors import Findings

__all__ = ["LookCopying"]

_EVERY: Final = 5.0
_PATIENCE: Final = 60.0
"""Seconds without a copy that say nothing of a fault: another writer of the register is soon done."""

_log = structlog.get_logger(__name__)


class LookCopying:
    """Copies the looks while the reception runs, in a thread of its own."""

    def __init__(self, service: EligibilityService, kiosk: str, clock: Callable[[], float] = monotonic) -> None:
        """Copy nothing yet; ``clock`` returns seconds."""
        self._service, self._kiosk, self._clock = service, kiosk, clock
        self._thread = ThreadPoolExecutor(1, "looks")
        self._read: JournalPlace | None = None
        self._fails: Failure | None = None
        self._behind_since: float | None = None

    async def run(self) -> None:
        """Copy what is new until cancelled."""
        while True:
            await asyncio.get_running_loop().run_in_executor(self._thread, self.copy)
            await asyncio.sleep(_EVERY)

    def copy(self) -> None:
        """Copy what the journal has more than the register; what cannot be copied now is copied by a later call."""
        self._behind_since = self._clock() if self._behind_since is None else self._behind_since
        try:
            while self._copied():
                self._behind_since = self._clock()
        except Exception as error:  # whatever it is, staff have to see that the looks fall behind
            if self._fails is None:
                _log.warning("looks not copied into the register", place=place_of(error))
            self._fails = Failure(Code.LOOKS_NOT_COPIED, place_of(error), _why(error))
        else:
            self._fails = self._behind_since = None

    def look(self) -> Findings:
        """Return S-20 once nothing could be copied for a minute, or a copy has hung for so long."""
        since = self._behind_since
        if since is None or self._clock() - since < _PATIENCE:
            return Findings()
        hangs = Failure.here(Code.LOOKS_NOT_COPIED, "the register or the journal does not answer")
        return Findings(troubles=(self._fails or hangs,))

    def _copied(self) -> bool:
        """Copy some looks; return whether there were any."""
        service, now = self._service, self._service.now()
        looks, read = looks_after(service.journal.path, self._read, now - LOOKS_KEPT)
        if looks or self._read is None:
            keep_looks(service.registry.engine, self._kiosk, looks, now)
        self._read = read
        return bool(looks)


def _why(error: Exception) -> str:
    """Return the words of our own errors; those of another one may have data in them."""
    return str(error) if isinstance(error, RegistryError | JournalError | FileError) else type(error).__name__
