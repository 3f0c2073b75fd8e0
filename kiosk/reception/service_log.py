"""Log readers, drivers and floors: each one that comes, goes or cannot be used, once for each change."""

from __future__ import annotations

import asyncio

import structlog

from drivers.errors import Trouble
from drivers.events import (
    CardInserted,
    CardWithdrawn,
    DriverLost,
    DriverReady,
    ReaderAdded,
    ReaderEvent,
    ReaderLeftOut,
    ReaderRemoved,
)
from kiosk.failures import Code, code_of_trouble
from kiosk.reception.floors import Findings, FindingsLog
from kiosk.reception.readers import ReaderBoard

__all__ = ["ServiceLog"]

_log = structlog.get_logger(__name__)
_SETTLED = 0.5
"""Seconds from a change of the readers to the log line about what is wrong: drivers name their readers one by one."""


class ServiceLog:
    """Writes the lines until the service ends; readers that go with it are no loss. ``board`` has the readers."""

    def __init__(self, board: ReaderBoard) -> None:
        self._board, self._found, self._findings_log = board, Findings(), FindingsLog()
        self._settling: asyncio.TimerHandle | None = None
        self._lost: dict[str, Trouble] = {}
        self._ends = False

    def end(self) -> None:
        """Write nothing from now on. Safe in a signal's handler."""
        self._ends = True

    def found(self, found: Findings) -> None:
        """Take what was found at the floors."""
        self._found = found
        self._say_findings()

    def heard(self, event: ReaderEvent) -> None:
        """Take an event of a driver, after the board has it."""
        if self._ends or isinstance(event, CardInserted | CardWithdrawn):
            return
        self._say(event)
        if self._settling is None:
            self._settling = asyncio.get_running_loop().call_later(_SETTLED, self._say_findings)

    def _say_findings(self) -> None:
        """Log all that is wrong with readers and floors; a kiosk that is starting lacks nothing yet."""
        if self._settling:
            self._settling.cancel()
        self._settling = None
        if self._ends:
            return
        wrong = (*filter(None, [self._board.failure]), *self._found.failures)
        down = [failure for failure in wrong if failure.code is not Code.STARTING]
        self._findings_log.note(down, (*self._board.troubles, *self._found.troubles))

    def _say(self, event: ReaderEvent) -> None:
        """Log what happened; a driver that is lost again and again before it works is logged once."""
        match event:
            case ReaderAdded(driver=driver, reader=reader):
                _log.info("reader there", driver=driver, reader=reader)
            case ReaderRemoved(driver=driver, reader=reader):
                _log.warning("reader gone", driver=driver, reader=reader)
            case ReaderLeftOut(driver=driver, reader=reader):
                _log.warning("reader cannot be used", driver=driver, reader=reader, **_cause(event.trouble))
            case DriverReady(driver=driver):
                self._lost.pop(driver, None)
                _log.info("driver ready", driver=driver)
            case DriverLost(driver=driver, trouble=trouble) if self._lost.get(driver) != trouble:
                self._lost[driver] = trouble
                _log.warning("driver lost", driver=driver, **_cause(trouble))


def _cause(trouble: Trouble) -> dict[str, str]:
    return {"code": code_of_trouble(trouble).value, "reason": trouble.value}
