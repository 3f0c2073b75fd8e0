"""Look every few seconds whether register, journal, clock and roots serve: nobody shall type a 暗証番号 in vain."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from kiosk.failures import Code, Failure
from kiosk.reception.failing import failure_of
from kiosk.reception.floors import Findings, Floors, Watcher
from kiosk.reception.service_log import ServiceLog

__all__ = ["FloorWatch"]

_LOOK_EVERY = 5.0
_LOOK_LIMIT = 10.0


class FloorWatch:
    """Keeps what the last look has found. All methods belong to one event loop; the looks have a thread of their own.

    Attributes:
        found: what is wrong; until the first look nobody knows whether a visit can be served.

    """

    def __init__(self, watchers: Sequence[Watcher], log: ServiceLog, changed: Callable[[], None]) -> None:
        """Prepare the watch.

        Args:
            watchers: who looks, in the order of importance.
            log: learns of every finding.
            changed: is called if another failure stops visits than before, or none any more.

        """
        self.found = Findings.stopping(Failure.here(Code.STARTING))
        self._floors, self._log, self._changed = Floors(watchers), log, changed
        self._thread = ThreadPoolExecutor(1, "look")

    def add(self, watcher: Watcher) -> None:
        """Have one more watcher look, from the next look on."""
        self._floors.add(watcher)

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(_LOOK_EVERY)

    async def look(self) -> Findings:
        """Look now, and report what has changed."""
        try:
            async with asyncio.timeout(_LOOK_LIMIT):
                found = await asyncio.get_running_loop().run_in_executor(self._thread, self._floors.look)
        except Exception as error:  # whatever it is, it is no health
            found = Findings.stopping(failure_of(None, error))
        before, self.found = self.found, found
        if found.failure != before.failure:
            self._changed()
        self._log.found(found)
        return found

    def stop(self) -> None:
        """Begin no further look; one that hangs is not waited for."""
        self._thread.shutdown(wait=False, cancel_futures=True)
