"""Who looked at members: copied from this kiosk's journal into the register, where a member reads it at any kiosk.

The journal is written before anything is shown, and this follows it; so neither staff nor visitors wait for the copy,
and what a register that does not answer takes late is not lost.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import structlog

from kiosk.audit import JournalError, JournalPlace, looks_after
from kiosk.eligibility import LOOKS_KEPT, RegistryError, keep_looks
from kiosk.failures import place_of
from kiosk.files import FileError
from kiosk.reception.eligibility_service import EligibilityService

__all__ = ["LookCopying"]

_EVERY: Final = 5.0

_log = structlog.get_logger(__name__)


class LookCopying:
    """Copies the looks while the reception runs, in a thread of its own."""

    def __init__(self, service: EligibilityService, kiosk: str) -> None:
        self._service, self._kiosk = service, kiosk
        self._thread = ThreadPoolExecutor(1, "looks")
        self._read: JournalPlace | None = None
        self._fails = False

    async def run(self) -> None:
        """Copy what is new until cancelled."""
        while True:
            await asyncio.get_running_loop().run_in_executor(self._thread, self.copy)
            await asyncio.sleep(_EVERY)

    def copy(self) -> None:
        """Copy what the journal has more than the register; what cannot be copied now is copied by a later call."""
        try:
            while self._copied():
                pass
        except (RegistryError, JournalError, FileError) as error:
            if not self._fails:
                _log.warning("looks not copied into the register", place=place_of(error))
            self._fails = True
        else:
            self._fails = False

    def _copied(self) -> bool:
        """Copy some looks; return whether there were any."""
        service, now = self._service, self._service.now()
        looks, read = looks_after(service.journal.path, self._read, now - LOOKS_KEPT)
        if looks or self._read is None:
            keep_looks(service.registry.engine, self._kiosk, looks, now)
        self._read = read
        return bool(looks)
